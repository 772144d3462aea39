#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "metrics/curve.hpp"

/// Is a predictor worse than a perfect one, and is it so where entropy is low? A measured curve is compared
/// with curves that a perfect predictor draws on data of the same size. In nats.
namespace truegap::metrics {

/// The gap along the curve: contexts in ascending order of measured entropy, cut into parts that differ by
/// one context at most, and the mean of cross-entropy minus entropy of each.
/// points: shape (n,), any order, the profile does not depend on it.
/// Returns min(bins, n) means; none without points.
[[nodiscard]] std::vector<double> gap_profile(std::span<const CurvePoint> points, std::size_t bins);

/// What B profiles of a perfect predictor say of an observed one. z(x) is x less its mean, divided by its
/// standard deviation, both over the B + 1 profiles, null and observed alike, so that under the null all of
/// them are exchangeable and a p below a has probability a at most:
///     p = (1 + #{null >= observed}) / (B + 1)
struct CurveTest {
    /// `worse`: the largest z of a part's gap. Rejected: worse than a perfect predictor there.
    double worse_p = 1.0;
    std::size_t worst_part = 0;
    /// shape (parts,): of each part, adjusted for all of them: its z against the largest of each null.
    std::vector<double> part_p;
    /// shape (parts,): the observed gap less the null's mean, which is the corrected gap.
    std::vector<double> excess;
    /// `rise`: the largest z, over all cuts, of the mean gap below the cut less that above. Rejected: the gap
    /// rises towards low entropy by more than a perfect predictor's seems to. 1 with a single part.
    double rise_p = 1.0;
    std::size_t rise_cut = 1;  ///< parts below the cut
    double rise_excess = 0.0;  ///< there, the observed contrast less the null's mean
};

/// observed: shape (parts,), parts >= 1. null: B profiles of that shape, B >= 1. All finite.
/// Source: Westfall & Young, Resampling-Based Multiple Testing (1993), single-step maxT, for part_p;
/// Davison & Hinkley, Bootstrap Methods and their Application (1997), (4.11), for p.
[[nodiscard]] CurveTest compare_with_null(std::span<const double> observed,
                                          std::span<const std::vector<double>> null);

}  // namespace truegap::metrics
