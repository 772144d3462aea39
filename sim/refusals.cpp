#include "sim/refusals.hpp"

#include <string>

namespace truegap::sim {

namespace {

bool reads_random_answers(const metrics::Approximation& approximation) {
    return metrics::needs_of(approximation) == metrics::Needs::draws;
}

// A fault belongs to one answer; of the many random ones it would be another study.
void refuse_faulty_random_answers(const Scenario& scenario, std::size_t p) {
    for (std::size_t a = 0; a < scenario.approximations.size(); ++a)
        if (reads_random_answers(scenario.approximations[a]))
            throw ScenarioError("/approximations/" + std::to_string(a),
                                "reads random answers, which predictor " +
                                    scenario.predictors[p].label +
                                    " has no faults for (allowed: beside predictors with faults, "
                                    "approximations that read one answer)");
}

}  // namespace

void refuse_impossible(const Scenario& scenario) {
    for (std::size_t p = 0; p < scenario.predictors.size(); ++p) {
        const PredictorMaker& maker = scenario.predictors[p];
        if (maker.faults.any()) refuse_faulty_random_answers(scenario, p);
        if (maker.contamination && std::holds_alternative<Users>(scenario.design))
            throw ScenarioError("/predictors/" + std::to_string(p),
                                "memorises a share of the n users of a group, and under the users "
                                "design n is random, so that its true gap is not known (allowed: "
                                "the designs users_per_group and group_sizes)");
    }
}

}  // namespace truegap::sim
