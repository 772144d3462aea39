#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "metrics/gamma_functions.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Dec100 = boost::multiprecision::cpp_dec_float_100;

double by_steps(double x, std::uint64_t n) {
    Dec100 product = 1;
    for (std::uint64_t j = 1; j < n; ++j) product *= 1 + Dec100(j) / x;
    return log(product).convert_to<double>();
}

double by_gamma(double x, std::uint64_t n) {
    const Dec100 X(x);
    const Dec100 end = X + Dec100(n);
    const Dec100 difference = boost::math::lgamma(end) - boost::math::lgamma(X);
    return Dec100(difference - Dec100(n) * log(X)).convert_to<double>();
}

}  // namespace

TEST_CASE("ln_rising_over_power: the product itself, in 100 digits", "[metrics][golden]") {
    for (const double x : {16.0, 16.3, 20.0, 64.0, 1e3, 1e6, 1.8e10})
        for (const std::uint64_t n : {2U, 3U, 7U, 48U, 300U}) {
            CAPTURE(x, n);
            CHECK(close(ln_rising_over_power(x, n), by_steps(x, n), 2e-14, 0.0));
        }
}

TEST_CASE("ln_rising_over_power: many steps, in 100 digits", "[metrics][golden]") {
    for (const double x : {16.0, 100.5, 1e5, 1e9})
        for (const std::uint64_t n : {10'000ULL, 1'000'000ULL, 4'000'000'000ULL}) {
            CAPTURE(x, n);
            CHECK(close(ln_rising_over_power(x, n), by_gamma(x, n), 2e-14, 0.0));
        }
}

TEST_CASE("ln_rising_over_power: nothing rises in less than two steps", "[metrics]") {
    for (const double x : {16.0, 1e6}) {
        CHECK(ln_rising_over_power(x, 0) == 0.0);
        CHECK(ln_rising_over_power(x, 1) == 0.0);
    }
}
