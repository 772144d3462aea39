#include "sim/resampling.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "sim/wide_multiply.hpp"

namespace truegap::sim {

namespace {

std::size_t weighing(const UnitSums& units) {
    return static_cast<std::size_t>(std::count_if(
        units.weights.begin(), units.weights.end(), [](double weight) { return weight > 0.0; }));
}

template <class Count>
Figure ratio_of(const UnitSums& units, const Count& count) {
    metrics::CompensatedSum sum;
    metrics::CompensatedSum weight;
    for (std::size_t i = 0; i < units.sums.size(); ++i) {
        sum.add(count(i) * units.sums[i]);
        weight.add(count(i) * units.weights[i]);
    }
    if (weight.value() <= 0.0) return std::nullopt;
    return sum.value() / weight.value();
}

// Sums that differ by rounding alone count as equal, which keeps the test on the safe side.
Figure flipped_share(const std::vector<double>& distances, const Flips& flips) {
    double sum = 0.0;
    double size = 0.0;
    for (const double distance : distances) {
        sum += distance;
        size += std::abs(distance);
    }
    const double least = sum - 1e-12 * size;
    std::size_t as_large = 0;
    for (const std::vector<bool>& signs : flips) {
        double flipped = 0.0;
        for (std::size_t i = 0; i < distances.size(); ++i)
            flipped += signs[i] ? -distances[i] : distances[i];
        as_large += flipped >= least ? 1U : 0U;
    }
    return static_cast<double>(1 + as_large) / static_cast<double>(flips.size() + 1);
}

Figure p_of(const UnitSums& units, double at, double sign, const Flips& flips) {
    if (weighing(units) < 2) return std::nullopt;
    std::vector<double> distances;
    distances.reserve(units.sums.size());
    for (std::size_t i = 0; i < units.sums.size(); ++i)
        distances.push_back(sign * (units.sums[i] - at * units.weights[i]));
    return flipped_share(distances, flips);
}

}  // namespace

Times draw_times(Stream draws, std::size_t units, std::uint32_t resamples) {
    Times drawn(resamples, std::vector<std::uint32_t>(units));
    for (std::vector<std::uint32_t>& times : drawn)
        for (std::size_t i = 0; i < units; ++i) ++times[wide_multiply(draws(), units).high];
    return drawn;
}

Flips draw_flips(Stream draws, std::size_t units, std::uint32_t flips) {
    constexpr std::size_t bits = 64;
    Flips drawn(flips, std::vector<bool>(units));
    for (std::vector<bool>& signs : drawn) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < units; ++i) {
            if (i % bits == 0) word = draws();
            signs[i] = ((word >> (i % bits)) & 1U) != 0;
        }
    }
    return drawn;
}

Figure UnitSums::ratio() const {
    return ratio_of(*this, [](std::size_t) { return 1.0; });
}

std::optional<metrics::Interval> resampled_interval(const UnitSums& units,
                                                    const Times& times,
                                                    double level) {
    const Figure ratio = units.ratio();
    if (!ratio || weighing(units) < 2) return std::nullopt;
    double sum = 0.0;
    double weight = 0.0;
    for (std::size_t i = 0; i < units.sums.size(); ++i) {
        TRUEGAP_EXPECTS(std::isfinite(units.sums[i]));
        sum += units.sums[i];
        weight += units.weights[i];
    }
    std::vector<double> jackknifed;
    jackknifed.reserve(units.sums.size());
    for (std::size_t i = 0; i < units.sums.size(); ++i)
        if (units.weights[i] > 0.0)
            jackknifed.push_back((sum - units.sums[i]) / (weight - units.weights[i]));
    std::vector<double> resampled;
    resampled.reserve(times.size());
    for (const std::vector<std::uint32_t>& drawn : times)
        if (const Figure again =
                ratio_of(units, [&](std::size_t i) { return static_cast<double>(drawn[i]); }))
            resampled.push_back(*again);
    return metrics::bca_interval(*ratio, resampled, jackknifed, level);
}

Figure p_above(const UnitSums& units, double at, const Flips& flips) {
    return p_of(units, at, 1.0, flips);
}

Figure p_below(const UnitSums& units, double at, const Flips& flips) {
    return p_of(units, at, -1.0, flips);
}

Figure p_not_zero(const UnitSums& units, const Flips& flips) {
    const Figure above = p_above(units, 0.0, flips);
    const Figure below = p_below(units, 0.0, flips);
    if (!above || !below) return std::nullopt;
    return std::min(1.0, 2.0 * std::min(*above, *below));
}

Figure p_within(const UnitSums& units, double margin, const Flips& flips) {
    const Figure above = p_above(units, -margin, flips);
    const Figure below = p_below(units, margin, flips);
    if (!above || !below) return std::nullopt;
    return std::max(*above, *below);
}

}  // namespace truegap::sim
