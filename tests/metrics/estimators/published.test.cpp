#include <catch2/catch.hpp>
#include <cmath>
#include <string_view>
#include <vector>

#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Counts = std::vector<std::uint32_t>;

double estimate(std::string_view name, const Counts& counts) {
    return find_estimator(name).value().estimate(counts_view(counts)).value();
}

// Expectation for a coin that was thrown n times, over all 2^n sequences.
double expected_of_coin(std::string_view name, double heads, std::uint32_t n) {
    long double sum = 0.0L;  // of up to 4096 terms
    for (std::uint32_t sequence = 0; sequence < (1U << n); ++sequence) {
        std::uint32_t count = 0;
        double probability = 1.0;
        for (std::uint32_t toss = 0; toss < n; ++toss) {
            const bool head = ((sequence >> toss) & 1U) != 0;
            count += head ? 1U : 0U;
            probability *= head ? heads : 1.0 - heads;
        }
        sum += static_cast<long double>(probability) * estimate(name, {count, n - count});
    }
    return static_cast<double>(sum);
}

// z ln z - E[n G(n)] over Poisson counts n of mean z, where ln n - G(n) is the estimate for one item
// seen n times.
double missed_for_poisson(std::string_view name, double mean) {
    double sum = mean * std::log(mean);
    double probability = std::exp(-mean);
    for (std::uint32_t n = 1; n < 60; ++n) {
        probability *= mean / n;
        sum -= probability * n * (std::log(n) - estimate(name, {n}));
    }
    return sum;
}

}  // namespace

TEST_CASE("grassberger_2003_psi: exactly unbiased for a fair coin, at N = 3 and elsewhere",
          "[metrics][entropy]") {
    for (const std::uint32_t n : {1U, 2U, 3U, 4U, 7U, 12U}) {
        CAPTURE(n);
        CHECK(close(expected_of_coin("grassberger_2003_psi", 0.5, n), std::log(2.0), 1e-15));
    }
    // Not the others, and not another coin.
    for (const std::string_view name :
         {"plug_in", "grassberger_2003", "grassberger_1988", "schurmann", "zhang", "jackknife"})
        CHECK_FALSE(close(expected_of_coin(name, 0.5, 3), std::log(2.0), 1e-3));
    CHECK_FALSE(close(expected_of_coin("grassberger_2003_psi", 0.3, 3), 0.6108643020548935, 1e-3));
}

TEST_CASE("grassberger: miss z ln z for Poisson counts of mean z = 2 by the published figures",
          "[metrics][entropy]") {
    const auto missed = [](std::string_view name) { return missed_for_poisson(name, 2.0); };
    CHECK(missed("grassberger_1988_n1") == Approx(-0.058).margin(5e-4));
    CHECK(missed("grassberger_1988") == Approx(-0.021).margin(5e-4));
    CHECK(missed("grassberger_2003") == Approx(-0.008).margin(5e-4));
}

TEST_CASE("zhang: its bias is the tail of the series of the entropy", "[metrics][entropy]") {
    // Zhang 2012: E[H] = sum_{v<N} (1/v) sum_k p_k (1 - p_k)^v.
    for (const std::uint32_t n : {1U, 2U, 5U, 9U}) {
        double expected = 0.0;
        for (std::uint32_t v = 1; v < n; ++v)
            expected += (0.3 * std::pow(0.7, v) + 0.7 * std::pow(0.3, v)) / v;
        CHECK(close(expected_of_coin("zhang", 0.3, n), expected, 1e-14));
    }
}

TEST_CASE("jackknife: has removed the first order of the plug-in's bias", "[metrics][entropy]") {
    const double entropy = 0.6108643020548935;  // of (0.3, 0.7)
    const double plug_in = expected_of_coin("plug_in", 0.3, 14) - entropy;
    const double jackknife = expected_of_coin("jackknife", 0.3, 14) - entropy;
    CHECK(plug_in == Approx(-1.0 / 28.0).epsilon(0.15));
    CHECK(std::abs(jackknife) < std::abs(plug_in) / 5.0);
}
