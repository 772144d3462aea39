#include "sim/answers.hpp"

#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/gap.hpp"

namespace truegap::sim {

namespace {

Answer weigh(const Scenario& scenario,
             const Truth& truth,
             metrics::Response response,
             const std::optional<metrics::Distribution>& q) {
    Answer answer{.response = std::move(response),
                  .true_cross_entropy = {},
                  .true_gap = {},
                  .complete_cross_entropy = {},
                  .answered_cross_entropy = {}};
    const auto& p = truth.distribution;
    if (q) {
        answer.true_cross_entropy = metrics::cross_entropy(p, *q);
        answer.true_gap = metrics::kl_divergence(p, *q);
    }
    for (const metrics::Approximation& approximation : scenario.approximations) {
        answer.complete_cross_entropy.push_back(
            metrics::complete_cross_entropy(approximation, p, answer.response));
        answer.answered_cross_entropy.push_back(
            metrics::population_cross_entropy(approximation, p, answer.response, scenario.top));
    }
    return answer;
}

}  // namespace

std::vector<std::vector<Answer>> answer_world(const Scenario& scenario, const WorldPlan& plan) {
    const World world{.population = plan.population, .seed = scenario.seed, .index = plan.index};
    std::vector<std::vector<Answer>> answers;
    for (const PredictorMaker& maker : scenario.predictors) {
        const auto predictor = maker.make(world);
        std::vector<metrics::Response> responses = predictor->predict(plan.contexts);
        TRUEGAP_EXPECTS(responses.size() == plan.contexts.size());
        auto& of_predictor = answers.emplace_back();
        for (std::size_t i = 0; i < plan.contexts.size(); ++i)
            of_predictor.push_back(weigh(scenario,
                                         plan.truths[i],
                                         std::move(responses[i]),
                                         predictor->exact(plan.contexts[i])));
    }
    return answers;
}

}  // namespace truegap::sim
