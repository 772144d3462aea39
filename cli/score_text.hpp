#pragma once

#include <iosfwd>

#include "adapters/io/score_files.hpp"

/// What `truegap score` prints: a table a predictor, and what it means.
namespace truegap::cli {

void print_score(std::ostream& out, const adapters::ScoreResults& results, adapters::Unit unit);

}  // namespace truegap::cli
