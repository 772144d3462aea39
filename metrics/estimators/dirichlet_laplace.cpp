#include "metrics/estimators/dirichlet_laplace.hpp"

#include "metrics/estimators/detail/dirichlet_plug_in.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<DirichletLaplace>);

double DirichletLaplace::term(std::uint64_t count, const SampleSize& size) const {
    const auto K = static_cast<double>(size.items.value_or(1));
    return detail::dirichlet_term(count, size, 1.0, K);
}

double DirichletLaplace::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> DirichletLaplace::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
