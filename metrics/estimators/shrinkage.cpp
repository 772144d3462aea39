#include "metrics/estimators/shrinkage.hpp"

#include "metrics/compensated_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Shrinkage>);

namespace {

// lam, from sums in which nothing is negative.
double intensity(std::span<const CountMultiplicity> groups,
                 std::uint64_t samples,
                 std::uint64_t items,
                 std::uint64_t unseen) {
    const auto n = static_cast<double>(samples);
    const auto K = static_cast<double>(items);
    CompensatedSum spread;    // N^2 (1 - sum (n_i/N)^2)
    CompensatedSum distance;  // (N K)^2 sum (1/K - n_i/N)^2
    for (const auto [count, with] : groups) {
        const auto c = static_cast<double>(count);
        const auto weight = static_cast<double>(with);
        const double deviation = c * K - n;  // exact where it is small: n is below 2^53
        spread.add(weight * c * static_cast<double>(samples - count));
        distance.add(weight * deviation * deviation);
    }
    distance.add(static_cast<double>(unseen) * n * n);
    const double numerator = spread.value() * K * K;
    const double denominator = (n - 1.0) * distance.value();
    return numerator >= denominator ? 1.0 : numerator / denominator;
}

}  // namespace

std::optional<double> Shrinkage::operator()(const CountsView& sample) const {
    if (sample.n == 0 || !sample.items) return std::nullopt;
    static thread_local std::vector<CountMultiplicity> groups;
    fingerprint(sample.counts, groups);
    std::uint64_t seen = 0;
    for (const auto [count, items] : groups) seen += items;
    if (*sample.items < seen) return std::nullopt;
    const std::uint64_t unseen = *sample.items - seen;
    const double lam = intensity(groups, sample.n, *sample.items, unseen);
    const auto n = static_cast<double>(sample.n);
    const auto K = static_cast<double>(*sample.items);
    const double of_unseen = lam / K;
    const double of_one = (1.0 - lam) / n;
    CompensatedSum entropy;
    for (const auto [count, items] : groups) {
        const double p = of_unseen + of_one * static_cast<double>(count);
        double ln_p = 0.0;
        if (p > 0.5) {  // 1 - p from its parts, so that ln p keeps its digits near p = 1
            const auto others = static_cast<double>(sample.n - count);
            ln_p = ln_1p(-(of_unseen * (K - 1.0) + of_one * others));
        } else {
            ln_p = ln(p);
        }
        entropy.add(-static_cast<double>(items) * p * ln_p);
    }
    if (unseen > 0 && of_unseen > 0.0)
        entropy.add(-static_cast<double>(unseen) * of_unseen * ln(of_unseen));
    return entropy.value();
}

}  // namespace truegap::metrics
