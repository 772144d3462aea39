#include "metrics/standard_error.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <vector>

#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

// Every single observation left out.
std::optional<double> one_by_one(const Estimator& estimator,
                                 const Counts& counts,
                                 std::uint64_t K) {
    std::vector<double> estimates;
    for (std::size_t k = 0; k < counts.size(); ++k)
        for (std::uint32_t observation = 0; observation < counts[k]; ++observation) {
            Counts smaller = counts;
            --smaller[k];
            const auto estimate = estimator.estimate(counts_view(smaller, K));
            if (!estimate) return std::nullopt;
            estimates.push_back(*estimate);
        }
    const auto n = static_cast<double>(estimates.size());
    double mean = 0.0;
    for (const double estimate : estimates) mean += estimate / n;
    double squares = 0.0;
    for (const double estimate : estimates) squares += (estimate - mean) * (estimate - mean);
    return std::sqrt((n - 1.0) / n * squares);
}

// sqrt(Var_p_hat(ln p_hat) / n), observation by observation.
double delta_method(const Counts& counts) {
    long double n = 0.0L;
    for (const std::uint32_t count : counts) n += count;
    long double mean = 0.0L;
    long double square = 0.0L;
    for (const std::uint32_t count : counts) {
        if (count == 0) continue;
        const long double information = std::log(n / count);
        mean += count / n * information;
        square += count / n * information * information;
    }
    return static_cast<double>(std::sqrt((square - mean * mean) / n));
}

}  // namespace

TEST_CASE("jackknife_standard_error: is that of leaving out every observation in turn",
          "[metrics][entropy]") {
    Random random(51);
    int checked = 0;
    for (const char* name : {"jackknife",
                             "grassberger_1988",
                             "grassberger_2003",
                             "schurmann",
                             "chao_shen",
                             "zhang",
                             "chao_wang_jost",
                             "bonachela",
                             "shrinkage",
                             "dirichlet_jeffreys",
                             "dirichlet_perks",
                             "ansb"}) {
        const Estimator estimator = find_estimator(name).value();
        REQUIRE(estimator.entry().error == ErrorMethod::jackknife);
        for (const Shape shape : {Shape::sparse, Shape::mixed}) {
            const Counts counts = test::random_counts(random, shape, 12);
            const std::uint64_t n = counts_view(counts).n;
            if (n < 3) continue;
            const auto expected = one_by_one(estimator, counts, 15);
            const auto actual = estimator.standard_error(counts_view(counts, 15));
            CAPTURE(name, counts);
            REQUIRE(actual.has_value() == expected.has_value());
            if (!expected) continue;
            CHECK(close(*actual, *expected, 1e-11));
            CHECK(close(*jackknife_standard_error(
                            counts_view(counts, 15),
                            [&](const CountsView& smaller) { return estimator.estimate(smaller); }),
                        *actual,
                        1e-15));
            ++checked;
        }
    }
    CHECK(checked >= 20);
}

TEST_CASE("jackknife_standard_error: of a sum of squares, worked out by hand",
          "[metrics][entropy]") {
    const Counts counts{1, 1, 1, 2, 2, 5};
    const auto squares = [](const CountsView& sample) -> std::optional<double> {
        double sum = 0.0;
        for (const std::uint32_t count : sample.counts) sum += count * count;
        return sum;
    };
    // Leaving out one of c observations takes 2c - 1 off: the 12 values are 3 x 1, 4 x 3, 5 x 9.
    const double mean = (3 * 1.0 + 4 * 3.0 + 5 * 9.0) / 12.0;
    const double sum_of_squares =
        3 * std::pow(1.0 - mean, 2) + 4 * std::pow(3.0 - mean, 2) + 5 * std::pow(9.0 - mean, 2);
    CHECK(close(*jackknife_standard_error(counts_view(counts), squares),
                std::sqrt(11.0 / 12.0 * sum_of_squares),
                1e-14));
}

TEST_CASE("standard_error: nothing where it cannot be known", "[metrics][entropy]") {
    for (const EstimatorEntry& entry : estimators()) {
        const Estimator estimator(entry);
        CAPTURE(entry.name);
        CHECK_FALSE(estimator.standard_error(counts_view(Counts{}, 5)).has_value());
        CHECK_FALSE(estimator.standard_error(counts_view(Counts{0}, 5)).has_value());
        CHECK_FALSE(estimator.standard_error(counts_view(Counts{2, 1, 1}, 2)).has_value());
        if (entry.items_use == ItemsUse::required)
            CHECK_FALSE(estimator.standard_error(counts_view(Counts{2, 1})).has_value());
        if (entry.error == ErrorMethod::jackknife)
            CHECK_FALSE(estimator.standard_error(counts_view(Counts{1}, 5)).has_value());
    }
    // Leaving one of two observations out leaves the jackknife estimator without a value.
    CHECK_FALSE(find_estimator("jackknife")->standard_error(counts_view(Counts{1, 1})).has_value());
}

TEST_CASE("plug_in, miller_madow: the delta method's standard error is its definition",
          "[metrics][entropy]") {
    Random random(52);
    for (const Shape shape : test::all_shapes)
        for (const std::size_t K : {2U, 10U, 50U}) {
            const Counts counts = test::random_counts(random, shape, K);
            CAPTURE(counts);
            for (const char* name : {"plug_in", "miller_madow"}) {
                const Estimator estimator = find_estimator(name).value();
                CHECK(estimator.entry().error == ErrorMethod::delta);
                CHECK(close(*estimator.standard_error(counts_view(counts)),
                            delta_method(counts),
                            1e-9,
                            1e-6));
            }
        }
    CHECK(find_estimator("plug_in")->standard_error(counts_view(Counts{3, 3, 3})) ==
          Approx(0.0).margin(1e-15));
}
