#include "metrics/estimators/dirichlet_jeffreys.hpp"

#include "metrics/estimators/detail/dirichlet_plug_in.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<DirichletJeffreys>);

double DirichletJeffreys::term(std::uint64_t count, const SampleSize& size) const {
    const auto K = static_cast<double>(size.items.value_or(1));
    return detail::dirichlet_term(count, size, 0.5, 0.5 * K);
}

double DirichletJeffreys::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> DirichletJeffreys::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
