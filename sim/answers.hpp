#pragma once

#include <optional>
#include <vector>

#include "metrics/distribution.hpp"
#include "metrics/response.hpp"
#include "sim/plan.hpp"
#include "sim/results.hpp"

namespace truegap::sim {

/// One predictor's answer to one context, and everything of it that needs no draw. In nats.
struct Answer {
    metrics::Response response;
    Figure true_cross_entropy;                   ///< CE(p, q); nothing when q cannot be known
    Figure true_gap;                             ///< G0 = KL(p||q)
    std::vector<Figure> complete_cross_entropy;  ///< [approximation], of the complete answer
    std::vector<Figure> answered_cross_entropy;  ///< [approximation], of the answer as given
    /// [approximation]: what an interval of the method is for. G0, but G1 for the recommended metric where
    /// it reads a ranking, from which G0 cannot be known.
    std::vector<Figure> estimand;
    /// [approximation]: how much mass had to be moved to make a distribution of a verbalized answer.
    std::vector<Figure> repaired;
    std::optional<metrics::Distribution> q;  ///< what random answers are drawn from
};

/// Lets every predictor answer every context of a world once: [predictor][context].
[[nodiscard]] std::vector<std::vector<Answer>> answer_world(const Scenario& scenario,
                                                            const WorldPlan& plan);

}  // namespace truegap::sim
