#include "metrics/polygamma.hpp"

#include <catch2/catch.hpp>

#include "tests/metrics/estimators/oracle_closed.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;

constexpr double arguments[] = {1e-6,
                                0.5,
                                1.0,
                                1.5,
                                2.0,
                                7.25,
                                19.0,
                                19.999,
                                20.0,
                                20.001,
                                63.5,
                                1000.0,
                                16384.0,
                                1e6,
                                4294967296.0,
                                1e12,
                                1e21};
constexpr double distances[] = {1e-15, 1e-9, 1e-4, 0.5, 1.0, 3.0, 19.5, 100.0, 1e6, 1e12, 1e21};

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

TEST_CASE("scaled_trigamma_difference: relative to itself exact, however close the arguments",
          "[metrics][log]") {
    for (const double x : arguments) {
        CHECK(scaled_trigamma_difference(x, 0.0) == 0.0);
        for (const double d : distances) {
            CAPTURE(x, d);
            const double actual = scaled_trigamma_difference(x, d);
            CHECK(close(actual, oracle::scaled_trigamma_difference(x, d), 1e-14, 0.0));
            CHECK(actual > 0.0);
        }
    }
}
