#include "sim/comparison.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/history_effect.hpp"
#include "sim/judged_pool.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Gaps of predictors, [predictor][context], of one method; one pool.
struct GivenScores {
    sim::ObservedStudy study;
    sim::ObservedScores scores;
    std::vector<sim::ObservedPool> pools{{}};
};
GivenScores given_scores(const std::vector<std::vector<sim::Figure>>& gaps) {
    GivenScores given;
    given.scores.approximations = {"recommended"};
    given.scores.estimators = {"empirical_bayes_mixture"};
    for (std::size_t p = 0; p < gaps.size(); ++p)
        given.study.predictors.push_back({std::string(1, static_cast<char>('a' + p)), {}, {}});
    for (std::uint32_t c = 0; c < gaps.front().size(); ++c) {
        given.study.contexts.push_back(
            {.group = {{0}, {c}}, .history = {}, .candidates = {0, 1}, .counts = {1, 1}});
        given.pools.front().contexts.push_back(c);
        for (std::uint32_t p = 0; p < gaps.size(); ++p) {
            sim::ObservedRow row{.context = c,
                                 .predictor = p,
                                 .entropy = 1.0,
                                 .cross_entropy = {},
                                 .gap = gaps[p][c]};
            if (gaps[p][c]) row.cross_entropy = 1.0 + *gaps[p][c];
            given.scores.rows.push_back(row);
        }
    }
    return given;
}

constexpr sim::ComparisonPlan plan{.resamples = 999, .level = 0.95, .margin = 0.1, .threads = 1};

std::vector<sim::ComparisonRow> compare(const GivenScores& given) {
    return sim::compare(given.study, given.scores, given.pools, plan);
}

}  // namespace

TEST_CASE("comparison: differences are paired, so that what contexts share is no noise",
          "[sim][comparison]") {
    Dice dice(3);
    std::vector<std::vector<sim::Figure>> gaps(2);
    for (int c = 0; c < 40; ++c) {
        const double hard = 5.0 * dice.uniform();
        gaps[0].emplace_back(hard + 0.02 * dice.uniform());
        gaps[1].emplace_back(hard + 0.2 + 0.02 * dice.uniform());
    }
    gaps[0].emplace_back(std::nullopt);
    gaps[1].emplace_back(7.0);
    const auto rows = compare(given_scores(gaps));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].contexts == 40);
    CHECK(*rows[0].difference == Approx(0.2).margin(0.01));
    REQUIRE(rows[0].interval);
    CHECK(rows[0].interval->low > 0.19);
    CHECK(rows[0].interval->high < 0.21);
    CHECK(*rows[0].p <= 0.002);
    CHECK(*rows[0].p_equivalent > 0.9);
    // The other way round.
    std::swap(gaps[0], gaps[1]);
    const auto turned = compare(given_scores(gaps));
    CHECK(*turned[0].difference == Approx(-*rows[0].difference));
    CHECK(*turned[0].p == Approx(*rows[0].p));
}

TEST_CASE("comparison: equal predictors are equivalent, infinite gaps have no interval",
          "[sim][comparison]") {
    const auto same = compare(given_scores({{1.0, 2.0, 3.0, 4.0, 5.0, 1.5, 2.5, 3.5},
                                            {1.01, 1.99, 3.0, 4.01, 4.99, 1.5, 2.51, 3.49}}));
    CHECK(*same[0].p > 0.5);
    CHECK(*same[0].p_equivalent <= 0.05);
    const auto beyond = compare(given_scores({{1.0, 2.0, 3.0}, {1.0, infinite, 3.0}}));
    CHECK(*beyond[0].difference == infinite);
    CHECK_FALSE(beyond[0].interval);
    CHECK_FALSE(beyond[0].p);
    const auto each = compare(given_scores({{infinite, 2.0, 3.0}, {1.0, infinite, 3.0}}));
    CHECK_FALSE(each[0].difference);
    const auto both = compare(given_scores({{infinite, 2.0, 3.0}, {infinite, 2.5, 3.5}}));
    CHECK(both[0].contexts == 2);
    CHECK(*both[0].difference == Approx(0.5));
}

