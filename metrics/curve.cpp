#include "metrics/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

[[maybe_unused]] bool finite(const CurvePoint& point) {
    return std::isfinite(point.entropy) && std::isfinite(point.cross_entropy);
}

bool before(const CurvePoint& a, const CurvePoint& b) {
    return std::tie(a.entropy, a.cross_entropy) < std::tie(b.entropy, b.cross_entropy);
}

template <class Value>
double mean_of(std::span<const CurvePoint> points, const Value& value) {
    CompensatedSum sum;
    for (const CurvePoint& point : points) sum.add(value(point));
    return sum.value() / static_cast<double>(points.size());
}

template <class Value>
std::optional<double> standard_error_of(std::span<const CurvePoint> points, const Value& value) {
    if (points.size() < 2) return std::nullopt;
    const double mean = mean_of(points, value);
    CompensatedSum squares;
    for (const CurvePoint& point : points)
        squares.add((value(point) - mean) * (value(point) - mean));
    const auto n = static_cast<double>(points.size());
    return std::sqrt(squares.value() / ((n - 1.0) * n));
}

CurveBin bin_of(std::span<const CurvePoint> points, double low, double high) {
    const auto cross_entropy = [](const CurvePoint& point) { return point.cross_entropy; };
    const auto gap = [](const CurvePoint& point) { return point.cross_entropy - point.entropy; };
    return {
        .low = low,
        .high = high,
        .contexts = static_cast<std::uint32_t>(points.size()),
        .entropy = mean_of(points, [](const CurvePoint& point) { return point.entropy; }),
        .cross_entropy = mean_of(points, cross_entropy),
        .cross_entropy_se = standard_error_of(points, cross_entropy),
        .gap_se = standard_error_of(points, gap),
    };
}

// sorted: at least one point.
std::vector<CurveBin> bins_of_equal_width(std::span<const CurvePoint> sorted, std::size_t bins) {
    const double lowest = sorted.front().entropy;
    const double highest = sorted.back().entropy;
    if (lowest == highest) return {bin_of(sorted, lowest, highest)};
    std::vector<CurveBin> curve;
    curve.reserve(bins);
    const auto edge = [&](std::size_t i) {
        const double share = static_cast<double>(i) / static_cast<double>(bins);
        return i == bins ? highest : lowest + share * (highest - lowest);
    };
    auto first = sorted.begin();
    for (std::size_t i = 0; i < bins; ++i) {
        const double high = edge(i + 1);
        const auto last = i + 1 == bins
                              ? sorted.end()
                              : std::find_if(first, sorted.end(), [&](const CurvePoint& point) {
                                    return point.entropy >= high;
                                });
        if (first != last) curve.push_back(bin_of({first, last}, edge(i), high));
        first = last;
    }
    return curve;
}

// The end of the run of one entropy around a cut that is nearer to it, the lower one of two.
std::size_t cut_beside_ties(std::span<const CurvePoint> sorted, std::size_t cut) {
    const double entropy = sorted[cut].entropy;
    const auto [first, last] = std::equal_range(
        sorted.begin(), sorted.end(), CurvePoint{entropy, 0.0}, [](const auto& a, const auto& b) {
            return a.entropy < b.entropy;
        });
    const auto low = static_cast<std::size_t>(first - sorted.begin());
    const auto high = static_cast<std::size_t>(last - sorted.begin());
    return cut - low <= high - cut ? low : high;
}

// sorted: at least one point.
std::vector<CurveBin> bins_of_equal_count(std::span<const CurvePoint> sorted, std::size_t bins) {
    const std::size_t parts = std::min(bins, sorted.size());
    std::vector<std::size_t> cuts{0};
    cuts.reserve(parts + 1);
    for (std::size_t i = 1; i < parts; ++i) {
        // i n / parts, rounded down, without a product that may not fit.
        const std::size_t n = sorted.size();
        const std::size_t cut = cut_beside_ties(sorted, n / parts * i + n % parts * i / parts);
        if (cut > cuts.back() && cut < sorted.size()) cuts.push_back(cut);
    }
    std::vector<CurveBin> curve;
    curve.reserve(cuts.size());
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        const bool last = i + 1 == cuts.size();
        const std::size_t end = last ? sorted.size() : cuts[i + 1];
        curve.push_back(bin_of(sorted.subspan(cuts[i], end - cuts[i]),
                               sorted[cuts[i]].entropy,
                               last ? sorted.back().entropy : sorted[end].entropy));
    }
    return curve;
}

