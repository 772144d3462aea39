#include "sim/page.hpp"

namespace truegap::sim {

std::vector<double> page_weights(const Population& population,
                                 std::span<const double> row,
                                 std::span<const ItemId> page) {
    std::vector<double> weights;
    weights.reserve(page.size());
    for (std::size_t position = 0; position < page.size(); ++position)
        weights.push_back(row[page[position]] * population.examination().weight(position));
    return weights;
}

}  // namespace truegap::sim
