#pragma once

#include <iosfwd>

#include "adapters/io/verdict_files.hpp"

namespace truegap::cli {

/// One sentence a predictor, and its failure signatures.
void print_verdicts(std::ostream& out,
                    const adapters::ScoreResults& results,
                    const adapters::Verdicts& verdicts,
                    const adapters::ScoreSettings& settings,
                    double margin);

}  // namespace truegap::cli
