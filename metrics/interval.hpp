#pragma once

#include <cstdint>
#include <optional>

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

}  // namespace truegap::metrics
