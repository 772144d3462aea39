#include "metrics/log_tables.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;

constexpr double infinity = std::numeric_limits<double>::infinity();

// All small counts, a scatter of the table, both sides of its end, and far beyond.
std::vector<std::uint64_t> counts_to_check() {
    std::vector<std::uint64_t> counts;
    for (std::uint64_t c = 1; c <= 200; ++c) counts.push_back(c);
    for (std::uint64_t c = 200; c < 16'380; c += 97) counts.push_back(c);
    for (std::uint64_t c = 16'380; c <= 16'388; ++c) counts.push_back(c);
    for (const unsigned bit : {15U, 20U, 31U, 32U, 40U, 52U})
        for (const std::uint64_t c : {-1, 0, 1}) counts.push_back((std::uint64_t{1} << bit) + c);
    return counts;
}

}  // namespace

TEST_CASE("c_ln_c: agrees with 50 digits on both sides of the table's end", "[metrics][log]") {
    CHECK(c_ln_c(0) == 0.0);
    CHECK(c_ln_c(1) == 0.0);
    for (const std::uint64_t c : counts_to_check()) {
        CAPTURE(c);
        CHECK(close(c_ln_c(c), oracle::c_ln_c(c), 1e-15, 0.0));
    }
}

TEST_CASE("digamma_of_count: agrees with the harmonic sum of 50 digits", "[metrics][log]") {
    CHECK(close(digamma_of_count(1), -0.57721566490153286061, 1e-15));
    for (const std::uint64_t c : counts_to_check()) {
        CAPTURE(c);
        CHECK(close(digamma_of_count(c), oracle::digamma_of_count(c), 1e-15, 0.0));
    }
}

TEST_CASE("grassberger_g: agrees with its defining integral", "[metrics][log]") {
    for (const std::uint64_t c : counts_to_check()) {
        CAPTURE(c);
        CHECK(close(grassberger_g(c), oracle::grassberger_g(c), 1e-15, 0.0));
    }
}

TEST_CASE("grassberger_g: has the published values and steps", "[metrics][log]") {
    const double g_1 = -0.57721566490153286061 - 0.69314718055994530942;
    CHECK(close(grassberger_g(1), g_1, 1e-15));
    CHECK(close(grassberger_g(2), 2.0 + g_1, 1e-15));
    for (std::uint64_t m = 1; m < 20'000; ++m) {
        const auto x = static_cast<double>(m);
        REQUIRE(grassberger_g(2 * m + 1) == grassberger_g(2 * m));
        const double step = grassberger_g(2 * m + 2) - grassberger_g(2 * m);
        REQUIRE(close(step, 2.0 / (2.0 * x + 1.0), 4e-15));
    }
}

TEST_CASE("oracle: the integral of G by series and by recurrence agree", "[metrics][oracle]") {
    for (const std::uint64_t c : {1U, 2U, 3U, 10U, 101U, 1000U, 5001U}) {
        CAPTURE(c);
        CHECK(close(oracle::grassberger_g(c), oracle::grassberger_g_by_recurrence(c), 1e-15, 0.0));
    }
    CHECK(close(oracle::digamma(1.0), oracle::digamma_of_count(1), 1e-15));
    CHECK(close(oracle::digamma(1500.0), oracle::digamma_of_count(1500), 1e-15));
    double harmonic = 0.0;
    for (int k = 1; k < 5000; ++k) harmonic += 1.0 / k;
    CHECK(close(oracle::digamma_of_count(5000), harmonic - 0.57721566490153286061, 1e-13));
}

TEST_CASE("integer_tables: hold what the functions give, with the limits at 0", "[metrics][log]") {
    const IntegerTables& tables = integer_tables();
    REQUIRE(tables.ln.size() == log_table_size);
    REQUIRE(tables.c_ln_c.size() == log_table_size);
    REQUIRE(tables.digamma.size() == log_table_size);
    REQUIRE(tables.grassberger_g.size() == log_table_size);
    CHECK(tables.ln[0] == -infinity);
    CHECK(tables.c_ln_c[0] == 0.0);
    CHECK(tables.digamma[0] == -infinity);
    CHECK(tables.grassberger_g[0] == -infinity);
    for (std::size_t c = 1; c < log_table_size; ++c) {
        REQUIRE(tables.ln[c] == ln(static_cast<double>(c)));
        REQUIRE(tables.c_ln_c[c] == c_ln_c(c));
        REQUIRE(tables.digamma[c] == digamma(static_cast<double>(c)));
        REQUIRE(tables.grassberger_g[c] == grassberger_g(c));
    }
}

TEST_CASE("digamma: agrees with 50 digits between and below the integers", "[metrics][log]") {
    for (const double x : {1e-8, 0.01, 0.25, 0.5, 1.0, 1.5, 2.75, 9.999, 123.456, 1e4 + 0.5, 1e9}) {
        CAPTURE(x);
        CHECK(close(digamma(x), oracle::digamma(x), 1e-14, 0.0));
    }
    // Its zero: relative accuracy ends there, absolute does not.
    CHECK(close(digamma(1.4616321449683622), oracle::digamma(1.4616321449683622), 1e-15));
}

TEST_CASE("ln_1p_minus_x: keeps every digit near 0", "[metrics][log]") {
    CHECK(ln_1p_minus_x(0.0) == 0.0);
    for (const double size : {1e-300, 1e-100, 1e-17, 1e-12, 1e-8, 1e-4, 0.01, 0.1, 0.49, 0.9}) {
        for (const double x : {size, -size}) {
            if (size < 1e-150) {
                CHECK(ln_1p_minus_x(x) <= 0.0);  // -x^2/2 underflows
                continue;
            }
            CAPTURE(x);
            CHECK(close(ln_1p_minus_x(x), oracle::ln_1p_minus_x(x), 4e-15, 0.0));
        }
    }
    for (const double x : {1.0, 3.0, 1e3, 1e15, -0.999}) {
        CAPTURE(x);
        CHECK(close(ln_1p_minus_x(x), oracle::ln_1p_minus_x(x), 1e-15, 0.0));
    }
}

TEST_CASE("elementary functions: limits and accuracy where they are used", "[metrics][log]") {
    CHECK(ln(0.0) == -infinity);
    CHECK(ln(1.0) == 0.0);
    CHECK(ln_1p(-1.0) == -infinity);
    CHECK(close(ln_1p(1e-18), 1e-18, 1e-15, 0.0));
    CHECK(exponential(-infinity) == 0.0);
    CHECK(exponential_m1(-infinity) == -1.0);
    CHECK(close(exponential_m1(1e-18), 1e-18, 1e-15, 0.0));
    CHECK(power(2.0, 10.0) == 1024.0);
    CHECK(power(0.0, 0.0) == 1.0);
}