TEST_CASE("comparison: shares of the ordering are shares of resamples", "[sim][comparison]") {
    const auto given =
        given_scores({{2.0, 2.0, 2.0, 2.0}, {1.0, 1.0, 1.0, 1.0}, {0.0, 4.0, 0.0, 4.0}});
    const auto rows = sim::order_predictors(given.study, given.scores, given.pools, plan);
    REQUIRE(rows.size() == 3);
    for (const auto& row : rows) {
        double sum = 0.0;
        for (const double share : row.shares) sum += share;
        CHECK(sum == Approx(1.0));
    }
    CHECK(rows[0].shares[0] == 0.0);
    CHECK(*rows[2].gap == Approx(2.0));
    // c is first when its mean is below 1: none of the four drawn contexts is one of the bad two, 1/16
    // (one bad one of four makes a mean of 1, and b is named before).
    CHECK(std::abs(rows[2].shares[0] - 1.0 / 16.0) < 4.5 * std::sqrt(15.0 / 256.0 / 999.0));
    CHECK(rows[1].shares[0] == Approx(1.0 - rows[2].shares[0]));
}

TEST_CASE(
    "comparison: the judged pool has the most attributes, then contexts, then the least history",
    "[sim][comparison]") {
    sim::ObservedStudy study;
    const auto add =
        [&](std::vector<std::uint32_t> proxy, std::uint32_t level, std::size_t length) {
            const std::vector<std::uint32_t> levels(proxy.size(), level);
            study.contexts.push_back({.group = {std::move(proxy), levels},
                                      .history = sim::History(length, 0),
                                      .candidates = {0, 1},
                                      .counts = {1, 1}});
        };
    add({}, 0, 0);
    add({0, 1}, 0, 5);
    add({0, 1}, 1, 5);
    add({0, 1}, 0, 0);
    add({0, 1}, 1, 0);
    add({0, 2}, 0, 0);
    const std::vector<sim::ObservedPool> pools{{{0}}, {{1, 2}}, {{3, 4}}, {{5}}};
    CHECK(sim::judged_pool(study, pools) == 2);
    CHECK(sim::contexts_of_proxy(study, pools[2]) == std::vector<std::uint32_t>{1, 2, 3, 4});
}

TEST_CASE("history effect: the slope is that within groups, not between them",
          "[sim][comparison]") {
    // Groups with longer histories are easier, and each gets harder with length: 0.05 an event.
    GivenScores given;
    given.scores.approximations = {"recommended"};
    given.scores.estimators = {"empirical_bayes_mixture"};
    given.study.predictors.push_back({"a", {}, {}});
    Dice dice(9);
    std::vector<std::uint32_t> contexts;
    for (std::uint32_t g = 0; g < 30; ++g)
        for (const std::size_t length : {0U, 5U, 20U}) {
            if (length == 20 && g % 3 == 0) continue;
            const auto c = static_cast<std::uint32_t>(given.study.contexts.size());
            contexts.push_back(c);
            given.study.contexts.push_back({.group = {{0}, {g}},
                                            .history = sim::History(length, 0),
                                            .candidates = {0, 1},
                                            .counts = {1, 1}});
            const double easier = g % 3 == 0 ? 0.0 : -3.0;
            const double value =
                4.0 + easier + 0.05 * static_cast<double>(length) + 0.1 * (dice.uniform() - 0.5);
            given.scores.rows.push_back(
                {.context = c, .entropy = 1.0, .cross_entropy = value, .gap = value - 1.0});
        }
    const auto rows = sim::history_effects(given.study, given.scores, contexts, plan);
    REQUIRE(rows.size() == 2);
    for (const auto& row : rows) {
        CHECK(*row.slope == Approx(0.05).margin(0.003));
        REQUIRE(row.interval);
        CHECK(row.interval->low > 0.04);
        CHECK(row.interval->high < 0.06);
        CHECK(*row.p_rising <= 0.002);
        CHECK(row.groups == 30);
        CHECK(row.longest == 20);
        CHECK(*row.contrast == Approx(1.0).margin(0.05));
        CHECK(row.contrast_interval);
    }
    // One length has no effect.
    CHECK(sim::history_effects(given.study, given.scores, {0}, plan).empty());
}

}  // namespace truegap::test
