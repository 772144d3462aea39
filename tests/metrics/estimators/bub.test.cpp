#include "metrics/estimators/bub.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;

double bub(const Counts& counts, std::uint64_t K) {
    return Bub{}(counts_view(counts, K)).value();
}

// a_0 .. a_n.
std::vector<double> coefficients(std::uint64_t n, std::uint64_t K) {
    std::vector<double> a;
    for (std::uint64_t j = 0; j <= n; ++j) a.push_back(Bub{}.term(j, {.n = n, .items = K}));
    return a;
}

std::vector<double> plug_in_coefficients(std::uint64_t n) {
    std::vector<double> a{0.0};
    for (std::uint64_t j = 1; j <= n; ++j) {
        const double share = static_cast<double>(j) / static_cast<double>(n);
        a.push_back(-share * std::log(share));
    }
    return a;
}

// Paninski's form of Miller and Madow's, and the usual one, -1 + 1 for every item seen.
std::vector<double> miller_madow_coefficients(std::uint64_t n, bool usual) {
    std::vector<double> a = plug_in_coefficients(n);
    const auto size = static_cast<double>(n);
    for (std::size_t j = 0; j <= n; ++j)
        a[j] +=
            usual ? (j > 0 ? 0.5 / size : 0.0) : 0.5 * (1.0 - static_cast<double>(j) / size) / size;
    return a;
}

double binomial(std::uint64_t n, std::size_t j, double p) {
    if (p == 0.0) return j == 0 ? 1.0 : 0.0;
    if (p == 1.0) return j == n ? 1.0 : 0.0;
    const auto size = static_cast<double>(n);
    const auto x = static_cast<double>(j);
    return std::exp(std::lgamma(size + 1.0) - std::lgamma(x + 1.0) - std::lgamma(size - x + 1.0) +
                    x * std::log(p) + (size - x) * std::log1p(-p));
}

double bias_of_an_item(const std::vector<double>& a, double p) {
    double mean = 0.0;
    for (std::size_t j = 0; j < a.size(); ++j) mean += a[j] * binomial(a.size() - 1, j, p);
    return mean + (p > 0.0 ? p * std::log(p) : 0.0);
}

// The published bound on the root of the mean squared error, p over a fine grid of all of [0, 1].
double bound(const std::vector<double>& a, double K) {
    const auto n = static_cast<double>(a.size() - 1);
    double worst_bias = 0.0;
    double worst_variance = 0.0;
    for (int step = 0; step <= 600; ++step) {
        // From 1e-5/max(n, K) to 1, and 0.
        const double least = 1e-5 / std::max(n, K);
        const double p =
            step == 0 ? 0.0 : std::min(1.0, least * std::pow(1.0 / least, step / 600.0));
        worst_bias = std::max(worst_bias, std::abs(bias_of_an_item(a, p)));
        double variance = 0.0;
        for (std::size_t j = 1; j < a.size(); ++j)
            variance += static_cast<double>(j) / n * (a[j] - a[j - 1]) * (a[j] - a[j - 1]) *
                        binomial(a.size() - 1, j, p);
        worst_variance =
            std::max(worst_variance, variance * std::min(K, 1.0 / std::max(p, 1e-300)));
    }
    double steepest = 0.0;
    for (std::size_t j = 1; j < a.size(); ++j)
        steepest = std::max(steepest, std::abs(a[j] - a[j - 1]));
    return std::sqrt(K * K * worst_bias * worst_bias +
                     n * std::min(steepest * steepest, 4.0 * worst_variance));
}

}  // namespace

TEST_CASE("bub: the author's program's values", "[metrics][entropy][golden]") {
    // BUBfunc, to four digits, as printed in the tests of DiscreteEntropy.jl.
    CHECK(std::abs(bub({1, 2, 3, 4, 5, 4, 3, 2, 1}, 9) - 2.2388) < 5.1e-5);
    CHECK(std::abs(bub({1, 2, 3, 2, 1}, 5) - 1.7089) < 5.1e-5);
    CHECK(std::abs(bub({1}, 1) - 0.1812) < 5.1e-5);
}

