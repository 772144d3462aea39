#include "metrics/expectation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/enumeration.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Values = std::vector<double>;
using Counts = std::span<const std::uint32_t>;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<Estimator> additive_estimators() {
    std::vector<Estimator> all;
    for (const EstimatorEntry& entry : estimators())
        if (entry.term != nullptr) all.emplace_back(entry);
    all.push_back(find_estimator("wolpert_wolf(0.1)").value());
    REQUIRE(all.size() >= 15);
    return all;
}

EnumeratedMoments enumerated_entropy(const Estimator& estimator, const Values& p, std::uint32_t n) {
    return enumerated_moments(
        p, n, [&](Counts counts) { return estimator.estimate(counts_view(counts, p.size())); });
}

double cross_entropy(Counts counts, const Values& ln_q) {
    double sum = 0.0;
    double n = 0.0;
    for (std::size_t k = 0; k < ln_q.size(); ++k) {
        if (counts[k] > 0) sum -= counts[k] * ln_q[k];
        n += counts[k];
    }
    return sum / n;
}

Values logarithms(const Values& q) {
    Values result;
    for (const double q_k : q) result.push_back(std::log(q_k));
    return result;
}

// Relative; where the variance is 0 (one item, one observation) only squares of rounding are left.
void check_variance(double actual, double expected) {
    CHECK(close(actual, expected, 1e-11, 1e-15));
}

// Small p and n of every kind: even, skewed, with items that cannot be seen, with one that nearly
// always is.
std::vector<std::pair<Values, std::uint32_t>> small_cases() {
    Random random(71);
    std::vector<std::pair<Values, std::uint32_t>> cases;
    for (const std::size_t K : {1U, 2U, 3U, 5U})
        for (const double spread : {0.0, 1.0, 3.0})
            for (const std::uint32_t n : {1U, 2U, 3U, 9U})
                cases.emplace_back(test::random_distribution(random, K, spread), n);
    cases.emplace_back(Values{0.0, 0.6, 0.0, 0.4}, 7);
    cases.emplace_back(Values{0.0, 1.0, 0.0}, 6);
    cases.emplace_back(Values{1.0 - 1e-9, 1e-9}, 12);
    cases.emplace_back(Values{1e-12, 0.5, 0.5 - 1e-12}, 12);
    cases.emplace_back(Values{0.37, 0.63}, 300);
    return cases;
}

}  // namespace

TEST_CASE("expected_entropy: agrees with full enumeration for every additive estimator",
          "[metrics][expectation]") {
    for (const Estimator& estimator : additive_estimators())
        for (const auto& [p, n] : small_cases()) {
            const EnumeratedMoments expected = enumerated_entropy(estimator, p, n);
            const auto actual = expected_entropy(estimator, p, n);
            CAPTURE(estimator.label(), p, n);
            REQUIRE(actual.has_value() == expected.moments.has_value());
            if (!actual) continue;
            CHECK(expected.undefined_probability == 0.0);
            CHECK(close(actual->mean, expected.moments->mean, 1e-12, 1e-3));
            check_variance(*actual->variance, *expected.moments->variance);
        }
}

TEST_CASE("expected_entropy: one observation too many does not agree", "[metrics][expectation]") {
    const Values p{0.5, 0.3, 0.2};
    for (const Estimator& estimator : additive_estimators()) {
        CAPTURE(estimator.label());
        const Moments2 planted = expected_entropy(estimator, p, 9).value();
        const EnumeratedMoments expected = enumerated_entropy(estimator, p, 8);
        CHECK_FALSE(close(planted.mean, expected.moments->mean, 1e-5));
        CHECK_FALSE(close(*planted.variance, *expected.moments->variance, 1e-5, 0.0));
    }
}

TEST_CASE("expected_gap: mean, variance and so the covariance agree with full enumeration",
          "[metrics][expectation]") {
    Random random(72);
    for (const Estimator& estimator : additive_estimators())
        for (const auto& [p, n] : small_cases()) {
            if (estimator.label() == "jackknife" && n == 1) continue;
            const Values ln_q = logarithms(test::random_distribution(random, p.size(), 1.0));
            const EnumeratedMoments expected =
                enumerated_moments(p, n, [&](Counts counts) -> std::optional<double> {
                    return cross_entropy(counts, ln_q) -
                           *estimator.estimate(counts_view(counts, p.size()));
                });
            const Moments2 actual = expected_gap(estimator, p, ln_q, n).value();
            CAPTURE(estimator.label(), p, n, ln_q);
            CHECK(close(actual.mean, expected.moments->mean, 1e-12, 1e-3));
            check_variance(*actual.variance, *expected.moments->variance);
        }
}

