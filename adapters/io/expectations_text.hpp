#pragma once

#include <iosfwd>

#include "sim/expectations.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// Exact expectations as a table, one row a context, n, predictor, approximation and estimator: as CSV,
/// or as a JSON object of one array a column. point: an object that says where in a grid this is, or
/// null.
void write_expectations_csv(std::ostream& out,
                            const sim::WorldStudy& study,
                            const std::vector<sim::ExpectationRow>& rows);
void write_expectations_json(std::ostream& out,
                             const sim::WorldStudy& study,
                             const std::vector<sim::ExpectationRow>& rows,
                             const Json& point);

}  // namespace truegap::adapters
