#include "metrics/detail/count_weights.hpp"

#include <algorithm>

#include "metrics/compensated_sum.hpp"

namespace truegap::metrics::detail {

namespace {

// From 1 at the mode outward and then divided by the sum: no factorial is needed, and the errors of
// the recurrence stay small where the weights are large. ratio(j) = weight(j+1) / weight(j).
template <class Ratio>
CountWeights outward(std::uint64_t first,
                     std::uint64_t mode,
                     std::uint64_t last,
                     double negligible,
                     const Ratio& ratio) {
    std::vector<double> below;
    double weight = 1.0;
    for (std::uint64_t j = mode; j > first; --j) {
        weight /= ratio(j - 1);
        if (weight < negligible) break;
        below.push_back(weight);
    }
    CountWeights result{.first = mode - below.size(), .values = {below.rbegin(), below.rend()}};
    weight = 1.0;
    for (std::uint64_t j = mode; !(weight < negligible); ++j) {
        result.values.push_back(weight);
        if (j == last) break;
        weight *= ratio(j);
    }
    CompensatedSum sum;
    for (const double value : result.values) sum.add(value);
    for (double& value : result.values) value /= sum.value();
    return result;
}

}  // namespace

CountWeights binomial_weights(std::uint64_t n, double p, double negligible) {
    if (p <= 0.0) return {.first = 0, .values = {1.0}};
    if (p >= 1.0) return {.first = n, .values = {1.0}};
    const auto size = static_cast<double>(n);
    const double odds = p / (1.0 - p);
    const auto mode = std::min(n, static_cast<std::uint64_t>((size + 1.0) * p));
    return outward(0, mode, n, negligible, [=](std::uint64_t j) {
        return static_cast<double>(n - j) / static_cast<double>(j + 1) * odds;
    });
}

CountWeights poisson_weights(double mean, std::uint64_t first, std::uint64_t last) {
    const auto mode = std::clamp(static_cast<std::uint64_t>(mean), first, last);
    constexpr double all = 0.0;
    return outward(
        first, mode, last, all, [=](std::uint64_t j) { return mean / static_cast<double>(j + 1); });
}

}  // namespace truegap::metrics::detail
