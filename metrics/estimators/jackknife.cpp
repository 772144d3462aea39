#include "metrics/estimators/jackknife.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Jackknife> && SaysWhyUndefined<Jackknife>);

namespace {

// g(c) - ln c - 1 = -(c-1) ln(1 - 1/c) - 1, about -1/(2c).
double remainder(std::uint64_t c) {
    if (c == 1) return -1.0;
    const auto x = static_cast<double>(c);
    return -1.0 / x - (x - 1.0) * ln_1p_minus_x(-1.0 / x);
}

}  // namespace

double Jackknife::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    return static_cast<double>(count) / static_cast<double>(size.n) *
           (ln_ratio(size.n, count) + (remainder(size.n) - remainder(count)));
}

double Jackknife::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Jackknife::operator()(const CountsView& sample) const {
    if (sample.n == 1) return std::nullopt;
    return detail::additive_estimate(*this, sample);
}

std::string_view Jackknife::why_undefined(const CountsView& sample) {
    return sample.n == 1 ? "leaving out the only observation leaves nothing (n = 1)" : "";
}

}  // namespace truegap::metrics
