#include "sim/history.hpp"

#include <boost/random/uniform_01.hpp>
#include <cmath>

#include "sim/samplers.hpp"

namespace truegap::sim {

History draw_backwards(const Population& population,
                       const metrics::Distribution& class_posterior,
                       std::size_t length,
                       Stream& stream) {
    const std::uint32_t z = AliasTable(class_posterior)(stream);
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

}  // namespace truegap::sim
