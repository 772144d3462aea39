#include "metrics/estimators/grassberger_2003_psi.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Grassberger2003Psi>);

double Grassberger2003Psi::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    // Differences first, then the sum: psi(N) against a sum close to it would cancel.
    return static_cast<double>(count) / static_cast<double>(size.n) *
           (ln_ratio(size.n, count) + digamma_minus_ln(size.n) + ln_minus_grassberger_g(count));
}

double Grassberger2003Psi::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Grassberger2003Psi::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
