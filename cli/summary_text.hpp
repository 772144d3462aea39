#pragma once

#include <iosfwd>

#include "sim/results.hpp"
#include "sim/scenario.hpp"

namespace truegap::cli {

/// The summary as a person reads it: for each approximation and estimator a table of measured gaps,
/// predictors down, users a group across; where the bias of a perfect predictor comes from; and
/// what that means in a sentence.
void print_summary(std::ostream& out, const sim::Scenario& scenario, const sim::Results& results);

}  // namespace truegap::cli
