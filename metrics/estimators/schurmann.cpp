#include "metrics/estimators/schurmann.hpp"

#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/gamma_functions.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<Schurmann>);

namespace {

// int_0^x t^(c-1)/(1+t) dt = (x^c/c) (1-z) sum_k k!/((c+1)...(c+k)) z^k, x = 1/xi - 1 and
// z = x/(1+x) = 1 - xi: Pfaff's transform of the alternating series, all of it positive.
double integral(std::uint64_t count) {
    const double x = exponential_m1(0.5);
    const double z = -exponential_m1(-0.5);
    const auto c = static_cast<double>(count);
    double sum = 1.0;
    double summand = 1.0;
    for (double k = 1.0; summand > 1e-18; k += 1.0) {
        summand *= k / (c + k) * z;
        sum += summand;
    }
    return power(x, c) / c * (1.0 - z) * sum;
}

}  // namespace

double Schurmann::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    const double alternating = count % 2 == 0 ? integral(count) : -integral(count);
    const double difference =
        digamma_difference(static_cast<double>(count), static_cast<double>(size.n - count));
    return static_cast<double>(count) / static_cast<double>(size.n) * (difference - alternating);
}

double Schurmann::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> Schurmann::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

}  // namespace truegap::metrics
