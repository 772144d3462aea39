#include "sim/answers.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "metrics/approximation/verbalized.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/gap.hpp"
#include "metrics/pooling/other_curves.hpp"
#include "sim/drawn_answer.hpp"
#include "sim/given_answer.hpp"
#include "sim/refusals.hpp"

namespace truegap::sim {

namespace {

// Whether it does not keep the recommended metric from reading what is stated.
bool states_if_answered(const metrics::Response& response) {
    return !answered(response) || states_distribution(response);
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
    if (std::holds_alternative<metrics::PerEvent>(approximation)) return answer.event_gap;
    const auto* recommended = std::get_if<metrics::Recommended>(&approximation);
    const bool by_ranking =
        recommended != nullptr && recommended->reads == metrics::Recommended::Reads::ranking;
    if (!by_ranking) return answer.true_gap;
    if (!complete_cross_entropy) return std::nullopt;
    return *complete_cross_entropy - truth.entropy;
}

void clear(std::vector<Figure>& figures) {
    std::fill(figures.begin(), figures.end(), Figure{});
}

// Faults are drawn in every replicate: only the complete answer is known beforehand.
void leave_to_chance(Answer& answer) {
    clear(answer.answered_cross_entropy);
    clear(answer.repaired);
}

// What a deficient answer comes to is found replicate by replicate. What it says is all there is:
// where that leaves candidates out, there is no complete answer.
void leave_to_replicates(Answer& answer) {
    answer.by_replicate = true;
    clear(answer.answered_cross_entropy);
    if (!all_covered(answer.response)) clear(answer.complete_cross_entropy);
}

// The levels of the per-event log loss.
struct EventLevels {
    double cross_entropy = 0.0, gap = 0.0;
};

Answer weigh(const Scenario& scenario,
             const Truth& truth,
             std::size_t context,
             const metrics::OtherCurves& curves,
             metrics::Response response,
             bool all_state,
             std::optional<metrics::Distribution> q,
             const std::optional<EventLevels>& events = {}) {
    Answer answer;
    answer.response = std::move(response);
    answer.by_ranking = !all_state;
    const auto& p = truth.distribution;
    if (q) {
        answer.true_cross_entropy = metrics::cross_entropy(p, *q);
        answer.true_gap = metrics::kl_divergence(p, *q);
    }
    answer.event_cross_entropy = events ? Figure(events->cross_entropy) : answer.true_cross_entropy;
    answer.event_gap = events ? Figure(events->gap) : answer.true_gap;
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
        if (events && std::holds_alternative<metrics::PerEvent>(approximation))
            complete = answered = answer.event_cross_entropy;
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
    if (is_deficient(answer.response)) leave_to_replicates(answer);
    return answer;
}

std::vector<double> sorted_curve(const Truth& truth) {
    std::vector<double> curve(truth.distribution.begin(), truth.distribution.end());
    std::sort(curve.begin(), curve.end(), std::greater<>{});
    return curve;
}

// What the users are told, averaged: every form of the mean distribution; percentages as stated to each.
metrics::Response mean_response(std::span<const metrics::Distribution> q,
                                const metrics::Distribution& mean) {
    metrics::Response response = complete_response(mean);
    for (std::size_t k = 0; k < mean.size(); ++k) {
        double percent = 0.0;
        for (const metrics::Distribution& one : q) percent += std::round(100.0 * one[k]);
        response.percentages[k] = percent / static_cast<double>(q.size());
    }
    return response;
}

EventLevels event_levels(std::span<const Truth> truths, std::span<const metrics::Distribution> q) {
    metrics::CompensatedSum cross_entropy;
    metrics::CompensatedSum gap;
    for (std::size_t u = 0; u < truths.size(); ++u) {
        cross_entropy.add(metrics::cross_entropy(truths[u].distribution, q[u]));
        gap.add(metrics::kl_divergence(truths[u].distribution, q[u]));
    }
    const auto n = static_cast<double>(truths.size());
    return {.cross_entropy = cross_entropy.value() / n, .gap = gap.value() / n};
}

}  // namespace

std::vector<std::vector<Answer>> answer_world(const Scenario& scenario, const WorldPlan& plan) {
    refuse_impossible(scenario);
    refuse_too_many_users(scenario, plan);
    const World world{.population = plan.population, .seed = scenario.seed, .index = plan.index};
    std::vector<std::vector<double>> sorted;
    for (const Truth& truth : plan.truths) sorted.push_back(sorted_curve(truth));
    const metrics::OtherCurves curves(sorted);
    std::vector<std::vector<Answer>> answers;
    for (const PredictorMaker& maker : scenario.predictors) {
        const auto predictor = maker.make(world);
        std::vector<metrics::Response> responses = predictor->predict(plan.contexts);
        TRUEGAP_EXPECTS(responses.size() == plan.contexts.size());
        for (std::size_t i = 0; i < responses.size(); ++i)
            responses[i] = received(std::move(responses[i]), plan.contexts[i].candidates.size());
        const bool all_state = std::all_of(responses.begin(), responses.end(), states_if_answered);
        auto& of_predictor = answers.emplace_back();
        for (std::size_t i = 0; i < plan.contexts.size(); ++i)
            of_predictor.push_back(weigh(scenario,
                                         plan.truths[i],
                                         i,
                                         curves,
                                         std::move(responses[i]),
                                         all_state,
                                         predictor->exact(plan.contexts[i])));
        for (Answer& answer : of_predictor) {
            if (maker.faults.any()) leave_to_chance(answer);
            answer.by_replicate = answer.by_replicate || maker.redrawn();
        }
    }
    return answers;
}

OwnBeliefs own_beliefs(const Scenario& scenario,
                       const WorldPlan& plan,
                       const std::vector<OwnHistories>& own) {
    const World world{.population = plan.population, .seed = scenario.seed, .index = plan.index};
    OwnBeliefs beliefs;
    for (const PredictorMaker& maker : scenario.predictors) {
        const auto predictor = maker.make(world);
        auto& of_predictor = beliefs.emplace_back(own.size());
        for (std::size_t c = 0; c < own.size(); ++c)
            for (const Context& user : own[c].users) {
                auto q = predictor->exact(user);
                if (!q)
                    throw ScenarioError("/contexts/histories",
                                        "is \"individual\", but what predictor " + maker.label +
                                            " believes cannot be known (allowed: predictors "
                                            "whose exact distribution is known)");
                of_predictor[c].push_back(std::move(*q));
            }
    }
    return beliefs;
}

std::vector<std::vector<Answer>> pooled_answers(const Scenario& scenario,
                                                const std::vector<std::vector<Answer>>& answers,
                                                const std::vector<OwnHistories>& own,
                                                const OwnBeliefs& beliefs,
                                                const std::vector<const Truth*>& truths,
                                                const std::vector<std::uint32_t>& users) {
    std::vector<std::vector<double>> sorted;
    sorted.reserve(truths.size());
    for (const Truth* truth : truths) sorted.push_back(sorted_curve(*truth));
    const metrics::OtherCurves curves(sorted);
    std::vector<std::vector<Answer>> pooled;
    for (std::size_t p = 0; p < answers.size(); ++p) {
        auto& of_predictor = pooled.emplace_back();
        const bool all_state =
            std::all_of(answers[p].begin(), answers[p].end(), [](const Answer& answer) {
                return states_if_answered(answer.response);
            });
        for (std::size_t c = 0; c < truths.size(); ++c) {
            if (own[c].users.empty()) {
                of_predictor.push_back(weigh(scenario,
                                             *truths[c],
                                             c,
                                             curves,
                                             answers[p][c].response,
                                             all_state,
                                             answers[p][c].q));
                continue;
            }
            const auto q = std::span(beliefs[p][c]).first(users[c]);
            metrics::Distribution mean = mean_distribution(q, users[c]);
            metrics::Response response = mean_response(q, mean);
            of_predictor.push_back(
                weigh(scenario,
                      *truths[c],
                      c,
                      curves,
                      std::move(response),
                      all_state,
                      std::move(mean),
                      event_levels(std::span(own[c].truths).first(users[c]), q)));
        }
    }
    return pooled;
}

}  // namespace truegap::sim
