#pragma once

#include <iosfwd>
#include <vector>

#include "sim/inversion_rates.hpp"
#include "adapters/io/grid_json.hpp"

namespace truegap::cli {

/// How often each reading finds an inversion: for the perfect predictor, who has none, and for the others
/// in the worlds where they truly have one. A table a point of the grid.
void print_inversion_rates(std::ostream& out,
                           const adapters::Grid& grid,
                           const std::vector<sim::InversionRates>& rates);

}  // namespace truegap::cli
