#include "sim/observed.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "metrics/approximation/scorer.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/pooling/recommended.hpp"

#include "naive_metric.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

using metrics::no_candidate;
using metrics::Response;
using Kind = metrics::Smoothing::Kind;

const std::vector<std::uint32_t> counts_a{3, 1, 0, 2};
const std::vector<std::uint32_t> counts_b{0, 2, 2};

Vector frequencies(const std::vector<std::uint32_t>& counts) {
    double n = 0.0;
    for (const std::uint32_t count : counts) n += count;
    Vector p;
    for (const std::uint32_t count : counts) p.push_back(count / n);
    return p;
}

Response said(const Vector& probabilities, const Order& ranking = {}) {
    Response response;
    response.probabilities = probabilities;
    if (!ranking.empty()) response.rankings = {ranking};
    response.faults = metrics::AnswerFaults{};
    return response;
}

// Everybody, part of which is a group; and a group that nobody is in.
sim::ObservedStudy small_study() {
    sim::ObservedStudy study;
    study.top = 2;
    study.contexts = {{.group = {}, .history = {}, .candidates = {5, 7, 1, 3}, .counts = counts_a},
                      {.group = {.proxy = {0}, .levels = {2}},
                       .history = {},
                       .candidates = {1, 3, 5},
                       .counts = counts_b},
                      {.group = {.proxy = {0}, .levels = {1}},
                       .history = {},
                       .candidates = {1, 3},
                       .counts = {0, 0}}};
    study.predictors = {
        {"states", {said({0.1, 0.2, 0.3, 0.4}), said({0.5, 0.3, 0.2}), said({0.5, 0.5})}, {}},
        {"ranks", {said({}, {2, no_candidate, 0}), said({}, {1, 2}), said({}, {0, 1})}, {}}};
    study.approximations = {metrics::RankMatched{metrics::Residual::uniform, {Kind::additive, 0.5}},
                            metrics::Probabilities{},
                            metrics::Recommended{},
                            metrics::PerEvent{}};
    study.estimators = {estimator("plug_in"), estimator("chao_wang_jost")};
    return study;
}

const sim::ObservedRow& find(const sim::ObservedScores& scores,
                             std::uint32_t context,
                             std::uint32_t predictor,
                             std::uint32_t approximation,
                             const std::string& estimator_name) {
    for (const sim::ObservedRow& row : scores.rows)
        if (row.context == context && row.predictor == predictor &&
            row.approximation == approximation &&
            scores.estimators[row.estimator] == estimator_name)
            return row;
    throw std::runtime_error("no such row");
}

void check_close(const sim::Figure& figure, double expected) {
    REQUIRE(figure);
    CHECK(std::abs(*figure - expected) < 1e-12);
}

}  // namespace

TEST_CASE("observed: every figure is what the definitions make of the counts", "[sim][observed]") {
    const auto study = small_study();
    const sim::ObservedScores scores = sim::score_observed(study);
    CHECK(scores.rows.size() == 3U * 2U * (2 + 2 + 1 + 1));
    const std::vector<std::vector<std::uint32_t>> counts{counts_a, counts_b};
    const std::vector<std::vector<Order>> orders{{{3, 2}, {2}}, {{0, 1}, {1, 2}}};
    for (std::uint32_t c = 0; c < 2; ++c)
        for (std::uint32_t p = 0; p < 2; ++p)
            for (const std::string name : {"plug_in", "chao_wang_jost"}) {
                CAPTURE(c, p, name);
                const Vector target = frequencies(counts[c]);
                const double n = c == 0 ? 6.0 : 4.0;
                const double entropy = naive_estimate(name, counts[c]);
                const Order& order = orders[c][p];
                const double matched = naive_cross_entropy(
                    target,
                    naive_approximation(
                        study.approximations[0], target, n, {}, order, order.size()));
                const auto& by_rank = find(scores, c, p, 0, name);
                check_close(by_rank.entropy, entropy);
                check_close(by_rank.cross_entropy, matched);
                check_close(by_rank.gap, matched - entropy);
                CHECK_FALSE(by_rank.standard_error);
                const auto& stated = find(scores, c, p, 1, name);
                if (p == 1) {
                    CHECK_FALSE(stated.gap);
                    continue;
                }
                const double loss =
                    naive_cross_entropy(target, study.predictors[0].responses[c].probabilities);
                check_close(stated.gap, loss - entropy);
                // The partner: one user more is noticed.
                CHECK(std::abs(*stated.entropy - naive_estimate(name, {4, 1, 0, 2})) > 1e-3);
                // What each event loses has no entropy to be compared with.
                const auto& event = find(scores, c, p, 3, "");
                check_close(event.cross_entropy, loss);
                CHECK_FALSE(event.entropy);
                CHECK_FALSE(event.gap);
            }
}

