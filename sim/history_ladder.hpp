#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/group.hpp"
#include "sim/population.hpp"

/// What a history tells beside a proxy, on average over the histories that can occur.
namespace truegap::sim {

/// One rung of the expected ladder, over all items, in nats.
struct HistoryInformation {
    Proxy proxy;
    std::uint32_t length = 0;          ///< L, of the history
    double conditional_entropy = 0.0;  ///< E_h[H(B | delta, h)] = H(B | delta) - I(B; h | delta)
    double information = 0.0;          ///< I(B; h | delta) = E_h[KL(P(.|delta,h) || P(.|delta))]
    std::optional<double> standard_error;  ///< of both, where they are simulated
};

/// How much may be done for a ladder. An evaluation is the target distribution of one history.
struct LadderEffort {
    /// Histories of a rung, over all its groups, are enumerated up to this many.
    double most_evaluations = 2e5;
    /// Evaluations x items x classes of all rungs together, beyond which a rung's share is simulated,
    /// and with fewer draws.
    double most_terms = 1e9;
    std::uint32_t least_draws = 100, most_draws = 10'000;
};

/// Where the draws of a ladder come from, and when its target is.
struct LadderSetting {
    std::uint64_t seed = 0;
    std::uint32_t world = 0;
    /// The target follows that many events, of which a history shows the last L; at least as many as
    /// the longest.
    std::uint32_t events = 0;
    LadderEffort effort{};
};

/// E_h[H(B | delta, h)] for every proxy and positive length, lengths running fastest. By enumeration of
/// the histories, each weighted with P(h | delta); where choices are exchangeable, of how often each item
/// occurs, weighted with the number of orders too. Where that is too much, by simulation: a group, then a
/// history, the lengths nested in the same draws. The target time is the same for all lengths.
/// A rung is left out where a chaotic world leaves too many states possible to be listed.
[[nodiscard]] std::vector<HistoryInformation> history_ladder(
    const Population& population,
    std::span<const Proxy> proxies,
    std::span<const std::uint32_t> lengths,
    std::span<const AttributeSpec> attributes,
    const LadderSetting& setting);

}  // namespace truegap::sim
