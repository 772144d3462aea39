#include "metrics/standard_error.hpp"

#include <cmath>
#include <vector>

#include "metrics/compensated_sum.hpp"

namespace truegap::metrics {

std::optional<double> jackknife_standard_error(
    const CountsView& sample,
    const std::function<std::optional<double>(const CountsView&)>& estimator) {
    if (sample.n < 2) return std::nullopt;
    struct LeftOut {
        double weight = 0.0;  // how many observations leave this behind
        double estimate = 0.0;
    };
    std::vector<LeftOut> all;
    std::vector<std::uint32_t> counts(sample.counts.begin(), sample.counts.end());
    const auto groups = fingerprint(sample.counts);
    for (const auto [count, items] : groups) {
        std::size_t place = 0;
        while (counts[place] != count) ++place;
        --counts[place];
        const auto estimate =
            estimator({.counts = counts, .n = sample.n - 1, .items = sample.items});
        ++counts[place];
        if (!estimate) return std::nullopt;
        all.push_back({static_cast<double>(count) * static_cast<double>(items), *estimate});
    }
    const auto n = static_cast<double>(sample.n);
    CompensatedSum sum;
    for (const LeftOut& one : all) sum.add(one.weight * one.estimate);
    const double mean = sum.value() / n;
    CompensatedSum squares;
    for (const LeftOut& one : all)
        squares.add(one.weight * (one.estimate - mean) * (one.estimate - mean));
    return std::sqrt((n - 1.0) / n * squares.value());
}

}  // namespace truegap::metrics
