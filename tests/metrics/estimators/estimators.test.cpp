#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/chao_shen.hpp"
#include "metrics/estimators/chao_wang_jost.hpp"
#include "metrics/estimators/grassberger_2003.hpp"
#include "metrics/estimators/miller_madow.hpp"
#include "metrics/estimators/plug_in.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

// The tolerance of the golden vectors.
constexpr double tolerance = 1e-12;
constexpr double least = 0.001;

struct Definition {
    std::string_view name;
    double (*value)(std::span<const std::uint32_t>);
};
constexpr Definition definitions[] = {{"plug_in", oracle::plug_in},
                                      {"miller_madow", oracle::miller_madow},
                                      {"grassberger_2003", oracle::grassberger_2003},
                                      {"chao_shen", oracle::chao_shen},
                                      {"chao_wang_jost", oracle::chao_wang_jost}};

std::optional<double> estimate(std::string_view name,
                               const Counts& counts,
                               std::optional<std::uint64_t> items = {}) {
    const auto estimator = find_estimator(name);
    REQUIRE(estimator.has_value());
    return estimator->estimate(counts_view(counts, items));
}

// The closed forms that ignore K.
std::vector<Estimator> defined_here() {
    std::vector<Estimator> all;
    for (const auto& [name, value] : definitions) all.push_back(find_estimator(name).value());
    return all;
}

void check_definitions(const Counts& counts) {
    for (const auto& [name, value] : definitions) {
        const double expected = value(counts);
        const std::optional<double> actual = estimate(name, counts);
        REQUIRE(actual.has_value());
        const double error_in_tolerances =
            (*actual - expected) / (tolerance * std::max(least, std::abs(expected)));
        CAPTURE(name, counts.size(), counts[0], counts.back(), expected, error_in_tolerances);
        CHECK(close(*actual, expected, tolerance, least));
    }
}

}  // namespace

TEST_CASE("estimators: agree with their definitions in 50 digits on random counts",
          "[metrics][entropy]") {
    Random random(21);
    for (const Shape shape : test::all_shapes)
        for (const std::size_t K : {1U, 2U, 5U, 20U, 100U})
            for (int repeat = 0; repeat < 3; ++repeat)
                check_definitions(test::random_counts(random, shape, K));
}

