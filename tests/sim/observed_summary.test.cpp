#include "sim/observed_summary.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/mean_answer.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

using metrics::no_candidate;
using metrics::NoAnswer;
using metrics::Response;

// A study of one predictor and method whose gaps are given.
struct GivenGaps {
    sim::ObservedStudy study;
    sim::ObservedScores scores;
    sim::ObservedPool pool;
};
GivenGaps given_gaps(const std::vector<sim::Figure>& gaps,
                     const std::vector<std::uint32_t>& users,
                     std::uint64_t seed) {
    GivenGaps given;
    given.study.seed = seed;
    given.study.predictors = {{"one", {}, {}}};
    given.scores.estimators = {"plug_in"};
    for (std::uint32_t c = 0; c < gaps.size(); ++c) {
        given.study.contexts.push_back(
            {.group = {}, .history = {}, .candidates = {0}, .counts = {users[c]}});
        sim::ObservedRow row{.context = c, .entropy = 1.0, .cross_entropy = {}, .gap = gaps[c]};
        if (gaps[c]) row.cross_entropy = 1.0 + *gaps[c];
        given.scores.rows.push_back(row);
        given.pool.contexts.push_back(c);
    }
    return given;
}

sim::PoolRow summary(const GivenGaps& given, double level = 0.95, unsigned threads = 1) {
    return sim::summarise(given.study,
                          given.scores,
                          {given.pool},
                          {.resamples = 999, .level = level, .threads = threads})
        .front();
}

Response answer(NoAnswer reason = NoAnswer::none) {
    Response response;
    response.faults = metrics::AnswerFaults{.no_answer = reason};
    return response;
}

Response ranks(std::vector<std::uint32_t> ranking) {
    Response response = answer();
    response.rankings = {std::move(ranking)};
    return response;
}

}  // namespace

TEST_CASE("observed summary: means over contexts, alike and by users", "[sim][observed]") {
    const auto row = summary(given_gaps({1.0, 4.0, std::nullopt, 2.5}, {10, 30, 99, 20}, 1));
    CHECK(row.contexts == 3);
    CHECK(row.undefined == 1);
    CHECK(row.users == 60);
    CHECK(*row.median_users == 20.0);
    CHECK(*row.gap == Approx(2.5));
    CHECK(*row.gap_by_users == Approx((10.0 + 120.0 + 50.0) / 60.0));
    CHECK(*row.cross_entropy == Approx(3.5));
    REQUIRE(row.interval);
    CHECK(row.interval->low >= 1.0);
    CHECK(row.interval->high <= 4.0);
    CHECK(row.interval->low < 2.5);
    CHECK(row.interval->high > 2.5);
    const auto one = summary(given_gaps({1.0, std::nullopt}, {5, 5}, 1));
    CHECK(*one.gap == 1.0);
    CHECK_FALSE(one.interval);
    const auto infinite =
        summary(given_gaps({1.0, std::numeric_limits<double>::infinity()}, {5, 5}, 1));
    CHECK(std::isinf(*infinite.gap));
    CHECK_FALSE(infinite.interval);
    const auto none = summary(given_gaps({std::nullopt, std::nullopt}, {5, 5}, 1));
    CHECK_FALSE(none.gap);
    CHECK_FALSE(none.median_users);
}

TEST_CASE(
    "observed summary: BCa is the percentile interval where nothing is biased or skewed, "
    "and moves with the skew",
    "[sim][observed]") {
    std::vector<double> resampled;
    for (int i = 1; i <= 999; ++i) resampled.push_back(i);
    const std::vector<double> even{-1.0, 0.0, 1.0};
    auto copy = resampled;
    const auto plain = metrics::bca_interval(500.0, copy, even, 0.9);
    CHECK(plain->low == Approx(50.0));
    CHECK(plain->high == Approx(950.0));
    // a = 1/6 sum d^3 / (sum d^2)^1.5 with d = (1, 1, -2): worked by hand for z = -+1.6448536.
    copy = resampled;
    const auto skewed = metrics::bca_interval(500.0, copy, {-1.0, -1.0, 2.0}, 0.9);
    const double a = -6.0 / (6.0 * std::pow(6.0, 1.5));
    const double z = 1.6448536269514722;
    const auto share = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    CHECK(skewed->low == Approx(1000.0 * share(-z / (1.0 + a * z))));
    CHECK(skewed->high == Approx(1000.0 * share(z / (1.0 - a * z))));
    // Below the mean lies less than half: both ends move down.
    copy = resampled;
    const auto biased = metrics::bca_interval(400.0, copy, even, 0.9);
    CHECK(biased->high < plain->high);
    CHECK(biased->low < plain->low);
    copy = {1.0, 1.0, 1.0};
    CHECK_FALSE(metrics::bca_interval(1.0, copy, even, 0.9));
}

