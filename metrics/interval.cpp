#include "metrics/interval.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

double normal_quantile(double p) {
    return -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * p);
}

double normal_share(double z) {
    return 0.5 * boost::math::erfc(-z / std::numbers::sqrt2);
}

}  // namespace

Interval normal_interval(double estimate, double standard_error, double level) {
    TRUEGAP_EXPECTS(level > 0.0 && level < 1.0);
    // The complement is exact from 1/2 on, where erf_inv would lose digits.
    const double z = std::numbers::sqrt2 * (level < 0.5 ? boost::math::erf_inv(level)
                                                        : boost::math::erfc_inv(1.0 - level));
    return {estimate - z * standard_error, estimate + z * standard_error};
}

Interval within_entropies(const Interval& interval, std::optional<std::uint64_t> items) {
    const double highest =
        items ? ln(static_cast<double>(*items)) : std::numeric_limits<double>::infinity();
    return {std::clamp(interval.low, 0.0, highest), std::clamp(interval.high, 0.0, highest)};
}

double sample_quantile(std::span<const double> sorted, double p) {
    const auto size = static_cast<double>(sorted.size());
    const double place = std::clamp(p * (size + 1.0), 1.0, size) - 1.0;
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

std::optional<Interval> bca_interval(double mean,
                                     std::vector<double>& resampled,
                                     const std::vector<double>& jackknifed,
                                     double level) {
    TRUEGAP_EXPECTS(level > 0.0 && level < 1.0);
    const auto infinite = [](double value) { return !std::isfinite(value); };
    if (jackknifed.size() < 2 || resampled.size() < 2 ||
        std::any_of(resampled.begin(), resampled.end(), infinite))
        return std::nullopt;
    std::sort(resampled.begin(), resampled.end());
    const auto [first, last] = std::equal_range(resampled.begin(), resampled.end(), mean);
    const auto below = static_cast<double>(first - resampled.begin());
    const auto equal = static_cast<double>(last - first);
    const double share = (below + 0.5 * equal) / static_cast<double>(resampled.size());
    if (resampled.front() == resampled.back() || share <= 0.0 || share >= 1.0) return std::nullopt;
    const double z0 = normal_quantile(share);
    const double centre = std::accumulate(jackknifed.begin(), jackknifed.end(), 0.0) /
                          static_cast<double>(jackknifed.size());
    double squares = 0.0;
    double cubes = 0.0;
    for (const double value : jackknifed) {
        const double distance = centre - value;
        squares += distance * distance;
        cubes += distance * distance * distance;
    }
    const double acceleration = squares > 0.0 ? cubes / (6.0 * squares * std::sqrt(squares)) : 0.0;
    const auto end = [&](double tail) {
        const double z = z0 + normal_quantile(tail);
        return sample_quantile(resampled, normal_share(z0 + z / (1.0 - acceleration * z)));
    };
    const double tail = 0.5 * (1.0 - level);
    return Interval{end(tail), end(1.0 - tail)};
}

}  // namespace truegap::metrics