TEST_CASE("bub: coefficients in 40 digits, from the normal equations", "[metrics][entropy]") {
    // Computed apart with mpmath: the same least squares by lgamma and the normal equations.
    struct Golden {
        std::uint64_t n;
        std::uint64_t K;
        std::vector<double> first;
    };
    for (const auto& [n, K, first] :
         {Golden{10, 50, {0.0099571384621, 0.35096584, 0.33126705}},
          Golden{19, 50, {0.00665558977883, 0.21337515, 0.25510265}},
          Golden{19, 1000, {0.00113482698096, 0.2553107, 0.14408098}},
          Golden{10, 1'000'000, {0.00141470412601, 0.43339146, 0.054502052}},
          Golden{20, 5, {0.005666637174, 0.1738326234, 0.2527585093, 0.3058179977}},
          Golden{50, 50, {0.00185495779, 0.08804046011, 0.138355033, 0.178204643}},
          Golden{100, 50, {0.000927084412, 0.05100170186, 0.08314046011, 0.1100467369}},
          Golden{100, 1000, {0.000228512669, 0.06585529131, 0.0642498992, 0.1218334535}},
          Golden{100, 1'000'000, {9.772978688e-5, 0.07560873622, -0.02968001171, 0.570111721}},
          Golden{1000, 50, {8.571463252e-5, 0.008171317285, 0.01194621195, 0.01792592897}}}) {
        const std::vector<double> a = coefficients(n, K);
        for (std::size_t j = 0; j < first.size(); ++j) {
            CAPTURE(n, K, j);
            CHECK(close(a[j], first[j], n < 20 && j > 0 ? 2e-8 : 2e-9, 0.0));
        }
    }
}

TEST_CASE("bub: attains a smaller bound than plug-in and Miller-Madow up to N = 2K",
          "[metrics][entropy]") {
    int compared = 0;
    for (const std::uint64_t n : {2U, 5U, 10U, 19U, 20U, 30U, 60U, 150U})
        for (const std::uint64_t K : {5U, 50U, 1'000U, 100'000U}) {
            if (n > 2 * K) continue;
            ++compared;
            const auto items = static_cast<double>(K);
            const double own = bound(coefficients(n, K), items);
            CAPTURE(n, K, own);
            CHECK(own < bound(plug_in_coefficients(n), items));
            CHECK(own < bound(miller_madow_coefficients(n, true), items));
            CHECK(own < bound(miller_madow_coefficients(n, false), items));
        }
    CHECK(compared == 26);
}

TEST_CASE("bub: below 20 observations no coefficient can be moved to advantage",
          "[metrics][entropy][property]") {
    for (const std::uint64_t n : {1U, 2U, 7U, 12U})
        for (const double K : {1.0, 20.0, 500.0}) {
            std::vector<double> a = coefficients(n, static_cast<std::uint64_t>(K));
            const auto objective = [&] {
                double sum = 0.0;
                const auto size = static_cast<int>(n);
                for (int i = 0; i <= 5 * size; ++i) {
                    const double bias = K * bias_of_an_item(a, i / (5.0 * size));
                    sum += bias * bias;
                }
                for (std::size_t j = 1; j < a.size(); ++j)
                    sum += size * (a[j] - a[j - 1]) * (a[j] - a[j - 1]);
                return sum;
            };
            const double least = objective();
            for (double& coefficient : a)
                for (const double step : {-1e-4, 1e-4}) {
                    const double kept = coefficient;
                    coefficient += step;
                    CAPTURE(n, K, step);
                    CHECK(objective() > least);
                    coefficient = kept;
                }
        }
}

