#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/interval.hpp"
#include "sim/observed.hpp"

/// What observed choices say of a proxy: means over its groups, with bootstrap intervals.
namespace truegap::sim {

/// Which contexts belong together: those of one proxy and history length.
struct ObservedPool {
    std::vector<std::uint32_t> contexts;  ///< indices, ascending
};

struct PoolPlan {
    std::uint32_t resamples = 2000;  ///< B >= 2
    double level = 0.95;             ///< of the intervals, in (0, 1)
    unsigned threads = 1;
};

/// A pool x predictor x method, in nats. The means are over the contexts that have a gap (a
/// cross-entropy, where the entropy is not known).
struct PoolRow {
    std::uint32_t pool = 0, predictor = 0, approximation = 0, estimator = 0;
    std::uint64_t contexts = 0;   ///< that count
    std::uint64_t undefined = 0;  ///< that have no figure
    std::uint64_t users = 0;      ///< of those that count
    Figure median_users = {};     ///< a context
    Figure entropy = {}, cross_entropy = {}, gap = {},
           gap_by_users = {};  ///< each context alike; weighed by its users
    std::optional<metrics::Interval> interval = {},
                                     interval_by_users = {};  ///< of the two mean gaps
};

/// Means and intervals of every pool. Contexts are drawn with replacement, the same ones for every
/// predictor and method of a pool, from a stream of the seed and the pool's number.
/// study: what `scores` are the scores of.
[[nodiscard]] std::vector<PoolRow> summarise(const ObservedStudy& study,
                                             const ObservedScores& scores,
                                             const std::vector<ObservedPool>& pools,
                                             const PoolPlan& plan);

}  // namespace truegap::sim
