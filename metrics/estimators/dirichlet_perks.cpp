#include "metrics/estimators/dirichlet_perks.hpp"

#include "metrics/estimators/detail/dirichlet_plug_in.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<DirichletPerks>);

double DirichletPerks::term(std::uint64_t count, const SampleSize& size) const {
    const auto K = static_cast<double>(size.items.value_or(1));
    return detail::dirichlet_term(count, size, 1.0 / K, 1.0);
}

double DirichletPerks::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> DirichletPerks::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