TEST_CASE("bub: its exact bias on uniform distributions is less than half of plug-in's",
          "[metrics][entropy]") {
    for (const auto& [n, K] : {std::pair{30ULL, 30ULL}, {50, 50}, {100, 50}, {19, 50}, {60, 200}}) {
        const auto items = static_cast<double>(K);
        const double bias = items * bias_of_an_item(coefficients(n, K), 1.0 / items);
        const double plug_in = items * bias_of_an_item(plug_in_coefficients(n), 1.0 / items);
        CAPTURE(n, K, bias, plug_in);
        CHECK(std::abs(bias) < 0.5 * std::abs(plug_in));
    }
}

TEST_CASE("bub: what it documents", "[metrics][entropy]") {
    const Estimator estimator = find_estimator("bub").value();
    CHECK(estimator.additive());
    CHECK_FALSE(estimator.estimate(counts_view(Counts{0, 0}, 5)).has_value());
    CHECK_FALSE(estimator.estimate(counts_view(Counts{}, 5)).has_value());
    CHECK_FALSE(estimator.estimate(counts_view(Counts{2, 1})).has_value());
    CHECK_FALSE(Bub{}(counts_view(Counts{2, 1})).has_value());
    CHECK_FALSE(estimator.estimate(counts_view(Counts{2, 1, 1}, 2)).has_value());
    CHECK_FALSE(Bub{}(counts_view(Counts{2, 1}, 0)).has_value());

    const auto a = [](std::uint64_t j, std::uint64_t n, std::uint64_t K) {
        return Bub{}.term(j, {.n = n, .items = K});
    };
    for (const std::uint64_t K : {1ULL, 2ULL, 50ULL, 1'000'000ULL}) {
        const auto others = static_cast<double>(K - 1);
        CHECK(close(bub({1}, K), a(1, 1, K) + others * a(0, 1, K), 1e-13));
        CHECK(close(bub({0, 7}, K), a(7, 7, K) + others * a(0, 7, K), 1e-13));
        CHECK(a(200, 200, K) == 0.0);
        CHECK(close(bub({200}, K), others * a(0, 200, K), 1e-13));
    }
    const Counts ten(10, 1);
    CHECK(close(bub(ten, 1'000'000), 1419.0238, 1e-7));
    CHECK(close(bub(ten, 50), 10.0 * a(1, 10, 50) + 40.0 * a(0, 10, 50), 1e-13));
    CHECK(estimator.caveat(counts_view(ten, 1'000'000)).find("outside") != std::string::npos);
    CHECK(estimator.caveat(counts_view(ten, 50)).empty());
    CHECK(estimator.caveat(counts_view(ten)).empty());
}

TEST_CASE("bub: large samples stay finite and near Miller-Madow", "[metrics][entropy]") {
    const Counts huge(100, 2'147'483'647);
    for (const std::uint64_t K : {100ULL, 1'000ULL})
        CHECK(close(bub(huge, K), std::log(100.0), 1e-8));
    CHECK(close(bub({4'294'967'295, 4'294'967'295, 1, 2, 3}, 5), std::log(2.0), 1e-7));
    for (const std::uint64_t n : {20ULL, 1'000ULL, 1'000'000ULL, 100'000'000'000ULL})
        for (const std::uint64_t K : {1ULL, 100ULL, 1'000'000ULL, 1'000'000'000'000ULL})
            for (const std::uint64_t j : {0ULL, 1ULL, 10ULL, 20ULL}) {
                CAPTURE(n, K, j);
                CHECK(std::isfinite(Bub{}.term(j, {.n = n, .items = K})));
            }
}

TEST_CASE("bub: zeros and the order of items change nothing", "[metrics][entropy][property]") {
    Random random(91);
    for (const test::Shape shape : test::all_shapes) {
        const Counts counts = test::random_counts(random, shape, 40);
        Counts other;
        for (const std::uint32_t k : test::random_permutation(random, 40)) {
            other.push_back(counts[k]);
            other.push_back(0);
        }
        for (const std::uint64_t K : {40ULL, 100ULL})
            CHECK(close(bub(other, K), bub(counts, K), 1e-13));
    }
}
