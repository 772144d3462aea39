#pragma once

#include <iosfwd>
#include <string>

#include "sim/expectations.hpp"

namespace truegap::adapters {

/// Exact expectations as a table, one row a context, n, predictor, approximation and estimator: as CSV,
/// or as a JSON object of one array a column. point: a JSON object that says where in a grid this is, or
/// empty.
void write_expectations_csv(std::ostream& out,
                            const sim::WorldStudy& study,
                            const std::vector<sim::ExpectationRow>& rows);
void write_expectations_json(std::ostream& out,
                             const sim::WorldStudy& study,
                             const std::vector<sim::ExpectationRow>& rows,
                             const std::string& point);

}  // namespace truegap::adapters
