#include "metrics/estimators/bonachela.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/gamma_functions.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Bonachela>);

double Bonachela::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    const auto n = static_cast<double>(size.n);
    const auto c = static_cast<double>(count);
    return (c + 1.0) / (n + 2.0) *
           digamma_difference(c + 2.0, static_cast<double>(size.n - count) + 1.0);
}

double Bonachela::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Bonachela::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
