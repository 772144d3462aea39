#include "metrics/performance_measures.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

ErrorMoments errors_of(const Vector& errors) {
    ErrorMoments result;
    result.add(errors);
    return result;
}

Moments moments_of(const Vector& values) {
    Moments result;
    result.add(values);
    return result;
}

void check_measure(const std::optional<Measure>& measure, double value, double mcse) {
    REQUIRE(measure.has_value());
    REQUIRE(measure->mcse.has_value());
    CAPTURE(measure->value, value, *measure->mcse, mcse);
    CHECK(close(measure->value, value, 1e-12));
    CHECK(close(*measure->mcse, mcse, 1e-12));
}

// Series whose errors and variance estimates differ in size, sign and skew.
std::vector<std::pair<Vector, Vector>> series() {
    Random random(81);
    std::vector<std::pair<Vector, Vector>> result{{{1.0, -1.0}, {0.5, 1.5}},
                                                  {{0.1, 0.2, 0.4, 0.1, -3.0}, {1, 2, 3, 4, 9}}};
    for (const std::size_t n : {3U, 4U, 7U, 64U, 1001U}) {
        Vector normal(n), skewed(n), shifted(n), variances(n);
        for (std::size_t r = 0; r < n; ++r) {
            normal[r] = random.normal();
            skewed[r] = random.exponential() * 1e-3;
            shifted[r] = 1e3 + random.normal();
            variances[r] = random.exponential();
        }
        result.insert(result.end(), {{normal, variances}, {skewed, variances}, {shifted, normal}});
        for (double& v : result.back().second) v = v * v + 0.1;
    }
    return result;
}

}  // namespace

TEST_CASE("performance measures: agree with the formulas in 50 digits", "[metrics][performance]") {
    for (const auto& [e, v] : series()) {
        CAPTURE(e.size(), e[0]);
        const oracle::Performance expected = oracle::performance(e, v);
        const ErrorMoments errors = errors_of(e);
        const Moments variances = moments_of(v);
        check_measure(bias(errors), expected.bias, expected.bias_mcse);
        check_measure(empirical_se(errors), expected.empirical_se, expected.empirical_se_mcse);
        check_measure(mean_squared_error(errors), expected.mse, expected.mse_mcse);
        check_measure(root_mean_squared_error(errors), expected.rmse, expected.rmse_mcse);
        check_measure(model_se(variances), expected.model_se, expected.model_se_mcse);
        check_measure(relative_error_of_model_se(errors, variances),
                      expected.relative_error,
                      expected.relative_error_mcse);
    }
}

TEST_CASE("performance measures: by hand", "[metrics][performance]") {
    // e = 1, 2, 3: mean 2, sd 1. e^2 = 1, 4, 9: mean 14/3, squared deviations 98/3 in all.
    const ErrorMoments errors = errors_of({1.0, 2.0, 3.0});
    check_measure(bias(errors), 2.0, 1.0 / std::sqrt(3.0));
    check_measure(empirical_se(errors), 1.0, 0.5);
    check_measure(mean_squared_error(errors), 14.0 / 3.0, std::sqrt(98.0 / 18.0));
    check_measure(root_mean_squared_error(errors),
                  std::sqrt(14.0 / 3.0),
                  std::sqrt(98.0 / 18.0) / (2.0 * std::sqrt(14.0 / 3.0)));
    // V = 3, 5: mean 4, variance 2, so ModSE 2 with error sqrt(2 / (4 * 2 * 4)) = 1/4.
    const Moments variances = moments_of({3.0, 5.0});
    check_measure(model_se(variances), 2.0, 0.25);
    // 100 (2/1 - 1), error 200 sqrt(2 / (4 * 2 * 16) + 1/4).
    check_measure(
        relative_error_of_model_se(errors, variances), 100.0, 200.0 * std::sqrt(1.0 / 64.0 + 0.25));
}

TEST_CASE("Moments: any split into blocks equals one pass", "[metrics][performance][property]") {
    Random random(82);
    for (const auto& [e, v] : series()) {
        const ErrorMoments whole = errors_of(e);
        for (int repeat = 0; repeat < 20; ++repeat) {
            ErrorMoments merged;
            for (std::size_t begin = 0; begin < e.size();) {
                const std::size_t size = std::min<std::size_t>(
                    random.below(repeat % 2 == 0 ? 4 : 300), e.size() - begin);
                ErrorMoments block;
                block.add(std::span(e).subspan(begin, size));  // empty ones, too
                merged.merge(block);
                begin += size;
            }
            CAPTURE(e.size(), repeat);
            REQUIRE(merged.error.count() == e.size());
            for (const auto part : {&ErrorMoments::error, &ErrorMoments::squared_error}) {
                REQUIRE(close(*(merged.*part).mean(), *(whole.*part).mean(), 1e-12, 1e-15));
                REQUIRE(close(*(merged.*part).variance(), *(whole.*part).variance(), 1e-12, 0.0));
            }
        }
    }
}

