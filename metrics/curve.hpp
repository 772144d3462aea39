#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The entropy curve: cross-entropy against target entropy over contexts. A perfect predictor lies on
/// the line on which the two are equal; the gap is the distance above it.
namespace truegap::metrics {

/// A context on the curve, in nats; both are finite.
struct CurvePoint {
    double entropy = 0.0;
    double cross_entropy = 0.0;
    [[nodiscard]] bool operator==(const CurvePoint&) const = default;
};

enum class Binning : std::uint8_t { equal_width, equal_count };

/// The contexts of a range of entropies: means over them, each with equal weight.
struct CurveBin {
    double low = 0.0, high = 0.0;  ///< of entropy: [low, high); the last one includes its end
    std::uint32_t contexts = 0;    ///< at least 1
    double entropy = 0.0, cross_entropy = 0.0;
    /// sd / sqrt(contexts) of the cross-entropies and of the gaps; nothing for one context.
    std::optional<double> cross_entropy_se = std::nullopt, gap_se = std::nullopt;
};

/// The curve in bins of ascending entropy.
///     equal_width: `bins` ranges between the smallest and the largest entropy; empty ones are left out
///     equal_count: cut into `bins` parts that differ by one context at most, but that contexts of one
///                  entropy stay together: a cut within such goes to the nearer end of them, and cuts
///                  that fall together are one. A bin begins at its lowest entropy and ends where the
///                  next one begins
/// points: shape (n,), any order, the bins do not depend on it. bins: at least 1.
/// Returns min(bins, distinct entropies) bins at most; none without points.
[[nodiscard]] std::vector<CurveBin> bin_curve(std::span<const CurvePoint> points,
                                              Binning binning,
                                              std::size_t bins);

/// The published reading: an inversion is where the lowest bin of the curve is not the leftmost one.
/// Returns its place in `curve`, or nothing. Of equally low bins the leftmost is the lowest.
/// Source: Saha & Choudhury, arXiv 2507.05266 (2025).
[[nodiscard]] std::optional<std::size_t> published_inversion(std::span<const CurveBin> curve);

/// Two straight lines that meet: cross-entropy as a function of entropy,
///     value_at_break + left_slope (entropy - break_at)    left of the break
///     value_at_break + right_slope (entropy - break_at)   right of it
struct TwoSegmentFit {
    double break_at = 0.0;        ///< H*, in nats
    double value_at_break = 0.0;  ///< in nats
    double left_slope = 0.0, right_slope = 0.0;
    double sum_of_squares = 0.0;  ///< of the residuals, in nats^2, at least 0
    /// The curve falls and then rises: the break is the inversion point. Anything else has none.
    [[nodiscard]] bool inverted() const { return left_slope < 0.0 && 0.0 < right_slope; }
};

/// Fits two segments to one curve again and again, with other weights.
class TwoSegmentFitter {
  public:
    /// points: shape (n,), any order, fits do not depend on it.
    explicit TwoSegmentFitter(std::span<const CurvePoint> points);

    /// The least squares fit over all breaks for which two different entropies lie at or below the
    /// break and two at or above it: exact, O(n). Between two neighbouring entropies the sum of
    /// squares is lowest where the separate lines of both sides meet, if they meet there, or at one of
    /// the two. Where several breaks fit equally well, the lowest of them.
    /// weights: shape (n,), how often each point counts, in the order of the points; empty: once.
    /// Returns nothing for fewer than 4 different entropies of positive weight.
    /// Source: Hudson, J. Am. Stat. Assoc. 61 (1966), 1097-1129.
    [[nodiscard]] std::optional<TwoSegmentFit> fit(
        std::span<const std::uint32_t> weights = {}) const;

    [[nodiscard]] std::size_t size() const { return points_.size(); }

  private:
    std::vector<CurvePoint> points_;  // ascending
    std::vector<std::size_t> order_;  // where each was
};

/// The fit of a single set of weights.
[[nodiscard]] std::optional<TwoSegmentFit> fit_two_segments(
    std::span<const CurvePoint> points, std::span<const std::uint32_t> weights = {});

}  // namespace truegap::metrics
