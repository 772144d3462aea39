#include "metrics/estimators/dirichlet_minimax.hpp"

#include "metrics/estimators/detail/dirichlet_plug_in.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<DirichletMinimax>);

double DirichletMinimax::term(std::uint64_t count, const SampleSize& size) const {
    const auto K = static_cast<double>(size.items.value_or(1));
    const double root = power(static_cast<double>(size.n), 0.5);
    return detail::dirichlet_term(count, size, root / K, root);
}

double DirichletMinimax::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> DirichletMinimax::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
