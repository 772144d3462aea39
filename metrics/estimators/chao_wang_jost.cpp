#include "metrics/estimators/chao_wang_jost.hpp"

#include <array>
#include <boost/math/special_functions/expint.hpp>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/estimators/zhang.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<ChaoWangJost>);

namespace {

// e^z E1(z): Boost's E1 up to z = 40, beyond it the continued fraction, since e^z overflows.
double scaled_exponential_integral(double z) {
    if (z <= 40.0) return exponential(z) * boost::math::expint(1, z);
    double fraction = 0.0;  // 1/(z+1 - 1/(z+3 - 4/(z+5 - ...))), evaluated from its tail
    for (int k = 20; k >= 1; --k) {
        const double order = k;
        fraction = order * order / (z + 2.0 * order + 1.0 - fraction);
    }
    return 1.0 / (z + 1.0 - fraction);
}

// sum_{j>=0} e^(-rate j) / (start + j) for start >= 64 and rate <= 0.1, by Euler-Maclaurin: the
// integral e^z E1(z), z = rate * start, plus end corrections -B_2m/(2m)! f^(2m-1)(0).
double euler_maclaurin_tail(double rate, double start) {
    // Derivatives of f at 0 from (start + j) f' = -(rate (start + j) + 1) f, differentiated m
    // times.
    double before = 0.0;
    double derivative = 1.0 / start;
    double sum = scaled_exponential_integral(rate * start) + derivative / 2.0;
    constexpr std::array bernoulli{1.0 / 12.0,
                                   -1.0 / 720.0,
                                   1.0 / 30240.0,
                                   -1.0 / 1209600.0,
                                   1.0 / 47900160.0};  // B_2m / (2m)!
    for (std::size_t m = 0; m < 2 * bernoulli.size() - 1; ++m) {
        const auto order = static_cast<double>(m);
        const double next =
            -((order + rate * start + 1.0) * derivative + rate * order * before) / start;
        before = derivative;
        derivative = next;  // of order m + 1
        if (m % 2 == 0) sum -= bernoulli[m / 2] * derivative;
    }
    return sum;
}

constexpr double direct_rate = 0.1;    // from here on the plain series needs under 400 terms
constexpr double direct_start = 64.0;  // Euler-Maclaurin is exact to rounding from here on

}  // namespace

double chao_wang_jost_tail(double A, std::uint64_t n) {
    TRUEGAP_EXPECTS(A > 0.0 && A <= 1.0 && n >= 1);
    const double x = 1.0 - A;
    const double rate = -ln_1p(-A);
    auto start = static_cast<double>(n);
    CompensatedSum sum;
    double power_of_x = 1.0;
    const bool plain = rate > direct_rate;
    while (plain ? power_of_x > std::numeric_limits<double>::epsilon() / 16.0
                 : start < direct_start) {
        sum.add(power_of_x / start);
        power_of_x *= x;
        start += 1.0;
    }
    if (!plain) sum.add(power_of_x * euler_maclaurin_tail(rate, start));
    return x * sum.value();
}

std::optional<double> ChaoWangJost::operator()(const CountsView& sample) const {
    const std::optional<double> seen_part = Zhang{}(sample);
    if (!seen_part) return std::nullopt;
    const SeenItems seen = seen_items(sample.counts);
    if (seen.singletons == 0) return seen_part;
    const auto n = static_cast<double>(sample.n);
    const auto f1 = static_cast<double>(seen.singletons);
    const auto f2 = static_cast<double>(seen.doubletons);
    // Remembered by f2, from index 1 on.
    const auto unseen_part = [&] {
        const double A = seen.doubletons > 0 ? 2.0 * f2 / ((n - 1.0) * f1 + 2.0 * f2)
                                             : 2.0 / ((n - 1.0) * (f1 - 1.0) + 2.0);
        return f1 / n * chao_wang_jost_tail(A, sample.n);
    };
    const std::size_t size = std::min<std::uint64_t>(sample.n + 1, detail::longest_table);
    if (seen.doubletons + 1 >= size) return *seen_part + unseen_part();
    double& remembered = detail::remembered_table(
        {.owner = &name, .n = sample.n, .other = seen.singletons}, size)[seen.doubletons + 1];
    if (std::isnan(remembered)) remembered = unseen_part();
    return *seen_part + remembered;
}

}  // namespace truegap::metrics
