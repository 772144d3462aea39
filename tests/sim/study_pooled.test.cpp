#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "metrics/pooling/empirical_bayes.hpp"
#include "metrics/pooling/recommended.hpp"

#include "naive_metric.hpp"

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

using metrics::Recommended;
using metrics::Residual;
using Kind = metrics::Smoothing::Kind;

constexpr double normal_95 = 1.959963984540054;

// Two contexts of three candidates, the second part of the first; n users each.
EnumerableStudy pooled_study(std::uint32_t n) {
    EnumerableStudy study = enumerable_study();
    sim::Scenario& scenario = study.scenario;
    const sim::Group old{.proxy = {0}, .levels = {1}};
    study.contexts = {context_of({}, {}, {0, 1, 2}), context_of(old, {}, {2, 0, 1})};
    std::vector<sim::ListedContext> listed;
    for (const sim::Context& context : study.contexts)
        listed.push_back({context.group, context.history, context.candidates});
    scenario.contexts.source = listed;
    scenario.design = sim::UsersPerGroup{{n}};
    scenario.predictors = {scenario.predictors[0], scenario.predictors[2], scenario.predictors[4]};
    REQUIRE(scenario.predictors[1].label == "uniform");
    REQUIRE(scenario.predictors[2].label == "reversed");
    using Shape = metrics::RankCurve::Shape;
    scenario.approximations = {
        Recommended{},
        Recommended{Recommended::Reads::ranking},
        metrics::RankCurve{Shape::learned, 1.0, Residual::uniform, {Kind::additive, 0.5}},
        metrics::RankCurve{Shape::learned, 1.0, Residual::drop, {Kind::mixture, 0.1}},
        metrics::RankMatched{Residual::uniform, {Kind::additive, 0.5}}};
    scenario.estimators = {estimator("plug_in"),
                           estimator("empirical_bayes"),
                           estimator("empirical_bayes_hierarchical"),
                           estimator("empirical_bayes_mixture")};
    scenario.top = 2;
    scenario.replicates = 12'000;
    return planned_study(scenario);
}

// What one replicate makes of one row.
struct Scored {
    double entropy = 0.0, cross_entropy = 0.0, weight = 0.0;
    std::optional<double> standard_error;
};

// The counts of both contexts, and all that is made of them by the definitions in metrics/pooling.
class Replicate {
  public:
    Replicate(const EnumerableStudy& study, const Outcome& first, const Outcome& second)
        : study_(study), outcomes_{first, second} {
        for (std::size_t c = 0; c < 2; ++c)
            table_.groups.push_back(
                {.counts = outcomes_[c].counts,
                 .items = items_[c],
                 .n = outcomes_[c].n,
                 .parent = c == 1 ? std::optional<std::size_t>(0) : std::nullopt});
        table_.items = 3;
        mixture_ = metrics::mixture_posteriors(table_);
        flat_ = metrics::empirical_bayes(table_);
        nested_ = metrics::empirical_bayes_hierarchical(table_);
    }

    [[nodiscard]] Scored score(std::size_t c,
                               std::size_t p,
                               std::size_t a,
                               const std::string& estimator_name,
                               const std::vector<Order>& orders) const {
        const Outcome& outcome = outcomes_[c];
        Scored result;
        result.weight = mixture_[c].pooled_weight;
        result.entropy = estimator_name == "plug_in" ? naive_estimate("plug_in", outcome.counts)
                         : estimator_name == "empirical_bayes"         ? flat_[c]->mean
                         : estimator_name == "empirical_bayes_mixture" ? mixture_[c].entropy.mean
                                                                       : nested_[c]->mean;
        const Vector& q = study_.q[p][c];
        const auto& approximation = study_.scenario.approximations[a];
        if (std::holds_alternative<Recommended>(approximation)) {
            Vector ln_q;
            double order_error = 0.0;
            for (const double value : q) ln_q.push_back(std::log(value));
            if (a == 1) {
                metrics::RankingQuality quality;
                for (std::size_t other = 0; other < 2; ++other)
                    quality.add(mixture_[other],
                                outcomes_[other].counts,
                                outcomes_[other].n,
                                orders[other],
                                2);
                const auto logs = metrics::ranked_logs(mixture_[c], orders[c], 2, quality.value());
                ln_q = logs.ln_q;
                order_error = logs.order_error;
            }
            const auto gap =
                metrics::recommended_gap(mixture_[c], outcome.counts, outcome.n, ln_q, order_error);
            result.cross_entropy = gap.cross_entropy;
            result.standard_error = gap.standard_error;
            return result;
        }
        const Vector p_hat = shares(c);
        Vector made;
        if (const auto* curve = std::get_if<metrics::RankCurve>(&approximation)) {
            // By rank what the other context has, as if that were the target of rank matching.
            Vector other = shares(1 - c);
            std::sort(other.begin(), other.end(), std::greater<>{});
            made = naive_approximation(metrics::RankMatched{curve->residual, curve->smoothing},
                                       other,
                                       outcome.n,
                                       q,
                                       orders[c],
                                       2);
        } else {
            made = naive_approximation(approximation, p_hat, outcome.n, q, orders[c], 2);
        }
        result.cross_entropy = naive_cross_entropy(p_hat, made);
        return result;
    }

