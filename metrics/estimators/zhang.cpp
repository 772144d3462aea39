#include "metrics/estimators/zhang.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Zhang>);

double Zhang::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    // psi(N) - psi(c) without cancellation when c is most of N.
    const double difference =
        count > size.n / 2
            ? ln_ratio(size.n, count) + (digamma_minus_ln(size.n) - digamma_minus_ln(count))
            : digamma_of_count(size.n) - digamma_of_count(count);
    return static_cast<double>(count) / static_cast<double>(size.n) * difference;
}

double Zhang::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Zhang::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
