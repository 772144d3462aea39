#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "metrics/estimators/registry.hpp"
#include "metrics/interval.hpp"

namespace truegap::sim {

/// The largest sample that is resampled: a resampled count has 32 bits.
inline constexpr std::uint64_t most_bootstrap_observations =
    std::numeric_limits<std::uint32_t>::max();

struct BootstrapPlan {
    std::uint32_t resamples = 0;  ///< B >= 2
    double level = 0.95;          ///< of the intervals, in (0, 1)
    std::uint64_t seed = 0;
    std::uint64_t sample = 0;                 ///< the sample's own number, part of the address
    const std::atomic<bool>* stop = nullptr;  ///< looked at before every resample; or null
};

/// What the resamples say of one estimator, in nats.
struct BootstrapError {
    std::optional<double> standard_error;
    std::optional<metrics::Interval> interval;
    std::uint32_t undefined = 0;  ///< resamples without a (finite) estimate; the others are used
};

/// Nonparametric bootstrap: B samples of n observations drawn with replacement from the sample, the
/// same ones for every estimator.
///     se = the standard deviation of the B estimates e_b
///     interval = [2 e - q(1 - a/2), 2 e - q(a/2)],   a = 1 - level     (basic: reversed percentile)
/// where q(p) is the order statistic at p (B + 1), interpolated, of the e_b. Nothing where the
/// sample's own estimate e is nothing, or fewer than two resamples have one.
/// sample.n: at most `most_bootstrap_observations`. Throws Interrupted after `stop`.
/// Source: Davison & Hinkley, Bootstrap Methods and their Application (1997), (5.6).
[[nodiscard]] std::vector<BootstrapError> bootstrap(const metrics::CountsView& sample,
                                                    std::span<const metrics::Estimator> estimators,
                                                    const BootstrapPlan& plan);

}  // namespace truegap::sim
