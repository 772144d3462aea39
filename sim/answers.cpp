#include "sim/answers.hpp"

#include <algorithm>
#include <functional>

#include "metrics/approximation/verbalized.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/gap.hpp"
#include "metrics/pooling/other_curves.hpp"
#include "sim/refusals.hpp"

namespace truegap::sim {

namespace {

bool states_distribution(const metrics::Response& response) {
    return !response.probabilities.empty() || !response.logits.empty();
}

const metrics::RankCurve* learned_curve(const metrics::Approximation& approximation) {
    const auto* curve = std::get_if<metrics::RankCurve>(&approximation);
    return curve != nullptr && curve->shape == metrics::RankCurve::Shape::learned ? curve : nullptr;
}

// What the other contexts' sorted truths make of a learned curve: the complete answer, or as given.
Figure learned_level(metrics::RankCurve approximation,
                     const metrics::OtherCurves& curves,
                     std::size_t context,
                     const Truth& truth,
                     const metrics::Response& response,
                     std::optional<std::size_t> top) {
    auto curve = curves.without(context);
    if (!curve) return std::nullopt;
    if (!top) approximation.smoothing = {};
    return metrics::curve_cross_entropy(approximation,
                                        std::move(*curve),
                                        truth.distribution,
                                        response,
                                        top.value_or(truth.distribution.size()));
}

// The recommended metric reads one form of all answers: the ranking, unless each is better than that.
metrics::Approximation as_read(const metrics::Approximation& approximation, bool all_state) {
    if (!all_state && std::holds_alternative<metrics::Recommended>(approximation))
        return metrics::Recommended{metrics::Recommended::Reads::ranking};
    return approximation;
}

Figure estimand(const metrics::Approximation& approximation,
                const Truth& truth,
                const Answer& answer,
                Figure complete_cross_entropy) {
    const auto* recommended = std::get_if<metrics::Recommended>(&approximation);
    const bool by_ranking =
        recommended != nullptr && recommended->reads == metrics::Recommended::Reads::ranking;
    if (!by_ranking) return answer.true_gap;
    if (!complete_cross_entropy) return std::nullopt;
    return *complete_cross_entropy - truth.entropy;
}

Answer weigh(const Scenario& scenario,
             const Truth& truth,
             std::size_t context,
             const metrics::OtherCurves& curves,
             metrics::Response response,
             bool all_state,
             std::optional<metrics::Distribution> q) {
    Answer answer;
    answer.response = std::move(response);
    const auto& p = truth.distribution;
    if (q) {
        answer.true_cross_entropy = metrics::cross_entropy(p, *q);
        answer.true_gap = metrics::kl_divergence(p, *q);
    }
    answer.q = std::move(q);
    for (const metrics::Approximation& listed : scenario.approximations) {
        const metrics::Approximation approximation = as_read(listed, all_state);
        Figure complete = metrics::complete_cross_entropy(approximation, p, answer.response);
        Figure answered =
            metrics::population_cross_entropy(approximation, p, answer.response, scenario.top);
        if (const auto* curve = learned_curve(approximation)) {
            complete = learned_level(*curve, curves, context, truth, answer.response, std::nullopt);
            answered = learned_level(*curve, curves, context, truth, answer.response, scenario.top);
        }
        answer.complete_cross_entropy.push_back(complete);
        answer.answered_cross_entropy.push_back(answered);
        answer.estimand.push_back(estimand(approximation, truth, answer, complete));
        const bool verbalized = std::holds_alternative<metrics::Verbalized>(approximation) &&
                                !answer.response.percentages.empty();
        answer.repaired.push_back(
            verbalized
                ? Figure(metrics::repair_percentages(answer.response.percentages).repair.moved)
                : std::nullopt);
    }
    return answer;
}

// Faults are drawn in every replicate: only the complete answer is known beforehand.
void leave_to_chance(Answer& answer) {
    std::fill(answer.answered_cross_entropy.begin(), answer.answered_cross_entropy.end(), Figure{});
    std::fill(answer.repaired.begin(), answer.repaired.end(), Figure{});
}

}  // namespace

std::vector<std::vector<Answer>> answer_world(const Scenario& scenario, const WorldPlan& plan) {
    refuse_impossible(scenario);
    const World world{.population = plan.population, .seed = scenario.seed, .index = plan.index};
    std::vector<std::vector<double>> sorted;
    for (const Truth& truth : plan.truths) {
        auto& curve = sorted.emplace_back(truth.distribution.begin(), truth.distribution.end());
        std::sort(curve.begin(), curve.end(), std::greater<>{});
    }
    const metrics::OtherCurves curves(sorted);
    std::vector<std::vector<Answer>> answers;
    for (const PredictorMaker& maker : scenario.predictors) {
        const auto predictor = maker.make(world);
        std::vector<metrics::Response> responses = predictor->predict(plan.contexts);
        TRUEGAP_EXPECTS(responses.size() == plan.contexts.size());
        const bool all_state = std::all_of(responses.begin(), responses.end(), states_distribution);
        auto& of_predictor = answers.emplace_back();
        for (std::size_t i = 0; i < plan.contexts.size(); ++i)
            of_predictor.push_back(weigh(scenario,
                                         plan.truths[i],
                                         i,
                                         curves,
                                         std::move(responses[i]),
                                         all_state,
                                         predictor->exact(plan.contexts[i])));
        if (maker.faults.any())
            for (Answer& answer : of_predictor) leave_to_chance(answer);
    }
    return answers;
}

}  // namespace truegap::sim
