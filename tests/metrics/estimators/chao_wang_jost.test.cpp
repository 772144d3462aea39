#include "metrics/estimators/chao_wang_jost.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using oracle::Tail;
using truegap::metrics::test::close;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("oracle: three ways to the Chao-Wang-Jost bracket agree", "[metrics][oracle]") {
    for (const double A : {1e-12, 1e-5, 1e-3, 0.05})
        for (const std::uint64_t n : {1U, 2U, 10U, 64U, 1000U}) {
            CAPTURE(A, n);
            const double printed = oracle::chao_wang_jost_tail(A, n, Tail::printed);
            CHECK(close(oracle::chao_wang_jost_tail(A, n, Tail::quadrature), printed, 1e-15, 0.0));
            if (A < 1e-2) continue;
            CHECK(close(oracle::chao_wang_jost_tail(A, n, Tail::series), printed, 1e-15, 0.0));
        }
    CHECK(close(oracle::chao_wang_jost_tail(0.02, 1'000'000, Tail::series),
                oracle::chao_wang_jost_tail(0.02, 1'000'000, Tail::quadrature),
                1e-15,
                0.0));
}

TEST_CASE("chao_wang_jost_tail: agrees with 50 digits and more for every A and n",
          "[metrics][entropy]") {
    // 0.0951626 = 1 - e^-0.1 and n = 64 are where the code changes its method.
    const double changes_at = -std::expm1(-0.1);
    int checked = 0;
    for (const double A : {1e-12,
                           1e-10,
                           1e-8,
                           1e-6,
                           1e-4,
                           1e-3,
                           0.01,
                           0.03,
                           0.08,
                           std::nextafter(changes_at, 0.0),
                           changes_at,
                           std::nextafter(changes_at, 1.0),
                           0.1,
                           0.2,
                           0.5,
                           0.9,
                           0.9999})
        for (const std::uint64_t n : {1ULL,
                                      2ULL,
                                      3ULL,
                                      10ULL,
                                      63ULL,
                                      64ULL,
                                      65ULL,
                                      400ULL,
                                      3000ULL,
                                      100'000ULL,
                                      10'000'000ULL,
                                      1'000'000'000ULL}) {
            const double expected = oracle::chao_wang_jost_tail(A, n);
            CAPTURE(A, n, expected);
            CHECK(close(chao_wang_jost_tail(A, n), expected, 1e-12, 0.0));
            ++checked;
        }
    CHECK(checked == 17 * 12);
}

TEST_CASE("chao_wang_jost_tail: agrees on both sides of n ln(1/x) = 40", "[metrics][entropy]") {
    // There the code passes from one form of e^z E1(z) to another.
    for (const double z : {5.0, 30.0, 39.9, 40.1, 43.0, 60.0, 95.0})
        for (const std::uint64_t n : {1000ULL, 1'000'000ULL, 1'000'000'000ULL}) {
            const double A = -std::expm1(-z / static_cast<double>(n));
            const double expected = oracle::chao_wang_jost_tail(A, n);
            CAPTURE(A, n, expected);
            CHECK(close(chao_wang_jost_tail(A, n), expected, 1e-14, 0.0));
        }
}

TEST_CASE("chao_wang_jost_tail: agrees with the printed form where that still holds",
          "[metrics][entropy]") {
    // Small n and moderate A: plain doubles keep ten digits of the bracket, so this is by hand.
    for (const double A : {0.1, 0.3, 0.6})
        for (const int n : {1, 2, 3, 5}) {
            double bracket = -std::log(A);
            for (int r = 1; r < n; ++r) bracket -= std::pow(1.0 - A, r) / r;
            CAPTURE(A, n);
            CHECK(close(chao_wang_jost_tail(A, static_cast<std::uint64_t>(n)),
                        std::pow(1.0 - A, 1 - n) * bracket,
                        1e-10));
        }
    CHECK(close(chao_wang_jost_tail(0.5, 1), std::log(2.0), 1e-15));
    CHECK(close(chao_wang_jost_tail(0.5, 2), 2.0 * (std::log(2.0) - 0.5), 1e-15));
}

TEST_CASE("chao_wang_jost_tail: 0 at A = 1, within [0, -ln A], falling in n and A",
          "[metrics][entropy]") {
    for (const std::uint64_t n : {1ULL, 2ULL, 64ULL, 1'000'000'000ULL})
        CHECK(chao_wang_jost_tail(1.0, n) == 0.0);
    for (const std::uint64_t n : {1ULL, 5ULL, 63ULL, 64ULL, 65ULL, 1000ULL, 1'000'000ULL}) {
        double before = infinity;
        for (double A = 1e-12; A < 1.0; A *= 1.07) {
            const double value = chao_wang_jost_tail(A, n);
            REQUIRE(value >= 0.0);
            REQUIRE(value <= -std::log(A) * (1.0 + 1e-14));
            REQUIRE(value < before);
            REQUIRE(chao_wang_jost_tail(A, n + 1) < value);
            before = value;
        }
    }
}
