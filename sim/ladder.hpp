#pragma once

#include <span>
#include <vector>

#include "sim/group.hpp"
#include "sim/population.hpp"

namespace truegap::sim {

/// One rung of the ladder: what a proxy tells about the next item, in nats.
struct ProxyInformation {
    Proxy proxy;
    double conditional_entropy = 0.0;  ///< H(B | delta) = sum_delta P(delta) H(B | delta)
    double information = 0.0;          ///< I(B; delta) = sum_delta P(delta) KL(P(.|delta) || P)
};
/// H(B) >= H(B|delta) >= H(B|U), over all items, without history, in nats.
struct Ladder {
    double entropy = 0.0;             ///< H(B)
    double individual_entropy = 0.0;  ///< H(B|U) = E[H(theta)]
    std::vector<ProxyInformation> by_proxy;
};
[[nodiscard]] Ladder ladder(const Population& population,
                            std::span<const Proxy> proxies,
                            std::span<const AttributeSpec> attributes);

inline constexpr std::size_t most_lattice_proxies = 4096;
[[nodiscard]] std::vector<Proxy> proxy_lattice(std::size_t attributes);

}  // namespace truegap::sim
