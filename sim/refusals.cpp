#include "sim/refusals.hpp"

#include <algorithm>
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

// Each user's answer is averaged with the others', so each must be one distribution, known exactly.
void refuse_individual(const Scenario& scenario) {
    if (scenario.contexts.histories != Histories::individual) return;
    const std::string place = "/contexts/histories";
    const auto refuse = [&](const std::string& why, const std::string& allowed) {
        throw ScenarioError(place, "is \"individual\", but " + why + " (allowed: " + allowed + ")");
    };
    if (std::holds_alternative<Users>(scenario.design))
        refuse(
            "the users design draws the users of a group anew in every replicate, and their "
            "histories are drawn once",
            "the designs users_per_group and group_sizes");
    if (!scenario.contexts.repeat)
        refuse("without repeated items users with different histories have different candidates",
               "\"repeat\": true");
    for (const metrics::Approximation& approximation : scenario.approximations)
        if (reads_random_answers(approximation))
            refuse(metrics::label(approximation, scenario.top) +
                       " reads random answers to one question, and here each user is one",
                   "approximations that read one answer");
    for (const PredictorMaker& maker : scenario.predictors)
        if (maker.redrawn())
            refuse("predictor " + maker.label +
                       " answers anew in every replicate, which is one answer a context",
                   "predictors without faults that are not contaminated");
}

// Worlds of their own, each with a perfect predictor to compare with.
void refuse_inversion(const Scenario& scenario) {
    const auto refuse = [](const std::string& place, const std::string& what) {
        throw ScenarioError("/inversion" + place, what);
    };
    if (!scenario.populations.empty())
        refuse("", "stands beside \"populations\" (allowed: one population; \"vary\" it)");
    if (scenario.contexts.histories == Histories::individual)
        refuse("", "stands beside individual histories (allowed: shared ones)");
    const auto perfect = std::count_if(
        scenario.predictors.begin(), scenario.predictors.end(), [](const PredictorMaker& maker) {
            return maker.label == "bayes";
        });
    if (perfect != 1)
        refuse("",
               "needs a perfect predictor to compare with (allowed: {\"kind\": \"bayes\"} among "
               "the predictors)");
    for (const PredictorMaker& maker : scenario.predictors)
        if (maker.outside)
            refuse("",
                   "has worlds of its own, which " + maker.label +
                       " is not asked about (allowed: mock predictors)");
    if (!scenario.inversion->twin) return;
    if (std::holds_alternative<Users>(scenario.design))
        refuse("/twin",
               "needs to know how many users each group has (allowed: the designs users_per_group "
               "and group_sizes)");
    if (!std::holds_alternative<StaticDynamics>(scenario.dynamics))
        refuse("/twin", "is of users who do not change (allowed: static dynamics)");
    if (const auto* each = std::get_if<UsersPerGroup>(&scenario.design);
        each != nullptr && each->n.size() > 1)
        refuse("/twin",
               "is fitted to one number of users a group (allowed: one n; \"vary\" "
               "/design/users_per_group)");
}

}  // namespace

void refuse_impossible(const Scenario& scenario) {
    if (scenario.inversion) refuse_inversion(scenario);
    if (!scenario.populations.empty()) {
        const std::vector<Scenario> members = one_a_population(scenario);
        for (std::size_t i = 0; i < members.size(); ++i)
            in_population(scenario, i, [&] { refuse_impossible(members[i]); });
        return;
    }
    refuse_individual(scenario);
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
