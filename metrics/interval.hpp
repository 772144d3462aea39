#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// A confidence (or credible) interval, in the unit of its estimate.
struct Interval {
    double low = 0.0;
    double high = 0.0;
    [[nodiscard]] bool operator==(const Interval&) const = default;
};

/// estimate -+ z standard_error, where a standard normal number lies in [-z, z] with probability
/// `level`. level: in (0, 1).
[[nodiscard]] Interval normal_interval(double estimate, double standard_error, double level);

/// The interval cut to where an entropy can be, in nats: [0, ln K], or [0, infinity) with K unknown.
/// One that lies outside altogether becomes a point at the nearer end.
[[nodiscard]] Interval within_entropies(const Interval& interval,
                                        std::optional<std::uint64_t> items);

/// The quantile of a sample at p: the order statistic at p (B + 1), interpolated, and no further than the
/// smallest and the largest. sorted: shape (B,), B >= 1, ascending. p: in [0, 1].
[[nodiscard]] double sample_quantile(std::span<const double> sorted, double p);

/// A sample's bootstrap interval by bias correction and acceleration (BCa): the quantiles
///     Phi(z0 + (z0 + z) / (1 - a (z0 + z))),   z = Phi^-1((1 -+ level) / 2)
/// of the resampled means, z0 = Phi^-1(share of them below the mean, half of those that equal it),
/// a = sum d^3 / (6 (sum d^2)^(3/2)), d the mean of the jackknifed means minus each of them.
/// Nothing for fewer than 2 values, where a mean is not finite, or where no resample differs.
/// resampled: sorted in place; jackknifed: the mean without each of the values.
/// Source: Efron, J. Am. Stat. Assoc. 82 (1987); DiCiccio & Efron, Stat. Sci. 11 (1996).
[[nodiscard]] std::optional<Interval> bca_interval(double mean,
                                                   std::vector<double>& resampled,
                                                   const std::vector<double>& jackknifed,
                                                   double level);

}  // namespace truegap::metrics
