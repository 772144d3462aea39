#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/estimators/oracle_closed.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;
using Items = std::optional<std::uint64_t>;

// The tolerance of the golden vectors.
constexpr double tolerance = 1e-12;
constexpr double least = 0.001;

struct WithoutItems {
    std::string_view name;
    double (*value)(oracle::CountsSpan);
};
constexpr WithoutItems without_items[] = {{"grassberger_1988", oracle::grassberger_1988},
                                          {"grassberger_1988_n1", oracle::grassberger_1988_n1},
                                          {"grassberger_2003_psi", oracle::grassberger_2003_psi},
                                          {"schurmann", oracle::schurmann},
                                          {"zhang", oracle::zhang},
                                          {"bonachela", oracle::bonachela}};

struct WithItems {
    std::string_view name;
    double (*value)(oracle::CountsSpan, std::uint64_t);
};
template <int hundredths>
double wolpert_wolf(oracle::CountsSpan counts, std::uint64_t K) {
    return oracle::wolpert_wolf(counts, K, hundredths / 100.0).mean;
}
constexpr WithItems with_items[] = {{"shrinkage", oracle::shrinkage},
                                    {"dirichlet_jeffreys", oracle::dirichlet_jeffreys},
                                    {"dirichlet_laplace", oracle::dirichlet_laplace},
                                    {"dirichlet_perks", oracle::dirichlet_perks},
                                    {"dirichlet_minimax", oracle::dirichlet_minimax},
                                    {"wolpert_wolf", wolpert_wolf<100>},
                                    {"wolpert_wolf(0.25)", wolpert_wolf<25>}};

std::optional<double> estimate(std::string_view name, const Counts& counts, Items items = {}) {
    return find_estimator(name).value().estimate(counts_view(counts, items));
}

void check(std::string_view name, const Counts& counts, Items items, double expected) {
    const std::optional<double> actual = estimate(name, counts, items);
    CAPTURE(name, counts.size(), counts[0], counts.back(), items.value_or(0), expected);
    REQUIRE(actual.has_value());
    const double error = (*actual - expected) / (tolerance * std::max(least, std::abs(expected)));
    CAPTURE(error);
    CHECK(close(*actual, expected, tolerance, least));
}

void check_definitions(const Counts& counts) {
    const CountsView sample = counts_view(counts);
    const std::uint64_t seen = seen_items(counts).items;
    for (const auto& [name, value] : without_items) check(name, counts, {}, value(counts));
    if (sample.n > 1) check("jackknife", counts, {}, oracle::jackknife(counts));
    if (sample.n > seen) check("ansb", counts, {}, oracle::ansb(counts));
    for (const std::uint64_t K :
         {seen, seen + 1, std::uint64_t{1'000'000}, std::uint64_t{1'000'000'000'000}})
        if (K >= seen)
            for (const auto& [name, value] : with_items) check(name, counts, K, value(counts, K));
}

}  // namespace

TEST_CASE("closed forms: agree with their printed definitions on random counts",
          "[metrics][entropy]") {
    Random random(31);
    for (const Shape shape : test::all_shapes)
        for (const std::size_t K : {1U, 2U, 5U, 20U, 60U})
            check_definitions(test::random_counts(random, shape, K));
}