// Different entropies with what has them: total weight, mean cross-entropy.
struct Node {
    double x = 0.0;
    double weight = 0.0;
    double y = 0.0;
};

// Weight, means, and sums of squares and products about the means of some nodes, built one by one
// (West 1979): nothing cancels, also where the nodes are far from 0 and near to each other.
struct Line {
    double weight = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;

    void add(const Node& node) {
        weight += node.weight;
        const double share = node.weight / weight;
        const double dx = node.x - x;
        const double dy = node.y - y;
        x += share * dx;
        y += share * dy;
        xx += node.weight * dx * (node.x - x);
        xy += node.weight * dx * (node.y - y);
        yy += node.weight * dy * (node.y - y);
    }
    // The rest needs two different x.
    [[nodiscard]] double slope() const { return xy / xx; }
    [[nodiscard]] double squares() const { return std::max(yy - xy * xy / xx, 0.0); }
    [[nodiscard]] double at(double place) const { return y + slope() * (place - x); }
    // 1 / the weight of `at`: its variance where every node's is 1 / weight.
    [[nodiscard]] double spread(double place) const {
        return 1.0 / weight + (place - x) * (place - x) / xx;
    }
    // Of the best line through (place, value).
    [[nodiscard]] double slope_through(double place, double value) const {
        const double d = x - place;
        return (xy + weight * d * (y - value)) / (xx + weight * d * d);
    }
};

// Keeps the fit with the lower sum of squares, the earlier one of two.
void keep_better(TwoSegmentFit& best, const TwoSegmentFit& other) {
    if (other.sum_of_squares < best.sum_of_squares) best = other;
}

// The best fit that breaks at `place`, with `left` and `right` on its sides.
TwoSegmentFit fit_at(double place, const Line& left, const Line& right) {
    const double a = left.at(place);
    const double b = right.at(place);
    const double from_left = left.spread(place);
    const double from_right = right.spread(place);
    const double both = from_left + from_right;
    const double value = a + (b - a) * (from_left / both);  // exactly a where both agree
    return {.break_at = place,
            .value_at_break = value,
            .left_slope = left.slope_through(place, value),
            .right_slope = right.slope_through(place, value),
            .sum_of_squares = left.squares() + right.squares() + (a - b) * (a - b) / both};
}

// The best fit that breaks at the last but one node: the right segment goes through the last one,
// and costs nothing.
TwoSegmentFit fit_at_last_knot(double place, const Line& left, const Node& last) {
    const double value = left.at(place);
    return {.break_at = place,
            .value_at_break = value,
            .left_slope = left.slope(),
            .right_slope = (last.y - value) / (last.x - place),
            .sum_of_squares = left.squares()};
}

// The fit of two separate lines, where they meet between `low` and `high`.
std::optional<TwoSegmentFit> fit_between(double low,
                                         double high,
                                         const Line& left,
                                         const Line& right) {
    // From `low`, which is near: the lines' distance there over what it shrinks by.
    const double shrinks = left.slope() - right.slope();
    if (shrinks == 0.0) return std::nullopt;
    const double place = low + (right.at(low) - left.at(low)) / shrinks;
    if (!(place > low && place < high)) return std::nullopt;
    return TwoSegmentFit{.break_at = place,
                         .value_at_break = left.at(place),
                         .left_slope = left.slope(),
                         .right_slope = right.slope(),
                         .sum_of_squares = left.squares() + right.squares()};
}