TEST_CASE("estimators: agree with their definitions around the end of the tables",
          "[metrics][entropy]") {
    for (const std::uint32_t n : {16'382U, 16'383U, 16'384U, 16'385U, 16'386U}) {
        check_definitions({n});
        check_definitions({n - 1, 1});
        check_definitions({n - 8, 5, 1, 1, 1});
        check_definitions({n / 2, n - n / 2});
        check_definitions({n, n, 1, 2, 3});
        Counts even(64, n / 64);
        even[0] += n % 64;
        check_definitions(even);
    }
}

TEST_CASE("estimators: agree with their definitions on skewed and large samples",
          "[metrics][entropy]") {
    check_definitions({1'000'000, 1});
    check_definitions({1'000'000, 2});
    check_definitions({1'000'000, 1, 1, 1, 2});
    check_definitions({10'000, 1});
    check_definitions({16'000, 10});
    check_definitions({2'147'483'647, 1});
    check_definitions({2'147'483'647, 2'147'483'648, 4'294'967'295});
    check_definitions(Counts(1000, 4'294'967'295));  // N = 4.3e12: more than 32 bits hold
    Counts mixed(10, 2'147'483'647);
    mixed.insert(mixed.end(), {1, 1, 2, 3, 70'000});
    check_definitions(mixed);
    Counts nearly_all_singletons(1000, 1);
    nearly_all_singletons[0] = 2;
    check_definitions(nearly_all_singletons);
}

TEST_CASE("estimators: plug-in and Chao-Shen keep their digits however small the entropy",
          "[metrics][entropy]") {
    // Nothing in these two formulas is larger than the result, so the error is relative to it.
    for (const Counts& counts : {Counts{300, 2},
                                 Counts{5000, 2},
                                 Counts{5000, 3, 2},
                                 Counts{16'000, 2},
                                 Counts{16'381, 2},
                                 Counts{1'000'000, 2},
                                 Counts{1'000'000, 1, 1},
                                 Counts{2'147'483'647, 2},
                                 Counts{4'294'967'295, 1}}) {
        CAPTURE(counts);
        CHECK(close(*estimate("plug_in", counts), oracle::plug_in(counts), 1e-13, 0.0));
        CHECK(close(*estimate("chao_shen", counts), oracle::chao_shen(counts), 1e-13, 0.0));
    }
}

TEST_CASE("estimators: agree with their definitions when every item is a singleton",
          "[metrics][entropy]") {
    for (const std::size_t n : {1U, 2U, 3U, 10U, 1000U, 16'384U, 100'000U, 1'000'000U})
        check_definitions(Counts(n, 1));
}

TEST_CASE("estimators: no observations give no estimate", "[metrics][entropy]") {
    for (const Estimator& estimator : defined_here()) {
        CAPTURE(estimator.label());
        for (const Counts& counts : {Counts{}, Counts{0}, Counts{0, 0, 0}})
            CHECK_FALSE(estimator.estimate(counts_view(counts)).has_value());
        CHECK_FALSE(estimator.estimate(counts_view(Counts{0, 0}, 5)).has_value());
    }
    CHECK_FALSE(PlugIn{}(counts_view(Counts{0})).has_value());
    CHECK_FALSE(MillerMadow{}(counts_view(Counts{0})).has_value());
    CHECK_FALSE(Grassberger2003{}(counts_view(Counts{0})).has_value());
    CHECK_FALSE(ChaoShen{}(counts_view(Counts{0})).has_value());
    CHECK_FALSE(ChaoWangJost{}(counts_view(Counts{0})).has_value());
}

TEST_CASE("estimators: one observation gives what each header says", "[metrics][entropy]") {
    const Counts one{0, 1, 0};
    CHECK(estimate("plug_in", one) == 0.0);
    CHECK(estimate("miller_madow", one) == 0.0);
    CHECK(
        close(*estimate("grassberger_2003", one), std::numbers::egamma + std::numbers::ln2, 1e-15));
    CHECK(estimate("chao_shen", one) == 0.0);
    CHECK(estimate("chao_wang_jost", one) == 0.0);
}

TEST_CASE("estimators: a single item gives what each header says", "[metrics][entropy]") {
    for (const std::uint32_t n : {2U, 3U, 17U, 16'383U, 16'384U, 1'000'000U, 4'294'967'295U}) {
        CAPTURE(n);
        CHECK(estimate("plug_in", {n}) == 0.0);
        CHECK(estimate("miller_madow", {n}) == 0.0);
        CHECK(estimate("chao_shen", {n}) == 0.0);
        CHECK(estimate("chao_wang_jost", {n}) == 0.0);
        // ln n - G(n): -1/(24 m^2) or so for n = 2m, plus ln(n/(n-1)) for odd n.
        CHECK(close(*estimate("grassberger_2003", {n}),
                    std::log(static_cast<double>(n)) - oracle::grassberger_g(n),
                    4e-15));
    }
}

TEST_CASE("estimators: all singletons have their closed forms", "[metrics][entropy]") {
    for (const std::size_t n : {2U, 20U, 16'383U, 16'384U}) {
        const auto x = static_cast<double>(n);
        const Counts ones(n, 1);
        CAPTURE(n);
        CHECK(close(*estimate("plug_in", ones), std::log(x), 1e-14));
        CHECK(close(*estimate("miller_madow", ones), std::log(x) + (x - 1.0) / (2.0 * x), 1e-14));
        CHECK(close(*estimate("grassberger_2003", ones),
                    std::log(x) + std::numbers::egamma + std::numbers::ln2,
                    1e-14));
        // C = 1/n, p = 1/n^2: n times (2 ln n / n^2) / (1 - (1 - 1/n^2)^n).
        const double seen = -std::expm1(x * std::log1p(-1.0 / (x * x)));
        CHECK(close(*estimate("chao_shen", ones), 2.0 * std::log(x) / x / seen, 1e-12));
        CHECK(std::isfinite(*estimate("chao_wang_jost", ones)));
    }
}

TEST_CASE("miller_madow: adds (S-1)/(2N) to the plug-in", "[metrics][entropy]") {
    const Counts counts{3, 2, 1, 0, 0};
    CHECK(
        close(*estimate("miller_madow", counts), *estimate("plug_in", counts) + 2.0 / 12.0, 1e-15));
}

TEST_CASE("plug_in: lies within [0, ln S]", "[metrics][entropy]") {
    Random random(22);
    for (const Shape shape : test::all_shapes)
        for (int repeat = 0; repeat < 50; ++repeat) {
            const Counts counts = test::random_counts(random, shape, 1 + random.below(60));
            const auto seen = static_cast<double>(seen_items(counts).items);
            const double value = estimate("plug_in", counts).value();
            REQUIRE(value >= 0.0);
            REQUIRE(value <= std::log(seen) + 1e-13);
        }
}

TEST_CASE("estimators: K smaller than the items seen gives nothing, larger changes nothing",
          "[metrics][entropy]") {
    const Counts counts{3, 0, 2, 1, 0};
    for (const Estimator& estimator : defined_here()) {
        CAPTURE(estimator.label());
        const auto unknown = estimator.estimate(counts_view(counts));
        REQUIRE(unknown.has_value());
        CHECK_FALSE(estimator.estimate(counts_view(counts, 0)).has_value());
        CHECK_FALSE(estimator.estimate(counts_view(counts, 2)).has_value());
        // K is what the caller says, never the length of the array.
        for (const std::uint64_t K : {3ULL, 4ULL, 5ULL, 1'000'000'000'000ULL})
            CHECK(estimator.estimate(counts_view(counts, K)) == unknown);
    }
}

TEST_CASE("estimators: zero counts and the order of items change nothing",
          "[metrics][entropy][property]") {
    Random random(23);
    for (const Shape shape : test::all_shapes)
        for (int repeat = 0; repeat < 10; ++repeat) {
            const Counts counts = test::random_counts(random, shape, 2 + random.below(60));
            Counts shuffled(counts.size());
            const auto order = test::random_permutation(random, counts.size());
            for (std::size_t k = 0; k < counts.size(); ++k) shuffled[k] = counts[order[k]];
            Counts padded = counts;
            padded.resize(counts.size() + 1 + random.below(9), 0);
            Counts led_by_zeros = counts;
            led_by_zeros.insert(led_by_zeros.begin(), 3, 0U);
            for (const Estimator& estimator : defined_here()) {
                CAPTURE(estimator.label(), counts);
                const double value = estimator.estimate(counts_view(counts)).value();
                for (const Counts& same : {shuffled, padded, led_by_zeros})
                    REQUIRE(close(*estimator.estimate(counts_view(same)), value, 1e-13, least));
            }
        }
}

TEST_CASE("registry: every estimator once, with its texts, found by its name",
          "[metrics][entropy]") {
    CHECK_FALSE(find_estimator("no such estimator").has_value());
    CHECK_FALSE(find_estimator("").has_value());
    for (const EstimatorEntry& entry : estimators()) {
        CAPTURE(entry.name);
        const auto found = find_estimator(entry.name);
        REQUIRE(found.has_value());
        CHECK(&found->entry() == &entry);
        CHECK(found->label() == entry.name);
        CHECK_FALSE(entry.formula.empty());
        CHECK_FALSE(entry.source.empty());
        CHECK_FALSE(entry.limits.empty());
        CHECK_FALSE(find_estimator(std::string(entry.name) + "(x)").has_value());
        CHECK_FALSE(find_estimator(std::string(entry.name) + "()").has_value());
        CHECK(find_estimator(std::string(entry.name) + "(1)").has_value() ==
              entry.parameter.has_value());
        CHECK(found->why_undefined(counts_view(Counts{0})) == "no observations (n = 0)");
        CHECK(found->why_undefined(counts_view(Counts{1, 1, 1}, 2)) ==
              "items is smaller than the number of items seen");
    }
}