TEST_CASE("closed forms: agree with their printed definitions on skewed and large samples",
          "[metrics][entropy]") {
    for (const Counts& counts : {Counts{1},
                                 Counts{2},
                                 Counts{1, 1},
                                 Counts{4094, 1},
                                 Counts{4095, 1},
                                 Counts{16'384, 1, 2},
                                 Counts{1'000'000, 1},
                                 Counts{1'000'000, 2, 1, 1},
                                 Counts{2'147'483'647, 1},
                                 Counts{2'147'483'647, 2'147'483'648, 4'294'967'295},
                                 Counts{4'294'967'295},
                                 Counts{4'294'967'295, 2},
                                 Counts(1000, 4'294'967'295)})
        check_definitions(counts);
    for (const std::size_t n : {10U, 1000U, 5000U}) check_definitions(Counts(n, 1));
    Counts nearly_all_singletons(5000, 1);
    nearly_all_singletons[7] = 2;
    check_definitions(nearly_all_singletons);
}

TEST_CASE("closed forms: a million items and ten observations", "[metrics][entropy]") {
    for (const Counts& counts :
         {Counts(10, 1), Counts{10}, Counts{5, 3, 1, 1}, Counts{2, 2, 2, 2, 2}})
        for (const auto& [name, value] : with_items)
            check(name, counts, 1'000'000, value(counts, 1'000'000));
}

TEST_CASE("closed forms: unseen items count the same listed as zeros or not at all",
          "[metrics][entropy]") {
    const Counts bare{5, 3, 1, 1};
    for (const auto& [name, value] : with_items)
        for (const std::uint64_t K : {4U, 5U, 6U, 3000U}) {
            CAPTURE(name, K);
            const double expected = value(bare, K);
            for (const std::size_t zeros : {0U, 1U, 2U, 30U, 2000U}) {
                Counts listed(zeros, 0U);
                listed.insert(listed.end(), bare.begin(), bare.end());
                CHECK(close(*estimate(name, listed, K), expected, tolerance));
            }
        }
}

TEST_CASE(
    "closed forms: nothing without observations, without a K they need, or with too small a K",
    "[metrics][entropy]") {
    const Counts counts{3, 0, 2, 1};
    for (const auto& [name, value] : with_items) {
        CAPTURE(name);
        CHECK_FALSE(estimate(name, counts).has_value());
        CHECK_FALSE(estimate(name, counts, 2).has_value());
        CHECK_FALSE(estimate(name, {0, 0}, 5).has_value());
        CHECK_FALSE(estimate(name, {}, 5).has_value());
        CHECK(estimate(name, counts, 3).has_value());
        const Estimator estimator = find_estimator(name).value();
        // Also when called without the registry's own check.
        CHECK_FALSE(
            estimator.entry().value(counts_view(counts, 2), estimator.parameter()).has_value());
        CHECK(estimator.why_undefined(counts_view(counts)).find("needs K") !=
              std::string_view::npos);
    }
    for (const std::string_view name : {"jackknife", "ansb"}) {
        CHECK_FALSE(estimate(name, {}).has_value());
        CHECK_FALSE(estimate(name, {0, 0}).has_value());
    }
    for (const auto& [name, value] : without_items) {
        CHECK_FALSE(estimate(name, {}).has_value());
        CHECK_FALSE(estimate(name, {0, 0}).has_value());
    }
}

TEST_CASE("closed forms: one observation gives what each header says", "[metrics][entropy]") {
    const Counts one{0, 1};
    CHECK(close(*estimate("grassberger_1988", one), std::numbers::egamma + 0.5, 1e-15));
    CHECK(close(*estimate("grassberger_1988_n1", one), std::numbers::egamma + 0.5, 1e-15));
    CHECK(close(*estimate("grassberger_2003_psi", one), std::numbers::ln2, 1e-15));
    CHECK(close(*estimate("schurmann", one), 0.5, 1e-15));
    CHECK(close(*estimate("bonachela", one), 2.0 / 9.0, 1e-15));
    CHECK(close(*estimate("shrinkage", one, 7), std::log(7.0), 1e-15));
    for (const std::string_view name : {"jackknife", "ansb"}) {
        CHECK_FALSE(estimate(name, one).has_value());
        CHECK_FALSE(find_estimator(name)->why_undefined(counts_view(one)).empty());
    }
}

TEST_CASE("closed forms: one item gives what each header says", "[metrics][entropy]") {
    for (const std::uint32_t n : {2U, 3U, 17U, 5000U, 4'294'967'295U}) {
        CAPTURE(n);
        const auto x = static_cast<double>(n);
        CHECK(estimate("jackknife", {n}) == 0.0);
        CHECK(estimate("shrinkage", {n}, 7) == 0.0);
        CHECK(close(*estimate("bonachela", {n}), (x + 1.0) / ((x + 2.0) * (x + 2.0)), 1e-15, 0.0));
        for (const auto& [name, value] : with_items) CHECK(estimate(name, {n}, 1) == 0.0);
    }
    CHECK(*estimate("schurmann", {2}) < 0.0);
    CHECK(*estimate("schurmann", {3}) > 0.0);
}

TEST_CASE("closed forms: all singletons give what each header says", "[metrics][entropy]") {
    for (const std::size_t n : {2U, 20U, 5000U}) {
        CAPTURE(n);
        const auto x = static_cast<double>(n);
        const Counts ones(n, 1);
        const double psi = *estimate("zhang", ones) - std::numbers::egamma;
        CHECK(close(
            *estimate("grassberger_1988", ones), std::log(x) + std::numbers::egamma + 0.5, 1e-14));
        CHECK(close(*estimate("grassberger_2003_psi", ones),
                    psi + std::numbers::egamma + std::numbers::ln2,
                    1e-14));
        CHECK(close(*estimate("schurmann", ones), psi + std::numbers::egamma + 0.5, 1e-14));
        CHECK(close(
            *estimate("jackknife", ones), x * std::log(x) - (x - 1.0) * std::log(x - 1.0), 1e-12));
        CHECK(close(*estimate("shrinkage", ones, 2 * n), std::log(2.0 * x), 1e-15));
        CHECK_FALSE(estimate("ansb", ones).has_value());
        CHECK(find_estimator("ansb")->why_undefined(counts_view(ones)) ==
              "no item was seen twice (no coincidences)");
    }
}

TEST_CASE("ansb: says when it should not be trusted", "[metrics][entropy]") {
    const Estimator ansb = find_estimator("ansb").value();
    const auto caveat = [&](const Counts& counts) { return ansb.caveat(counts_view(counts)); };
    Counts rare(100, 1);
    CHECK(caveat(rare).empty());  // nothing to trust
    for (std::size_t k = 0; k < 9; ++k) rare[k] = 2;
    CHECK(caveat(rare).find("fewer than 10") != std::string_view::npos);
    rare[9] = 2;
    CHECK(caveat(rare).empty());
    CHECK(caveat({50, 50}).find("most observations are repeats") != std::string_view::npos);
}

TEST_CASE("closed forms: terms and constant add up to the estimate", "[metrics][entropy]") {
    Random random(32);
    int additive = 0;
    for (const EstimatorEntry& entry : estimators()) {
        const Estimator estimator(entry);
        if (!estimator.additive()) continue;
        ++additive;
        for (const Shape shape : test::all_shapes) {
            const Counts counts = test::random_counts(random, shape, 12);
            const CountsView sample = counts_view(counts, 12);
            if (sample.n == 1) continue;
            const SampleSize size{.n = sample.n, .items = 12};
            double sum = estimator.constant(size);
            for (const std::uint32_t count : counts) sum += estimator.term(count, size);
            CAPTURE(entry.name, counts);
            CHECK(close(*estimator.estimate(sample), sum, 1e-14, 0.1));
            if (entry.items_use == ItemsUse::ignored) CHECK(estimator.term(0, size) == 0.0);
        }
    }
    CHECK(additive >= 14);
}

TEST_CASE("closed forms: zero counts and the order of items change nothing",
          "[metrics][entropy][property]") {
    Random random(33);
    for (const Shape shape : test::all_shapes) {
        const Counts counts = test::random_counts(random, shape, 40);
        Counts turned = counts;
        std::rotate(turned.begin(), turned.begin() + 13, turned.end());
        turned.insert(turned.begin() + 5, 4, 0U);
        std::vector<std::string_view> names{"jackknife"};
        for (const WithoutItems& one : without_items) names.push_back(one.name);
        for (const WithItems& one : with_items) names.push_back(one.name);
        for (const std::string_view name : names) {
            CAPTURE(name, counts);
            const auto value = estimate(name, counts, 60);
            REQUIRE(value.has_value());
            CHECK(close(*estimate(name, turned, 60), *value, 1e-13, least));
        }
    }
}