TEST_CASE("observed: the recommended metric is that of the table of all groups",
          "[sim][observed]") {
    const auto study = small_study();
    const sim::ObservedScores scores = sim::score_observed(study);
    const std::vector<std::uint32_t> nobody{0, 0};
    const std::vector<std::vector<std::uint32_t>> items{{0, 1, 2, 3}, {2, 3, 0}, {2, 3}};
    const metrics::CountsTable table{
        .groups = {{.counts = counts_a, .items = items[0], .n = 6},
                   {.counts = counts_b, .items = items[1], .n = 4, .parent = 0},
                   {.counts = nobody, .items = items[2], .n = 0, .parent = 0}},
        .items = 4};
    const auto posteriors = metrics::mixture_posteriors(table);
    for (std::uint32_t c = 0; c < 2; ++c) {
        Vector ln_q = study.predictors[0].responses[c].probabilities;
        for (double& value : ln_q) value = std::log(value);
        const auto& counts = c == 0 ? counts_a : counts_b;
        const auto expected = metrics::recommended_gap(posteriors[c], counts, c == 0 ? 6 : 4, ln_q);
        const auto& row = find(scores, c, 0, 2, "empirical_bayes_mixture");
        check_close(row.gap, expected.gap);
        check_close(row.standard_error, expected.standard_error);
        check_close(row.pooled_weight, posteriors[c].pooled_weight);
    }
}

TEST_CASE("observed: a group without users has no figures", "[sim][observed]") {
    for (const sim::ObservedRow& row : sim::score_observed(small_study()).rows) {
        if (row.context != 2) continue;
        CHECK_FALSE(row.entropy);
        CHECK_FALSE(row.cross_entropy);
        CHECK_FALSE(row.gap);
    }
}

TEST_CASE("observed: ties are averaged over lotteries, halves over ways to halve",
          "[sim][observed]") {
    sim::ObservedStudy study = small_study();
    study.predictors = {{"tied", {said({0.3, 0.3, 0.2, 0.2}), said({1, 1, 1}), said({1, 1})}, {}}};
    study.approximations.resize(1);
    study.approximations.emplace_back(
        metrics::CrossFittedRankMatched{metrics::Residual::uniform, {Kind::mixture, 0.1}});
    const sim::ObservedScores scores = sim::score_observed(study);
    const Vector target = frequencies(counts_b);
    double sum = 0.0;
    double squares = 0.0;
    const auto orders = tie_orders({1, 1, 1});
    for (const Order& order : orders) {
        const double value = naive_cross_entropy(
            target, naive_approximation(study.approximations[0], target, 4.0, {}, order, 2));
        sum += value;
        squares += value * value;
    }
    const auto ways = static_cast<double>(orders.size());
    const double mean = sum / ways;
    const double error = std::sqrt((squares / ways - mean * mean) / 64.0);
    REQUIRE(error > 1e-3);
    CHECK(std::abs(*find(scores, 1, 0, 0, "plug_in").cross_entropy - mean) < 4.5 * error);
    CHECK(find(scores, 1, 0, 1, "plug_in").cross_entropy);
    study.seed = 2;
    const sim::ObservedScores again = sim::score_observed(study);
    CHECK(*find(again, 1, 0, 0, "plug_in").cross_entropy !=
          *find(scores, 1, 0, 0, "plug_in").cross_entropy);
}

TEST_CASE("observed: losses of users with their own answers stand in for the mean answer's",
          "[sim][observed]") {
    sim::ObservedStudy study = small_study();
    study.predictors[0].event_losses = {sim::Figure(1.25), std::nullopt, std::nullopt};
    const sim::ObservedScores scores = sim::score_observed(study);
    check_close(find(scores, 0, 0, 3, "").cross_entropy, 1.25);
    CHECK(*find(scores, 1, 0, 3, "").cross_entropy != 1.25);
}

TEST_CASE(
    "observed: a perfect predictor's recommended gap is 0 within its error, its published "
    "gap is not",
    "[sim][observed]") {
    constexpr std::size_t contexts = 60;
    Dice dice(5);
    sim::ObservedStudy study;
    study.top = 3;
    study.approximations = {metrics::RankMatched{metrics::Residual::uniform, {Kind::additive, 0.5}},
                            metrics::Recommended{}};
    study.estimators = {estimator("plug_in")};
    study.predictors = {{"perfect", {}, {}}, {"uniform", {}, {}}};
    for (std::uint32_t c = 0; c < contexts; ++c) {
        const Vector p = dice.simplex(8, 1.0);
        sim::ObservedContext context{.group = {.proxy = {0}, .levels = {c}},
                                     .history = {},
                                     .candidates = all_items(8),
                                     .counts = std::vector<std::uint32_t>(8, 0)};
        for (int user = 0; user < 12; ++user) {
            double left = dice.uniform();
            std::size_t k = 0;
            while (k + 1 < p.size() && (left -= p[k]) > 0.0) ++k;
            ++context.counts[k];
        }
        study.contexts.push_back(context);
        study.predictors[0].responses.push_back(said(p));
        study.predictors[1].responses.push_back(said(Vector(8, 0.125)));
    }
    const sim::ObservedScores scores = sim::score_observed(study);
    const auto mean_and_error = [&](std::uint32_t predictor, std::uint32_t approximation) {
        double sum = 0.0;
        double squares = 0.0;
        for (const sim::ObservedRow& row : scores.rows) {
            if (row.predictor != predictor || row.approximation != approximation) continue;
            sum += *row.gap;
            squares += *row.gap * *row.gap;
        }
        const double mean = sum / contexts;
        return std::pair(mean, std::sqrt((squares / contexts - mean * mean) / contexts));
    };
    const auto [perfect, perfect_error] = mean_and_error(0, 1);
    CHECK(std::abs(perfect) < 4.5 * perfect_error);
    const auto [published, published_error] = mean_and_error(0, 0);
    CHECK(published > 4.5 * published_error);
    const auto [uniform, uniform_error] = mean_and_error(1, 1);  // the partner
    CHECK(uniform > 4.5 * uniform_error);
}

}  // namespace truegap::test