TEST_CASE("observed summary: intervals hold the mean as often as they say", "[sim][observed]") {
    constexpr int trials = 400;
    Dice dice(31);
    int held = 0;
    int held_wrong = 0;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<sim::Figure> gaps;
        std::vector<std::uint32_t> users;
        for (int i = 0; i < 40; ++i) {
            const double x = dice.uniform() + dice.uniform() - std::log(dice.uniform());
            gaps.emplace_back(x);  // mean 2, skewed
            users.push_back(static_cast<std::uint32_t>(5 + dice.below(20)));
        }
        const auto row = summary(given_gaps(gaps, users, static_cast<std::uint64_t>(trial)));
        held += row.interval->low <= 2.0 && 2.0 <= row.interval->high ? 1 : 0;
        // The partner: an interval for a mean that is half a standard error off.
        const double off = 2.0 + 1.0 * 1.08 / std::sqrt(40.0);
        held_wrong += row.interval->low <= off && off <= row.interval->high ? 1 : 0;
    }
    // 0.94 within 4.5 standard errors: a bootstrap of 40 contexts is a little short.
    CHECK(std::abs(held - 0.94 * trials) < 4.5 * std::sqrt(0.94 * 0.06 * trials));
    CHECK(std::abs(held_wrong - 0.94 * trials) > 4.5 * std::sqrt(0.94 * 0.06 * trials));
}

TEST_CASE("observed summary: the same for any number of threads, by pool and seed",
          "[sim][observed]") {
    auto given = given_gaps({1.0, 2.0, 4.0, 8.0, 3.0}, {1, 2, 3, 4, 5}, 7);
    const std::vector<sim::ObservedPool> pools{given.pool, {{0, 1, 2}}, given.pool};
    const auto rows = [&](unsigned threads) {
        return sim::summarise(
            given.study, given.scores, pools, {.resamples = 200, .level = 0.9, .threads = threads});
    };
    const auto alone = rows(1);
    const auto together = rows(3);
    REQUIRE(alone.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(alone[i].interval == together[i].interval);
    CHECK_FALSE(alone[0].interval == alone[2].interval);  // pools draw by themselves
}

TEST_CASE("mean answer: probabilities averaged, places averaged, choices in turn",
          "[sim][observed]") {
    const std::vector<std::uint32_t> lottery{3, 2, 1, 0};
    // Places: item 0 at 1, 2, 3.5; item 1 at 2, 1, 1; item 2 at 3.5, 3.5, 2; item 3 nowhere.
    const std::vector<Response> rankers{ranks({0, 1}), ranks({1, no_candidate, 0}), ranks({1, 2})};
    const Response ranking = sim::mean_answer(rankers, 4, lottery);
    CHECK(ranking.rankings.front() == std::vector<std::uint32_t>{1, 0, 2});
    CHECK(ranking.probabilities.empty());
    const std::vector<Response> tied{ranks({0, 1}), ranks({1, 0}), answer(NoAnswer::refused)};
    CHECK(sim::mean_answer(tied, 4, lottery).rankings.front() == std::vector<std::uint32_t>{1, 0});
    CHECK(sim::mean_answer(tied, 4, std::vector<std::uint32_t>{0, 1, 2, 3}).rankings.front() ==
          std::vector<std::uint32_t>{0, 1});

    std::vector<Response> users{answer(), answer(), answer(NoAnswer::failed)};
    users[0].probabilities = {0.5, 0.25, 0.25, 0.0};
    users[0].choices = {0, no_candidate, 2};
    users[1].probabilities = {0.0, 0.5, 0.0, 0.5};
    users[1].choices = {3};
    users[1].percentages = {0.0, 50.0, 0.0, 30.0};
    const Response mean = sim::mean_answer(users, 4, lottery);
    const std::vector<double> expected{0.25, 0.375, 0.125, 0.25};
    for (std::size_t k = 0; k < 4; ++k) CHECK(mean.probabilities[k] == Approx(expected[k]));
    CHECK(mean.choices == std::vector<std::uint32_t>{0, 3, no_candidate, 2});
    CHECK(mean.percentages[1] == Approx(62.5));
    CHECK(mean.rankings.empty());
    CHECK(mean.faults->no_answer == NoAnswer::none);

    const auto loss = sim::mean_event_loss(users, std::vector<std::uint32_t>{1, 3, 0});
    CHECK(*loss == Approx(-0.5 * (std::log(0.25) + std::log(0.5))));
    CHECK(std::isinf(*sim::mean_event_loss(users, std::vector<std::uint32_t>{3, 3, 0})));
    const std::vector<Response> nobody{
        answer(NoAnswer::empty), answer(NoAnswer::refused), answer(NoAnswer::refused)};
    CHECK(sim::mean_answer(nobody, 4, lottery).faults->no_answer == NoAnswer::refused);
    CHECK_FALSE(sim::mean_event_loss(nobody, std::vector<std::uint32_t>{1, 3, 0}));
}

}  // namespace truegap::test
