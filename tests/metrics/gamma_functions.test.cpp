#include "metrics/gamma_functions.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/metrics/estimators/oracle_closed.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Dec100 = boost::multiprecision::cpp_dec_float_100;

double rising_by_steps(double x, std::uint64_t n) {
    Dec100 product = 1;
    for (std::uint64_t j = 1; j < n; ++j) product *= 1 + Dec100(j) / x;
    return log(product).convert_to<double>();
}

double rising_by_gamma(double x, std::uint64_t n) {
    const Dec100 X(x);
    const Dec100 end = X + Dec100(n);
    const Dec100 difference = boost::math::lgamma(end) - boost::math::lgamma(X);
    return Dec100(difference - Dec100(n) * log(X)).convert_to<double>();
}

constexpr double arguments[] = {1e-6,
                                0.5,
                                1.0,
                                1.5,
                                2.0,
                                7.25,
                                9.999,
                                10.0,
                                10.001,
                                19.0,
                                63.5,
                                1000.0,
                                16384.0,
                                1e6,
                                4294967296.0,
                                1e12,
                                1e21};
constexpr double distances[] = {1e-15, 1e-9, 1e-4, 0.5, 1.0, 3.0, 9.5, 100.0, 1e6, 1e12, 1e21};

}  // namespace

TEST_CASE("digamma_difference: relative to itself exact, however close the arguments",
          "[metrics][log]") {
    for (const double x : arguments) {
        CHECK(digamma_difference(x, 0.0) == 0.0);
        for (const double d : distances) {
            CAPTURE(x, d);
            CHECK(close(digamma_difference(x, d), oracle::digamma_difference(x, d), 2e-15, 0.0));
        }
    }
}

TEST_CASE("trigamma_excess_difference: relative to itself exact, however close the arguments",
          "[metrics][log]") {
    for (const double x : arguments) {
        CHECK(trigamma_excess_difference(x, 0.0) == 0.0);
        for (const double d : distances) {
            CAPTURE(x, d);
            const double actual = trigamma_excess_difference(x, d);
            CHECK(close(actual, oracle::scaled_trigamma_difference(x, d), 1e-14, 0.0));
            CHECK(actual > 0.0);
        }
    }
}

TEST_CASE("ln_scaled_rising: the product itself, in 100 digits", "[metrics][golden]") {
    for (const double x : {10.0, 10.3, 16.0, 20.0, 64.0, 1e3, 1e6, 1.8e10})
        for (const std::uint64_t n : {2U, 3U, 7U, 48U, 300U}) {
            CAPTURE(x, n);
            CHECK(close(
                ln_scaled_rising(x, static_cast<double>(n)), rising_by_steps(x, n), 2e-14, 0.0));
        }
}

TEST_CASE("ln_scaled_rising: many steps, in 100 digits", "[metrics][golden]") {
    for (const double x : {10.0, 16.0, 100.5, 1e5, 1e9})
        for (const std::uint64_t n : {10'000ULL, 1'000'000ULL, 4'000'000'000ULL}) {
            CAPTURE(x, n);
            CHECK(close(
                ln_scaled_rising(x, static_cast<double>(n)), rising_by_gamma(x, n), 2e-14, 0.0));
        }
}

TEST_CASE("ln_scaled_rising: nothing rises in less than two steps", "[metrics]") {
    for (const double x : {10.0, 16.0, 1e6}) {
        CHECK(ln_scaled_rising(x, 0.0) == 0.0);
        CHECK(std::abs(ln_scaled_rising(x, 1.0)) < 1e-16);
    }
}
