#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// The verbalized approximation: percentages that a predictor stated in words, which need not add up
/// to anything.
namespace truegap::metrics {

/// What had to be done to stated percentages, and how much of the mass that moved.
struct Repair {
    double stated_sum = 0.0;     ///< sum of the sound entries, in percent; infinite on overflow
    std::size_t negative = 0;    ///< entries below 0, -infinity among them
    std::size_t not_finite = 0;  ///< entries of +infinity
    std::size_t not_stated = 0;  ///< entries that are NaN
    /// (1/2) sum_k |stated_k / 100 - q_k| with unsound and missing entries counted as 0: 0 for a
    /// sound statement; infinite when the stated sum is.
    double moved = 0.0;
};

struct VerbalizedAnswer {
    std::vector<double> q;  ///< shape (K,), a distribution
    Repair repair;
};

/// A distribution from stated percentages.
///     1. negative and infinite entries become 0;
///     2. what the stated sum lacks of 100 goes evenly to the items that were not stated, if any;
///     3. everything is divided by its sum; if that is 0, q is uniform.
/// percentages: shape (K,), K >= 1; NaN = not stated. Percentages that add up to 100 come back
/// divided by 100, and repairing 100 q again changes nothing.
[[nodiscard]] VerbalizedAnswer repair_percentages(std::span<const double> percentages);

}  // namespace truegap::metrics
