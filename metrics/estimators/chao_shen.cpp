#include "metrics/estimators/chao_shen.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<ChaoShen>);

namespace {

// -p ln p / (1 - (1 - p)^n), p = (1 - missing/n) count/n.
double term(std::uint64_t samples, std::uint64_t missing, std::uint64_t count) {
    const auto n = static_cast<double>(samples);
    const double unseen_mass = static_cast<double>(missing) / n;
    // Not 1 - unseen_mass, which has lost digits when nearly all are singletons.
    const double coverage = static_cast<double>(samples - missing) / n;
    const double share = static_cast<double>(count) / n;
    const double p = coverage * share;
    const double ln_absent = ln_1p(-p);  // ln(1 - p); -infinity when p = 1
    // 1 - p = (n - count)/n + unseen_mass share, exact enough to take ln p near p = 1 from it.
    const double miss = (n - static_cast<double>(count)) / n + unseen_mass * share;
    const double ln_p = p > 0.5 ? ln_1p(-miss) : ln(p);
    const double seen_probability = -exponential_m1(n * ln_absent);
    return -p * ln_p / seen_probability;
}

}  // namespace

std::optional<double> ChaoShen::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    std::uint32_t singletons = 0;
    for (const std::uint32_t count : sample.counts) singletons += count == 1 ? 1U : 0U;
    const std::uint64_t missing = singletons == sample.n ? sample.n - 1 : singletons;
    return detail::tabled_sum({.owner = &name, .n = sample.n, .other = missing},
                              sample.counts,
                              sample.n,
                              [&](std::uint32_t count) { return term(sample.n, missing, count); });
}

}  // namespace truegap::metrics