  private:
    [[nodiscard]] Vector shares(std::size_t c) const {
        Vector result;
        for (const double count : outcomes_[c].counts) result.push_back(count / outcomes_[c].n);
        return result;
    }

    const EnumerableStudy& study_;
    std::vector<Outcome> outcomes_;
    std::vector<std::vector<std::uint32_t>> items_{{0, 1, 2}, {2, 0, 1}};
    metrics::CountsTable table_;
    std::vector<metrics::PooledGroup> mixture_;
    std::vector<std::optional<metrics::Posterior>> flat_, nested_;
};

struct Expected {
    double entropy = 0.0, cross_entropy = 0.0, weight = 0.0, weight_square = 0.0, variance = 0.0,
           covered = 0.0;
};

double estimand_of(const EnumerableStudy& study, const sim::CellRow& row) {
    const Vector& p = study.p[row.key.context];
    const Vector& q = study.q[row.key.predictor][row.key.context];
    if (row.key.approximation != 1) return naive_cross_entropy(p, q) - naive_entropy(p);
    return naive_complete_cross_entropy(metrics::RankMatched{}, p, q) - naive_entropy(p);
}

Expected expected(const EnumerableStudy& study,
                  const std::vector<std::pair<Replicate, double>>& replicates,
                  const sim::Results& results,
                  const sim::CellRow& row,
                  double estimand) {
    const std::size_t p = row.key.predictor;
    const auto first_orders = tie_orders(study.q[p][0]);
    const auto second_orders = tie_orders(study.q[p][1]);
    const double ties = static_cast<double>(first_orders.size() * second_orders.size());
    Expected sums;
    for (const auto& [replicate, probability] : replicates)
        for (const Order& first : first_orders)
            for (const Order& second : second_orders) {
                const Scored scored = replicate.score(row.key.context,
                                                      p,
                                                      row.key.approximation,
                                                      results.estimators[row.key.estimator],
                                                      {first, second});
                const double w = probability / ties;
                sums.entropy += w * scored.entropy;
                sums.cross_entropy += w * scored.cross_entropy;
                sums.weight += w * scored.weight;
                sums.weight_square += w * scored.weight * scored.weight;
                if (!scored.standard_error) continue;
                const double se = *scored.standard_error;
                sums.variance += w * se * se;
                if (std::abs(scored.cross_entropy - scored.entropy - estimand) <= normal_95 * se)
                    sums.covered += w;
            }
    return sums;
}

}  // namespace

TEST_CASE(
    "run_study: pooled estimators, learned curves and the recommended metric agree with "
    "enumeration over both contexts",
    "[sim][study]") {
    const EnumerableStudy study = pooled_study(2);
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    // Recommended has one method each, the others four.
    REQUIRE(results.cells.size() == 2U * 3 * (2 + 3 * 4));
    std::vector<std::pair<Replicate, double>> replicates;
    const auto first = outcomes(study.p[0], 2);
    const auto second = outcomes(study.p[1], 2);
    replicates.reserve(first.size() * second.size());
    for (const Outcome& a : first)
        for (const Outcome& b : second)
            replicates.emplace_back(std::piecewise_construct,
                                    std::forward_as_tuple(study, a, b),
                                    std::forward_as_tuple(a.probability * b.probability));
    ZScores means;
    ZScores intervals;
    ZScores weights;
    const double R = study.scenario.replicates;
    for (const sim::CellRow& row : results.cells) {
        const bool recommended = row.key.approximation < 2;
        const bool pools = results.estimators[row.key.estimator] == "empirical_bayes_mixture";
        if (recommended) CHECK(pools);
        const double estimand = estimand_of(study, row);
        const Expected exact = expected(study, replicates, results, row, estimand);
        CHECK(row.undefined_fraction == 0.0);
        REQUIRE(row.gap_estimand);
        CHECK(std::abs(*row.gap_estimand - estimand) < 1e-12);
        means.add(*row.entropy_mean, exact.entropy, *row.entropy_bias_mcse);
        means.add(*row.cross_entropy_mean, exact.cross_entropy, *row.cross_entropy_mean_mcse);
        means.add(*row.gap_mean, exact.cross_entropy - exact.entropy, *row.gap_bias_mcse);
        REQUIRE(row.pooled_weight.has_value() == pools);
        if (pools)
            weights.add(
                *row.pooled_weight,
                exact.weight,
                std::sqrt(std::max(exact.weight_square - exact.weight * exact.weight, 0.0) / R));
        REQUIRE(row.gap_coverage.has_value() == recommended);
        REQUIRE(row.gap_model_se.has_value() == recommended);
        if (!recommended) continue;
        intervals.add(
            *row.gap_coverage, exact.covered, std::sqrt(exact.covered * (1.0 - exact.covered) / R));
        CHECK(std::abs(*row.gap_coverage_mcse -
                       std::sqrt(*row.gap_coverage * (1.0 - *row.gap_coverage) / R)) < 1e-12);
        intervals.add(*row.gap_model_se, std::sqrt(exact.variance), *row.gap_model_se_mcse);
    }
    CAPTURE(means.worst(), intervals.worst(), weights.worst());
    CHECK(means.random() > 150);
    CHECK(means.beyond() == 0);
    CHECK(means.mean_square() < 2.0);
    CHECK(intervals.beyond() == 0);
    CHECK(weights.beyond() == 0);
}

