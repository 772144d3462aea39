#include "sim/history.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>

#include "sim/chaos.hpp"
#include "sim/page.hpp"
#include "sim/samplers.hpp"

namespace truegap::sim {

namespace {

History draw_from_urn(const Population& population,
                      std::size_t z,
                      std::size_t length,
                      Stream& stream) {
    const AliasTable urn(population.item_probabilities(z));
    const double kappa = population.concentration()[z];
    History history;
    history.reserve(length);
    while (history.size() < length) {
        const auto drawn = static_cast<double>(history.size());
        // With probability drawn / (kappa + drawn) an earlier choice again, each equally likely.
        const double place = boost::random::uniform_01<double>{}(stream) * (kappa + drawn);
        const bool again = std::isfinite(kappa) && place < drawn;
        history.push_back(again ? history[static_cast<std::size_t>(place)] : urn(stream));
    }
    return history;
}

// Event by event, oldest first: the class moves on, then chooses by the item probabilities of the day.
History draw_forwards(const Population& population,
                      std::size_t z,
                      std::size_t length,
                      Stream& stream,
                      std::span<const ItemId> page) {
    const Dynamics& change = population.dynamics();
    History history;
    for (std::size_t i = 0; i < length; ++i) {
        if (i > 0 && change.transition)
            z = AliasTable({change.transition->row(static_cast<Eigen::Index>(z)).data(),
                            population.classes()})(stream);
        const auto lag = static_cast<std::uint32_t>(change.steps + (length - 1 - i));
        const auto row = population.item_probabilities(z, lag);
        if (population.examination().is_even()) {
            history.push_back(AliasTable(row)(stream));
        } else {
            history.push_back(page[AliasTable(page_weights(population, row, page))(stream)]);
        }
    }
    return history;
}

// The state at the latest event is as uniform as the start; earlier ones follow from it.
History draw_chaotic(const Population& population,
                     std::size_t z,
                     std::size_t length,
                     Stream& stream) {
    const ChaoticCells cells(population.item_probabilities(z));
    ChaoticState state = draw_start(stream);
    History backwards;
    for (std::size_t i = 0; i < length; ++i, state = previous_state(state))
        backwards.push_back(cells.item_of(state));
    return backwards;
}

}  // namespace

History draw_backwards(const Population& population,
                       const metrics::Distribution& first_class,
                       std::size_t length,
                       Stream& stream,
                       std::span<const ItemId> page) {
    const std::uint32_t z = AliasTable(first_class)(stream);
    const Dynamics& change = population.dynamics();
    if (change.chaotic) return draw_chaotic(population, z, length, stream);
    if (change.is_static() && population.examination().is_even())
        return draw_from_urn(population, z, length, stream);
    History history = draw_forwards(population, z, length, stream, page);
    std::reverse(history.begin(), history.end());
    return history;
}

}  // namespace truegap::sim