TEST_CASE("Moments: equal blocks in equal order give equal bits", "[metrics][performance]") {
    Random random(83);
    Vector values(500);
    for (double& value : values) value = random.normal();
    const auto in_blocks_of = [&](std::size_t size) {
        Moments moments;
        for (std::size_t begin = 0; begin < values.size(); begin += size)
            moments.add(std::span(values).subspan(begin, size));
        return moments;
    };
    CHECK(in_blocks_of(50).mean() == in_blocks_of(50).mean());
    CHECK(in_blocks_of(50).variance() == in_blocks_of(50).variance());
    CHECK(close(*in_blocks_of(50).variance(), *in_blocks_of(1).variance(), 1e-12));
}

TEST_CASE("Moments: keeps its digits around a large mean", "[metrics][performance]") {
    Vector values(1000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = 1e9 + static_cast<double>(i % 2 == 0 ? 1 : -1);
    Moments by_blocks;
    for (std::size_t begin = 0; begin < values.size(); begin += 10)
        by_blocks.add(std::span(values).subspan(begin, 10));
    for (const Moments& moments : {moments_of(values), by_blocks}) {
        CHECK(*moments.mean() == 1e9);
        CHECK(close(*moments.variance(), 1000.0 / 999.0, 1e-12));
    }
}

TEST_CASE("performance measures: no replicate gives nothing, one gives no error",
          "[metrics][performance]") {
    const ErrorMoments none;
    CHECK_FALSE(bias(none).has_value());
    CHECK_FALSE(empirical_se(none).has_value());
    CHECK_FALSE(mean_squared_error(none).has_value());
    CHECK_FALSE(root_mean_squared_error(none).has_value());
    CHECK_FALSE(model_se(Moments{}).has_value());
    CHECK_FALSE(relative_error_of_model_se(none, Moments{}).has_value());
    CHECK_FALSE(Moments{}.mean().has_value());
    CHECK_FALSE(Moments{}.variance().has_value());
    CHECK_FALSE(Moments{}.standard_error().has_value());
    CHECK_FALSE(bias(errors_of({})).has_value());

    const ErrorMoments one = errors_of({-0.5});
    CHECK(bias(one)->value == -0.5);
    CHECK_FALSE(bias(one)->mcse.has_value());
    CHECK_FALSE(empirical_se(one).has_value());
    CHECK(mean_squared_error(one)->value == 0.25);
    CHECK_FALSE(mean_squared_error(one)->mcse.has_value());
    CHECK(root_mean_squared_error(one)->value == 0.5);
    CHECK_FALSE(root_mean_squared_error(one)->mcse.has_value());
    CHECK(model_se(moments_of({4.0}))->value == 2.0);
    CHECK_FALSE(model_se(moments_of({4.0}))->mcse.has_value());
    CHECK_FALSE(relative_error_of_model_se(one, moments_of({4.0})).has_value());
}

TEST_CASE("performance measures: an infinite error makes the mean infinite and its error undefined",
          "[metrics][performance]") {
    ErrorMoments in_blocks = errors_of({1.0, 2.0});
    in_blocks.add(Vector{0.5, infinity, 0.25});
    in_blocks.add(Vector{3.0, 4.0});
    in_blocks.add(Vector{infinity});
    ErrorMoments infinite_first = errors_of({infinity, 1.0});
    infinite_first.merge(errors_of({2.0, 3.0}));
    for (const ErrorMoments& errors :
         {errors_of({1.0, infinity, 2.0}), in_blocks, infinite_first}) {
        CHECK(bias(errors)->value == infinity);
        CHECK_FALSE(bias(errors)->mcse.has_value());
        CHECK_FALSE(empirical_se(errors).has_value());
        CHECK(mean_squared_error(errors)->value == infinity);
        CHECK_FALSE(mean_squared_error(errors)->mcse.has_value());
        CHECK(root_mean_squared_error(errors)->value == infinity);
        CHECK_FALSE(root_mean_squared_error(errors)->mcse.has_value());
        CHECK_FALSE(relative_error_of_model_se(errors, moments_of({1.0, 2.0})).has_value());
    }
    CHECK(in_blocks.error.count() == 8);
    const ErrorMoments negative = errors_of({1.0, -infinity});
    CHECK(bias(negative)->value == -infinity);
    CHECK(mean_squared_error(negative)->value == infinity);
}

TEST_CASE("performance measures: a deterministic row has a spread of exactly 0",
          "[metrics][performance]") {
    for (const double error : {0.0, 0.5, 0.1, -1.0 / 3.0, 1e-300, 7.3e5})
        for (const std::size_t n : {2U, 3U, 10U, 1000U}) {
            CAPTURE(error, n);
            ErrorMoments errors;
            for (int block = 0; block < 3; ++block) errors.add(Vector(n, error));
            CHECK(close(bias(errors)->value, error, 1e-12, 0.0));
            CHECK(bias(errors)->mcse == 0.0);
            CHECK(empirical_se(errors)->value == 0.0);
            CHECK(empirical_se(errors)->mcse == 0.0);
            CHECK(mean_squared_error(errors)->mcse == 0.0);
            CHECK(root_mean_squared_error(errors)->mcse == 0.0);
            CHECK(close(root_mean_squared_error(errors)->value, std::abs(error), 1e-12));
            CHECK_FALSE(relative_error_of_model_se(errors, moments_of({1.0, 2.0})).has_value());
        }
}

TEST_CASE("proportion: Wilson intervals of known value", "[metrics][performance]") {
    struct Known {
        std::uint64_t successes, trials;
        double level, lower, upper;
    };
    // Wilson (1927) in 40 digits (mpmath), z from the inverse error function.
    const Known known[] = {{0, 10, 0.95, 0.0, 0.27753279986288925272},
                           {10, 10, 0.95, 0.72246720013711074728, 1.0},
                           {15, 50, 0.95, 0.1910355350088094644, 0.43750350464453402751},
                           {15, 50, 0.99, 0.16483999062339332509, 0.48202084606365787118},
                           {15, 50, 0.90, 0.20593364691142890397, 0.41459962740307915668},
                           {1, 1, 0.95, 0.20654931437723738797, 1.0},
                           {1, 29, 0.95, 0.0061132142927626605164, 0.17175521879320288131},
                           {950, 1000, 0.95, 0.9346861797557491964, 0.96186973760725119188}};
    for (const Known& k : known) {
        const auto result = proportion(k.successes, k.trials, k.level);
        REQUIRE(result.has_value());
        CAPTURE(k.successes, k.trials, k.level);
        CHECK(close(result->lower, k.lower, 1e-14));
        CHECK(close(result->upper, k.upper, 1e-14));
        const double p = static_cast<double>(k.successes) / static_cast<double>(k.trials);
        CHECK(result->value == p);
        CHECK(close(result->mcse, std::sqrt(p * (1.0 - p) / static_cast<double>(k.trials)), 1e-15));
        CHECK(result->lower >= 0.0);
        CHECK(result->upper <= 1.0);
    }
    CHECK_FALSE(proportion(0, 0).has_value());
    CHECK(proportion(3, 7)->lower == proportion(3, 7, 0.95)->lower);
}

TEST_CASE("proportion: the bounds are where the score test just rejects",
          "[metrics][performance]") {
    // |p - bound| = z sqrt(bound (1 - bound) / n): the definition, not the solved form.
    constexpr double z = 1.95996398454005423552;
    for (const std::uint64_t n : {5ULL, 37ULL, 2000ULL})
        for (std::uint64_t successes = 1; successes < n; successes += 1 + n / 9) {
            const Proportion result = proportion(successes, n).value();
            for (const double bound : {result.lower, result.upper})
                CHECK(close(std::abs(result.value - bound),
                            z * std::sqrt(bound * (1.0 - bound) / static_cast<double>(n)),
                            1e-12));
        }
}

TEST_CASE("coverage: share of closed intervals that hold the truth", "[metrics][performance]") {
    const Vector lower{0.0, 1.0, 2.0, 3.0, 4.0};
    const Vector upper{1.0, 2.0, 3.0, 4.0, 5.0};
    const Vector truth{0.5, 1.0, 3.0, 4.5, 3.5};  // in, on the edges, above, below
    const auto result = coverage(lower, upper, truth);
    REQUIRE(result.has_value());
    CHECK(result->value == 0.6);
    CHECK(close(result->lower, proportion(3, 5)->lower, 1e-15));
    CHECK(close(result->upper, proportion(3, 5)->upper, 1e-15));
    CHECK_FALSE(coverage({}, {}, {}).has_value());
}

TEST_CASE("bias_eliminated_coverage: intervals are moved back by the mean error",
          "[metrics][performance]") {
    // Estimates too high by 10: none covers, all do once moved.
    const Vector lower{9.5, 10.5, 11.5};
    const Vector upper{10.5, 11.5, 12.5};
    const Vector truth{0.0, 1.0, 2.0};
    CHECK(coverage(lower, upper, truth)->value == 0.0);
    CHECK(bias_eliminated_coverage(lower, upper, truth, 10.0)->value == 1.0);
    CHECK(bias_eliminated_coverage(lower, upper, truth, -10.0)->value == 0.0);
    CHECK(bias_eliminated_coverage(lower, upper, truth, 0.0)->value == 0.0);
    CHECK_FALSE(bias_eliminated_coverage({}, {}, {}, 1.0).has_value());
}
