#pragma once

#include <iosfwd>
#include <vector>

#include "sim/results.hpp"
#include "sim/scenario.hpp"
#include "adapters/io/scenario_json.hpp"

namespace truegap::cli {

/// The summary as a person reads it. Of a grid of few points the findings of each; of one of many
/// points, how far each method is off at each of them; of one of very many, by each factor.
/// results: one a point of the grid.
void print_summary(std::ostream& out,
                   const adapters::ScenarioFile& source,
                   const std::vector<sim::Results>& results);

/// For each approximation and estimator a table of measured gaps, predictors down, users a group
/// across; where the bias of a perfect predictor comes from; and what that means in a sentence. Over
/// several populations, how far each method is off on average.
void print_findings(std::ostream& out, const sim::Scenario& scenario, const sim::Results& results);

}  // namespace truegap::cli