TEST_CASE("additive_covariance: of terms that differ from item to item", "[metrics][expectation]") {
    Random random(73);
    for (const auto& [p, n] : small_cases()) {
        const std::size_t stride = n + 1;
        Values a(p.size() * stride);
        Values b(p.size() * stride);
        for (double& value : a) value = 100.0 + random.normal();
        for (double& value : b) value = random.normal();
        const auto statistic = [&](const Values& table) {
            return AdditiveStatistic{
                .term = [&table, stride](std::size_t k,
                                         std::uint64_t j) { return table[k * stride + j]; },
                .constant = -7.0};
        };
        const auto value = [&](const Values& table, Counts counts) {
            double sum = -7.0;
            for (std::size_t k = 0; k < counts.size(); ++k) sum += table[k * stride + counts[k]];
            return sum;
        };
        const auto moments = [&](auto f) {
            return *enumerated_moments(p, n, [&](Counts counts) -> std::optional<double> {
                        return f(counts);
                    }).moments;
        };
        const Moments2 of_a = moments([&](Counts counts) { return value(a, counts); });
        const Moments2 of_b = moments([&](Counts counts) { return value(b, counts); });
        const Moments2 product = moments([&](Counts counts) {
            return (value(a, counts) - of_a.mean) * (value(b, counts) - of_b.mean);
        });
        CAPTURE(p, n);
        const double covariance = additive_covariance(p, n, statistic(a), statistic(b));
        CHECK(close(covariance, product.mean, 1e-11));
        CHECK(close(additive_covariance(p, n, statistic(b), statistic(a)), covariance, 1e-12));
        CHECK(close(additive_mean(p, n, statistic(a)), of_a.mean, 1e-13));
        CHECK(close(*additive_moments(p, n, statistic(a)).variance, *of_a.variance, 1e-11));
    }
}

TEST_CASE("fixed_cross_entropy_moments: agree with full enumeration", "[metrics][expectation]") {
    Random random(74);
    for (const auto& [p, n] : small_cases()) {
        const Values ln_q = logarithms(test::random_distribution(random, p.size(), 1.5));
        const EnumeratedMoments expected =
            enumerated_moments(p, n, [&](Counts counts) -> std::optional<double> {
                return cross_entropy(counts, ln_q);
            });
        const Moments2 actual = fixed_cross_entropy_moments(p, ln_q, n);
        CAPTURE(p, n, ln_q);
        CHECK(close(actual.mean, expected.moments->mean, 1e-12));
        check_variance(*actual.variance, *expected.moments->variance);
    }
}

TEST_CASE("expectation: a q that misses support makes the mean infinite, elsewhere it does nothing",
          "[metrics][expectation]") {
    const Estimator plug_in = find_estimator("plug_in").value();
    const Values p{0.5, 0.5, 0.0};
    const Values missing{0.0, -infinity, std::log(0.5)};
    CHECK(fixed_cross_entropy_moments(p, missing, 5).mean == infinity);
    CHECK_FALSE(fixed_cross_entropy_moments(p, missing, 5).variance.has_value());
    CHECK(expected_gap(plug_in, p, missing, 5)->mean == infinity);
    CHECK_FALSE(expected_gap(plug_in, p, missing, 5)->variance.has_value());
    const Values harmless{std::log(0.3), std::log(0.7), -infinity};
    const Values shorter{std::log(0.3), std::log(0.7)};
    CHECK(close(fixed_cross_entropy_moments(p, harmless, 5).mean,
                fixed_cross_entropy_moments(Values{0.5, 0.5}, shorter, 5).mean,
                1e-15));
    CHECK(close(expected_gap(plug_in, p, harmless, 5)->mean,
                expected_gap(plug_in, Values{0.5, 0.5}, shorter, 5)->mean,
                1e-14));
    CHECK(expected_gap(plug_in, p, harmless, 5)->variance.has_value());
}

TEST_CASE("expected_entropy: nothing where there is nothing to expect", "[metrics][expectation]") {
    const Values p{0.5, 0.5};
    CHECK_FALSE(expected_entropy(find_estimator("chao_shen").value(), p, 5).has_value());
    CHECK_FALSE(expected_entropy(find_estimator("shrinkage").value(), p, 5).has_value());
    CHECK_FALSE(expected_entropy(find_estimator("plug_in").value(), p, 0).has_value());
    CHECK_FALSE(expected_entropy(find_estimator("jackknife").value(), p, 1).has_value());
    CHECK(expected_entropy(find_estimator("jackknife").value(), p, 2).has_value());
    CHECK_FALSE(
        expected_gap(find_estimator("jackknife").value(), p, Values{-1.0, -1.0}, 1).has_value());
}
