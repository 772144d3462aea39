#include "metrics/estimators/grassberger_1988_n1.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Grassberger1988N1>);

double Grassberger1988N1::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    const auto x = static_cast<double>(count);
    const double alternating = (count % 2 == 0 ? 1.0 : -1.0) / (x + 1.0);
    // Differences first, then the sum: ln N against a sum close to it would cancel.
    return x / static_cast<double>(size.n) *
           (ln_ratio(size.n, count) - digamma_minus_ln(count) - alternating);
}

double Grassberger1988N1::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Grassberger1988N1::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
