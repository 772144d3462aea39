#include "metrics/estimators/bub.hpp"

#include "metrics/estimators/detail/bub_coefficients.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Bub> && SaysCaveat<Bub>);

double Bub::term(std::uint64_t count, const SampleSize& size) const {
    const auto free = detail::bub_coefficients(size.n, size.items.value_or(1));
    return count < free.size() ? free[count] : detail::miller_madow_coefficient(count, size.n);
}

double Bub::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Bub::operator()(const CountsView& sample) const {
    if (sample.items && *sample.items == 0) return std::nullopt;
    return detail::additive_estimate(*this, sample);
}

std::string_view Bub::caveat(const CountsView& sample) {
    const auto value = Bub{}(sample);
    if (!value) return {};
    const double most = ln(static_cast<double>(*sample.items));
    if (*value >= 0.0 && *value <= most) return {};
    return "outside [0, ln K], where every entropy of K items lies";
}

}  // namespace truegap::metrics