// nodes: at least 4.
TwoSegmentFit best_fit(std::span<const Node> nodes) {
    const std::size_t count = nodes.size();
    std::vector<Line> right(count);  // [i]: of the nodes after i
    for (std::size_t i = count - 1; i-- > 0;) {
        right[i] = right[i + 1];
        right[i].add(nodes[i + 1]);
    }
    TwoSegmentFit best{.sum_of_squares = std::numeric_limits<double>::infinity()};
    Line left;
    left.add(nodes[0]);
    for (std::size_t i = 1; i + 2 < count; ++i) {
        left.add(nodes[i]);
        // No line that has to meet another one fits better than without.
        if (left.squares() + right[i].squares() >= best.sum_of_squares) continue;
        keep_better(best, fit_at(nodes[i].x, left, right[i]));
        if (const auto fit = fit_between(nodes[i].x, nodes[i + 1].x, left, right[i]))
            keep_better(best, *fit);
    }
    left.add(nodes[count - 2]);
    keep_better(best, fit_at_last_knot(nodes[count - 2].x, left, nodes[count - 1]));
    return best;
}

}  // namespace

std::vector<CurveBin> bin_curve(std::span<const CurvePoint> points,
                                Binning binning,
                                std::size_t bins) {
    TRUEGAP_EXPECTS(bins >= 1);
    TRUEGAP_EXPECTS(std::all_of(points.begin(), points.end(), finite));
    if (points.empty()) return {};
    std::vector<CurvePoint> sorted(points.begin(), points.end());
    std::sort(sorted.begin(), sorted.end(), before);
    return binning == Binning::equal_width ? bins_of_equal_width(sorted, bins)
                                           : bins_of_equal_count(sorted, bins);
}

std::optional<std::size_t> published_inversion(std::span<const CurveBin> curve) {
    const auto lowest =
        std::min_element(curve.begin(), curve.end(), [](const CurveBin& a, const CurveBin& b) {
            return a.cross_entropy < b.cross_entropy;
        });
    if (lowest == curve.begin()) return std::nullopt;
    return static_cast<std::size_t>(lowest - curve.begin());
}

TwoSegmentFitter::TwoSegmentFitter(std::span<const CurvePoint> points) : order_(points.size()) {
    TRUEGAP_EXPECTS(std::all_of(points.begin(), points.end(), finite));
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        return before(points[a], points[b]);
    });
    points_.reserve(points.size());
    for (const std::size_t i : order_) points_.push_back(points[i]);
}

std::optional<TwoSegmentFit> TwoSegmentFitter::fit(std::span<const std::uint32_t> weights) const {
    TRUEGAP_EXPECTS(weights.empty() || weights.size() == points_.size());
    std::vector<Node> nodes;
    nodes.reserve(points_.size());
    for (std::size_t i = 0; i < points_.size(); ++i) {
        const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[order_[i]]);
        if (weight == 0.0) continue;
        const CurvePoint& point = points_[i];
        if (nodes.empty() || nodes.back().x != point.entropy) {
            nodes.push_back({point.entropy, weight, point.cross_entropy});
            continue;
        }
        Node& node = nodes.back();
        node.weight += weight;
        node.y += weight / node.weight * (point.cross_entropy - node.y);
    }
    if (nodes.size() < 4) return std::nullopt;
    TwoSegmentFit best = best_fit(nodes);
    // Anew from the residuals: the sums above leave out what lies within a node, and cancel where the
    // fit is good.
    CompensatedSum squares;
    for (std::size_t i = 0; i < points_.size(); ++i) {
        const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[order_[i]]);
        const double from_break = points_[i].entropy - best.break_at;
        const double residual =
            points_[i].cross_entropy - best.value_at_break -
            (from_break < 0.0 ? best.left_slope : best.right_slope) * from_break;
        squares.add(weight * residual * residual);
    }
    best.sum_of_squares = squares.value();
    return best;
}

std::optional<TwoSegmentFit> fit_two_segments(std::span<const CurvePoint> points,
                                              std::span<const std::uint32_t> weights) {
    return TwoSegmentFitter(points).fit(weights);
}

}  // namespace truegap::metrics
