#include "sim/observed.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "sim/block.hpp"
#include "sim/given_answer.hpp"

namespace truegap::sim {

namespace {

// Gives each context its answer. What it believes is not known.
class Answers final : public Predictor {
  public:
    explicit Answers(const std::vector<metrics::Response>& responses) : responses_(responses) {}
    [[nodiscard]] std::vector<metrics::Response> predict(std::span<const Context>) override {
        return responses_;
    }
    [[nodiscard]] std::optional<metrics::Distribution> exact(const Context&) override {
        return std::nullopt;
    }

  private:
    const std::vector<metrics::Response>& responses_;
};

// Whether two replicates of the same counts can differ.
bool chance_matters(const ObservedStudy& study) {
    const auto halves = [](const metrics::Approximation& approximation) {
        return metrics::needs_of(approximation) == metrics::Needs::halves;
    };
    const auto has_ties = [](const metrics::Response& response) {
        const auto q = answered(response) ? metrics::stated_probabilities(response) : std::nullopt;
        return q && metrics::ranking_by(*q).ties_within(q->size());
    };
    return std::any_of(study.approximations.begin(), study.approximations.end(), halves) ||
           std::any_of(study.predictors.begin(),
                       study.predictors.end(),
                       [&](const ObservedPredictor& predictor) {
                           return std::any_of(
                               predictor.responses.begin(), predictor.responses.end(), has_ties);
                       });
}

// A world that nothing is drawn in: one class that has one item.
ExplicitPopulation nobody() {
    return {.class_weights = {1.0},
            .item_probabilities = RowMatrix::Ones(1, 1),
            .concentration = {std::numeric_limits<double>::infinity()},
            .attributes = {}};
}

// What stands in the truth's place is never read into a figure.
Truth stand_in(const ObservedContext& context) {
    std::vector<double> weights(context.counts.begin(), context.counts.end());
    if (std::all_of(weights.begin(), weights.end(), [](double count) { return count == 0.0; }))
        std::fill(weights.begin(), weights.end(), 1.0);
    auto distribution = metrics::Distribution::from_weights(std::move(weights));
    const double entropy = metrics::shannon_entropy(distribution);
    return {.group_probability = 1.0,
            .class_posterior = metrics::Distribution::from_weights({1.0}),
            .distribution = std::move(distribution),
            .entropy = entropy,
            .individual_entropy = 0.0};
}

Scenario scenario_of(const ObservedStudy& study) {
    Scenario scenario;
    scenario.seed = study.seed;
    scenario.replicates = chance_matters(study) ? replicates_per_block : 1;
    scenario.population = nobody();
    scenario.top = study.top;
    scenario.approximations = study.approximations;
    scenario.estimators = study.estimators;
    Observed observed;
    for (const ObservedContext& context : study.contexts) observed.counts.push_back(context.counts);
    scenario.design = std::move(observed);
    for (const ObservedPredictor& predictor : study.predictors)
        scenario.predictors.push_back(
            {.label = predictor.label, .make = [&predictor](const World&) {
                 return std::make_unique<Answers>(predictor.responses);
             }});
    return scenario;
}

WorldPlan plan_of(const ObservedStudy& study, const Scenario& scenario) {
    WorldPlan plan{.index = 0,
                   .population = make_population(scenario.population, scenario.seed, 0),
                   .contexts = {},
                   .truths = {}};
    for (const ObservedContext& observed : study.contexts) {
        plan.contexts.push_back({.id = static_cast<ContextId>(plan.contexts.size()),
                                 .group = observed.group,
                                 .history = observed.history,
                                 .candidates = observed.candidates});
        plan.truths.push_back(stand_in(observed));
    }
    return plan;
}

bool is_per_event(const metrics::Approximation& approximation) {
    return std::holds_alternative<metrics::PerEvent>(approximation);
}

ObservedRow row_of(const WorldStudy& study,
                   const BlockStatistics& statistics,
                   std::size_t c,
                   std::size_t p,
                   std::size_t m) {
    const Layout layout = study.layout(study.levels().front());
    const Method& method = study.methods()[m];
    const std::size_t place = layout.cross_entropy(c, p, method.approximation);
    ObservedRow row{.context = static_cast<std::uint32_t>(c),
                    .predictor = static_cast<std::uint32_t>(p),
                    .approximation = method.approximation,
                    .estimator = method.estimator,
                    .entropy = statistics.entropy[layout.entropy(c, method.estimator)].mean(),
                    .cross_entropy = statistics.cross_entropy[place].mean(),
                    .gap = statistics.gap_error[layout.gap(c, p, m)].error.mean()};
    if (const auto variance = statistics.intervals[place].variance.mean())
        row.standard_error = std::sqrt(*variance);
    if (study.estimators()[method.estimator].entry().pooling == metrics::Pooling::mixture)
        row.pooled_weight = statistics.pooled_weight[c].mean();
    return row;
}

}  // namespace

std::vector<Method> observed_methods(const ObservedStudy& observed) {
    return study_methods(scenario_of(observed));
}

void score_data_sets(const ObservedStudy& observed,
                     std::vector<std::vector<std::uint32_t>> counts,
                     std::uint32_t data_sets,
                     std::uint32_t world,
                     FigureSink& sink) {
    TRUEGAP_EXPECTS(data_sets >= 1 && data_sets <= replicates_per_block);
    Scenario scenario = scenario_of(observed);
    scenario.replicates = data_sets;
    scenario.design = Observed{.counts = std::move(counts), .by_replicate = true};
    WorldPlan plan = plan_of(observed, scenario);
    plan.index = world;
    const WorldStudy study(scenario, std::move(plan));
    (void)study.run(study.levels().front(), 0, &sink);
}

ObservedScores score_observed(const ObservedStudy& observed) {
    const Scenario scenario = scenario_of(observed);
    const WorldStudy study(scenario, plan_of(observed, scenario));
    const BlockStatistics statistics = study.run(study.levels().front(), 0);
    ObservedScores scores;
    for (const metrics::Approximation& approximation : scenario.approximations)
        scores.approximations.push_back(metrics::label(approximation, scenario.top));
    for (const metrics::Estimator& estimator : study.estimators())
        scores.estimators.push_back(is_known(estimator) ? "" : estimator.label());
    for (std::size_t c = 0; c < observed.contexts.size(); ++c)
        for (std::size_t p = 0; p < observed.predictors.size(); ++p)
            for (std::size_t m = 0; m < study.methods().size(); ++m) {
                ObservedRow& row = scores.rows.emplace_back(row_of(study, statistics, c, p, m));
                const auto& losses = observed.predictors[p].event_losses;
                if (is_per_event(scenario.approximations[row.approximation]) && !losses.empty() &&
                    losses[c])
                    row.cross_entropy = losses[c];
            }
    return scores;
}

}  // namespace truegap::sim
