#include "metrics/estimators/grassberger_2003.hpp"

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/registry.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Grassberger2003>);

std::optional<double> Grassberger2003::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const auto n = static_cast<double>(sample.n);
    const double ln_n = ln(n);
    // Differences first, then the sum: ln N against a sum close to it would cancel.
    CompensatedSum sum;
    for (const std::uint32_t count : sample.counts)
        if (count > 0)
            sum.add(static_cast<double>(count) *
                    (count > sample.n / 2
                         ? ln_ratio(sample.n, count) + ln_minus_grassberger_g(count)
                         : ln_n - grassberger_g(count)));
    return sum.value() / n;
}

}  // namespace truegap::metrics
