#include "metrics/estimators/chao_shen.hpp"

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/registry.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<ChaoShen>);

std::optional<double> ChaoShen::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const auto n = static_cast<double>(sample.n);
    const std::uint64_t f1 = seen_items(sample.counts).singletons;
    const std::uint64_t missing = f1 == sample.n ? sample.n - 1 : f1;
    const double unseen_mass = static_cast<double>(missing) / n;
    // Not 1 - unseen_mass, which has lost digits when nearly all are singletons.
    const double coverage = static_cast<double>(sample.n - missing) / n;
    CompensatedSum sum;
    for (const auto [count, items] : fingerprint(sample.counts)) {
        const double share = static_cast<double>(count) / n;
        const double p = coverage * share;
        const double ln_absent = ln_1p(-p);  // ln(1 - p); -infinity when p = 1
        // 1 - p = (n - count)/n + unseen_mass share, exact enough to take ln p near p = 1 from it.
        const double miss = (n - static_cast<double>(count)) / n + unseen_mass * share;
        const double ln_p = p > 0.5 ? ln_1p(-miss) : ln(p);
        const double seen_probability = -exponential_m1(n * ln_absent);
        sum.add(static_cast<double>(items) * (-p * ln_p / seen_probability));
    }
    return sum.value();
}

}  // namespace truegap::metrics
