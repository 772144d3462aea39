#pragma once

#include <optional>
#include <vector>

#include "metrics/distribution.hpp"
#include "metrics/response.hpp"
#include "sim/individual.hpp"
#include "sim/plan.hpp"
#include "sim/results.hpp"

namespace truegap::sim {

/// One predictor's answer to one context, and everything of it that needs no draw. In nats.
struct Answer {
    metrics::Response response;
    Figure true_cross_entropy;  ///< CE(p, q); nothing when q cannot be known
    Figure true_gap;            ///< G0 = KL(p||q)
    /// The same event by event, for `per_event`: the means of CE(p_u, q_u) and KL(p_u||q_u) over users.
    Figure event_cross_entropy, event_gap;
    std::vector<Figure> complete_cross_entropy;  ///< [approximation], of the complete answer
    std::vector<Figure> answered_cross_entropy;  ///< [approximation], of the answer as given
    /// [approximation]: what an interval of the method is for. G0, but G1 for the recommended metric where
    /// it reads a ranking, from which G0 cannot be known.
    std::vector<Figure> estimand;
    /// [approximation]: how much mass had to be moved to make a distribution of a verbalized answer.
    std::vector<Figure> repaired;
    std::optional<metrics::Distribution> q;  ///< what random answers are drawn from
    /// Whether it is scored replicate by replicate (`score_redrawn`): drawn anew in each of them, or given
    /// from outside and deficient.
    bool by_replicate = false;
    bool by_ranking =
        false;  ///< the recommended metric reads the ranking: not all answers state more
};

/// Lets every predictor answer every context of a world once: [predictor][context].
[[nodiscard]] std::vector<std::vector<Answer>> answer_world(const Scenario& scenario,
                                                            const WorldPlan& plan);

/// What each user of each context is answered where histories are individual: [predictor][context][user],
/// empty for the other contexts. own: [context], empty for the others. Throws ScenarioError for a predictor
/// whose belief cannot be known.
using OwnBeliefs = std::vector<std::vector<std::vector<metrics::Distribution>>>;
[[nodiscard]] OwnBeliefs own_beliefs(const Scenario& scenario,
                                     const WorldPlan& plan,
                                     const std::vector<OwnHistories>& own);

/// The answers at one n where some contexts have individual histories: of those, the users' answers
/// averaged, weighed against the pooled truth. answers: what `answer_world` gives; truths: [context];
/// users: [context].
[[nodiscard]] std::vector<std::vector<Answer>> pooled_answers(
    const Scenario& scenario,
    const std::vector<std::vector<Answer>>& answers,
    const std::vector<OwnHistories>& own,
    const OwnBeliefs& beliefs,
    const std::vector<const Truth*>& truths,
    const std::vector<std::uint32_t>& users);

}  // namespace truegap::sim
