#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/group.hpp"
#include "sim/population.hpp"

namespace truegap::sim {

/// What a proxy tells about the next item, in nats.
struct Information {
    double conditional_entropy = 0.0;  ///< H(B | delta) = sum_delta P(delta) H(B | delta)
    double information = 0.0;          ///< I(B; delta) = sum_delta P(delta) KL(P(.|delta) || P)
};
/// One rung of the ladder: what the proxy as recorded tells, and beside it, where attributes are
/// recorded with errors, what it would tell without any.
struct ProxyInformation : Information {
    Proxy proxy;
    std::optional<Information> truly;
};
/// H(B) >= H(B|delta) >= H(B|U), over all items, without history, in nats.
struct Ladder {
    double entropy = 0.0;             ///< H(B)
    double individual_entropy = 0.0;  ///< H(B|U) = E[H(theta)]
    std::vector<ProxyInformation> by_proxy;
};
/// The target follows `unseen` events of which nothing is known; that matters where the class changes.
/// Groups of probability 0 add nothing.
[[nodiscard]] Ladder ladder(const Population& population,
                            std::span<const Proxy> proxies,
                            std::span<const AttributeSpec> attributes,
                            std::uint32_t unseen = 0);

/// The most proxies that a lattice is written out to.
inline constexpr std::size_t most_lattice_proxies = 4096;

/// Every subset of that many attributes, small ones first, then in the order of listing.
/// attributes: at most 12, for `most_lattice_proxies` (a contract).
[[nodiscard]] std::vector<Proxy> proxy_lattice(std::size_t attributes);

/// Every item in its order: what the ladder is over, and the page on which it is shown.
[[nodiscard]] std::vector<ItemId> every_item(const Population& population);

}  // namespace truegap::sim
