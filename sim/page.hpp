#pragma once

#include <span>
#include <vector>

#include "sim/population.hpp"

namespace truegap::sim {

/// What a page of candidates, in display order, makes of the items' probabilities: B[z,b] e_pos(b),
/// not normalised. row: B[z,:], shape (M,). Returns shape (K,).
[[nodiscard]] std::vector<double> page_weights(const Population& population,
                                               std::span<const double> row,
                                               std::span<const ItemId> page);

}  // namespace truegap::sim