TEST_CASE("run_study: where every choice is certain, every replicate is the one table",
          "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    // Nobody ever chooses item 4: p = (1, 0).
    const sim::Group old{.proxy = {0}, .levels = {1}};
    const std::vector<sim::ItemId> candidates{1, 4};
    scenario.contexts.source =
        std::vector<sim::ListedContext>{{{}, {}, candidates}, {old, {}, candidates}};
    scenario.predictors = {mock("uniform", [](const sim::World&) { return adapters::uniform(); })};
    scenario.approximations = {Recommended{}};
    scenario.design = sim::UsersPerGroup{{5}};
    scenario.replicates = 100;
    scenario.top = 1;
    const sim::Results results = sim::run_study(scenario, {});
    const std::vector<std::uint32_t> counts{5, 0};
    const std::vector<std::uint32_t> items{0, 1};
    const metrics::CountsTable table{
        .groups = {{.counts = counts, .items = items, .n = 5, .parent = {}},
                   {.counts = counts, .items = items, .n = 5, .parent = 0}},
        .items = 2};
    const auto mixture = metrics::mixture_posteriors(table);
    REQUIRE(results.cells.size() == 2);
    for (const sim::CellRow& row : results.cells) {
        const metrics::PooledGroup& group = mixture[row.key.context];
        const Vector half(2, std::log(0.5));
        const auto gap = metrics::recommended_gap(group, counts, 5, half);
        CHECK(std::abs(*row.gap_mean - gap.gap) < 1e-12);
        CHECK(std::abs(*row.gap_model_se - gap.standard_error) < 1e-12);
        CHECK(std::abs(*row.pooled_weight - group.pooled_weight) < 1e-12);
        CHECK(*row.entropy_mean == Approx(group.entropy.mean).epsilon(1e-12));
        CHECK(std::abs(*row.gap_estimand - std::log(2.0)) < 1e-12);
        const bool covered = std::abs(gap.gap - std::log(2.0)) <= normal_95 * gap.standard_error;
        CHECK(*row.gap_coverage == (covered ? 1.0 : 0.0));
        CHECK(*row.gap_coverage_mcse == 0.0);
    }
    REQUIRE(results.summary.size() == 1);
    CHECK(results.summary.front().intervals == 200);
    CHECK(*results.summary.front().coverage ==
          (*results.cells[0].gap_coverage + *results.cells[1].gap_coverage) / 2.0);
}

TEST_CASE(
    "run_study: a predictor that only ranks is scored by its ranking, with its ties broken "
    "at random",
    "[sim][study]") {
    class Ranker final : public sim::Predictor {
      public:
        std::vector<metrics::Response> predict(std::span<const sim::Context> contexts) override {
            std::vector<metrics::Response> responses;
            for (const sim::Context& context : contexts)
                responses.push_back(
                    {.ranking = metrics::ranking_by(Vector(context.candidates.size(), 1.0)),
                     .logits = {},
                     .probabilities = {}});
            return responses;
        }
        std::optional<metrics::Distribution> exact(const sim::Context& context) override {
            return metrics::Distribution::from_weights(Vector(context.candidates.size(), 1.0));
        }
    };
    sim::Scenario scenario = pooled_study(4).scenario;
    scenario.replicates = 500;
    scenario.predictors = {
        {.label = "ranker", .make = [](const sim::World&) { return std::make_unique<Ranker>(); }}};
    scenario.estimators = {estimator("plug_in")};
    scenario.approximations = {Recommended{}};
    const sim::Results best = sim::run_study(scenario, {});
    scenario.approximations = {Recommended{Recommended::Reads::ranking}};
    const sim::Results ranking = sim::run_study(scenario, {});
    REQUIRE(best.cells.size() == 2);
    for (std::size_t i = 0; i < best.cells.size(); ++i) {
        CHECK(same_bits(figures(best.cells[i]), figures(ranking.cells[i])));
        CHECK(best.cells[i].gap_estimand);
        CHECK(best.cells[i].gap_coverage);
    }
}

}  // namespace truegap::test
