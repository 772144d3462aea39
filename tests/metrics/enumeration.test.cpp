#include "metrics/enumeration.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;
using Dec50 = boost::multiprecision::cpp_dec_float_50;

Dec50 factorial(std::uint32_t n) {
    Dec50 product = 1;
    for (std::uint32_t i = 2; i <= n; ++i) product *= i;
    return product;
}

double multinomial(const std::vector<double>& p, std::span<const std::uint32_t> counts) {
    Dec50 total = 0;
    for (const double p_k : p) total += Dec50(p_k);
    const std::uint32_t n = std::accumulate(counts.begin(), counts.end(), 0U);
    Dec50 probability = factorial(n);
    for (std::size_t k = 0; k < p.size(); ++k)
        probability *= pow(Dec50(Dec50(p[k]) / total), counts[k]) / factorial(counts[k]);
    return probability.convert_to<double>();
}

}  // namespace

TEST_CASE("enumeration_size: is the number of vectors visited", "[metrics][expectation]") {
    CHECK(enumeration_size(0, 0) == 1.0);
    CHECK(enumeration_size(0, 3) == 0.0);
    CHECK(enumeration_size(1, 1000) == 1.0);
    CHECK(enumeration_size(2, 1000) == 1001.0);
    CHECK(enumeration_size(5, 0) == 1.0);
    CHECK(enumeration_size(50, 5) == 3162510.0);
    CHECK(enumeration_size(6, 49) == enumeration_size(50, 5));
    CHECK(std::isinf(enumeration_size(1'000'000'000'000, 1'000'000)));
    for (const std::size_t K : {1U, 2U, 3U, 6U})
        for (const std::uint32_t n : {0U, 1U, 2U, 7U}) {
            std::set<Counts> seen;
            for_each_count_vector(std::vector<double>(K, 1.0 / static_cast<double>(K)),
                                  n,
                                  [&](std::span<const std::uint32_t> counts, double) {
                                      CHECK(std::accumulate(counts.begin(), counts.end(), 0U) == n);
                                      seen.insert(Counts(counts.begin(), counts.end()));
                                  });
            CHECK(static_cast<double>(seen.size()) == enumeration_size(K, n));
        }
}

TEST_CASE("for_each_count_vector: probabilities agree with factorials in 50 digits",
          "[metrics][expectation]") {
    Random random(61);
    const auto check = [](const std::vector<double>& p, std::uint32_t n) {
        double sum = 0.0;
        for_each_count_vector(p, n, [&](std::span<const std::uint32_t> counts, double probability) {
            sum += probability;
            const double expected = multinomial(p, counts);
            if (expected < 1e-280) return;
            CAPTURE(p, n, expected);
            REQUIRE(close(probability, expected, 1e-13, 0.0));
        });
        CHECK(close(sum, 1.0, 1e-13));
    };
    for (const std::size_t K : {1U, 2U, 3U, 5U})
        for (const double spread : {0.0, 1.0, 4.0})
            for (const std::uint32_t n : {1U, 2U, 8U})
                check(test::random_distribution(random, K, spread), n);
    check({0.5, 0.5}, 1000);
    check({0.001, 0.999}, 500);
    check({1e-20, 0.3, 0.7}, 20);
    check({3.0, 1.0, 4.0}, 6);  // divided by its sum
}

TEST_CASE("for_each_count_vector: leaves out what cannot happen", "[metrics][expectation]") {
    const std::vector<double> p{0.0, 0.25, 0.0, 0.75, 0.0};
    int vectors = 0;
    for_each_count_vector(p, 4, [&](std::span<const std::uint32_t> counts, double probability) {
        CHECK(counts[0] + counts[2] + counts[4] == 0);
        CHECK(probability > 0.0);
        ++vectors;
    });
    CHECK(vectors == 5);
}

TEST_CASE("enumerated_moments: the sum of squares of two throws of a coin",
          "[metrics][expectation]") {
    // (2,0), (0,2): 4; (1,1): 2, each half of the time for a fair coin.
    const auto squares = [](std::span<const std::uint32_t> counts) -> std::optional<double> {
        double sum = 0.0;
        for (const std::uint32_t count : counts) sum += count * count;
        return sum;
    };
    const std::vector<double> fair{0.5, 0.5};
    const EnumeratedMoments result = enumerated_moments(fair, 2, squares);
    REQUIRE(result.moments.has_value());
    CHECK(close(result.moments->mean, 3.0, 1e-15));
    CHECK(close(result.moments->variance.value(), 1.0, 1e-15));
    CHECK(result.undefined_probability == 0.0);
    CHECK(result.infinite_probability == 0.0);
}

TEST_CASE("enumerated_moments: keeps the variance of a statistic far from zero",
          "[metrics][expectation]") {
    const std::vector<double> p{0.3, 0.7};
    const auto far = [](std::span<const std::uint32_t> counts) -> std::optional<double> {
        return 1e9 + counts[0];
    };
    CHECK(close(enumerated_moments(p, 20, far).moments->variance.value(), 20 * 0.21, 1e-8));
}

TEST_CASE("enumerated_moments: reports what is undefined and what is infinite",
          "[metrics][expectation]") {
    const std::vector<double> p{0.5, 0.5};
    const auto odd = [](std::span<const std::uint32_t> counts) -> std::optional<double> {
        if (counts[0] == 0) return std::nullopt;
        if (counts[0] == 2) return std::numeric_limits<double>::infinity();
        return 5.0;
    };
    const EnumeratedMoments two = enumerated_moments(p, 2, odd);
    CHECK(close(two.undefined_probability, 0.25, 1e-15));
    CHECK(close(two.infinite_probability, 0.25, 1e-15));
    CHECK(std::isinf(two.moments->mean));
    CHECK_FALSE(two.moments->variance.has_value());
    const EnumeratedMoments one = enumerated_moments(p, 1, odd);
    CHECK(one.infinite_probability == 0.0);
    CHECK(close(one.undefined_probability, 0.5, 1e-15));
    CHECK(close(one.moments->mean, 5.0, 1e-15));
    CHECK(close(*one.moments->variance, 0.0, 1e-15));
    const auto never = [](std::span<const std::uint32_t>) { return std::optional<double>{}; };
    CHECK_FALSE(enumerated_moments(p, 3, never).moments.has_value());
    CHECK(close(enumerated_moments(p, 3, never).undefined_probability, 1.0, 1e-15));
}
