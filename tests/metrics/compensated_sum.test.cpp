#include "metrics/compensated_sum.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/metrics/support.hpp"

namespace {

using truegap::metrics::CompensatedSum;
using truegap::metrics::test::close;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("CompensatedSum: what a plain sum loses is kept", "[metrics][sum]") {
    CompensatedSum sum;
    CHECK(sum.value() == 0.0);
    for (const double term : {1.0, 1e100, 1.0, -1e100}) sum.add(term);
    CHECK(sum.value() == 2.0);  // a plain sum gives 0, Kahan's too

    CompensatedSum tenths;
    double plain = 0.0;
    for (int i = 0; i < 1'000'000; ++i) {
        tenths.add(0.1);
        plain += 0.1;
    }
    CHECK(close(tenths.value(), 1e5, 1e-16));
    CHECK_FALSE(close(plain, 1e5, 1e-12));
}

TEST_CASE("CompensatedSum: an infinite term makes the total infinite, never NaN",
          "[metrics][sum]") {
    for (const double limit : {infinity, -infinity}) {
        CompensatedSum sum;
        sum.add(1.0);
        sum.add(limit);
        CHECK(sum.value() == limit);
        sum.add(-5.0);
        sum.add(limit);
        CHECK(sum.value() == limit);
    }
}
