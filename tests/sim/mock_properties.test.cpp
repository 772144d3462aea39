#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "random_worlds.hpp"

#include "sim/answers.hpp"
#include "adapters/mock/mock_predictor.hpp"

namespace truegap::test {
namespace {

constexpr const char* predictors = R"([
    {"kind": "bayes"}, {"kind": "popularity"}, {"kind": "history_blind"},
    {"kind": "demographic_blind"}, {"kind": "tempered", "temperature": 2},
    {"kind": "noisy", "sigma": 0.5}, {"kind": "memorizer", "m": 20, "alpha": 0.5},
    {"kind": "uniform"}, {"kind": "reversed"},
    {"kind": "stale", "ago": 2}, {"kind": "adaptive", "stay": 0.7},
    {"kind": "lost_in_context", "last": 1}, {"kind": "lost_in_context", "dilution": 0.5},
    {"kind": "position_biased", "ratio": 0.8}, {"kind": "overconfident", "share": 0.3},
    {"kind": "back_off", "users": 30, "strength": 2},
    {"kind": "overconfident", "share": 0.1, "of":
        {"kind": "position_biased", "ratio": 1.2, "of":
            {"kind": "noisy", "sigma": 0.2, "of": {"kind": "stale", "ago": 1}}}}])";

std::vector<sim::PredictorMaker> makers() {
    const adapters::Json json = adapters::Json::parse(predictors);
    std::vector<sim::PredictorMaker> result;
    for (std::size_t i = 0; i < json.size(); ++i)
        result.push_back(adapters::read_mock(adapters::JsonNode(json[i], "test.json")));
    return result;
}

// A scenario about one random question, with every predictor that can be built there.
sim::Scenario about(const RandomWorld& random) {
    sim::Scenario scenario = small_scenario();
    scenario.population = random.spec;
    scenario.dynamics = random.dynamics;
    if (auto* markov = std::get_if<sim::MarkovDynamics>(&scenario.dynamics))
        markov->events =
            static_cast<std::uint32_t>(random.context.history.size()) + random.context.unseen;
    scenario.contexts.source =
        std::vector<sim::ListedContext>{{.group = random.context.group,
                                         .history = random.context.history,
                                         .candidates = random.context.candidates}};
    scenario.predictors.clear();
    for (const sim::PredictorMaker& maker : makers())
        if (!maker.objection || !maker.objection(scenario)) scenario.predictors.push_back(maker);
    return scenario;
}

}  // namespace

TEST_CASE("mock predictors: bayes is at the X=Y line in every world, all others on or above it",
          "[sim][mock][property]") {
    Dice dice(91);
    std::map<std::string, double> highest;
    std::map<std::string, double> lowest;
    double worst_sum = 0.0;
    double worst_bayes = 0.0;
    std::size_t answered = 0;
    for (const WorldKind kind : all_world_kinds) {
        for (int i = 0; i < 60; ++i) {
            const RandomWorld random = random_world(dice, kind);
            const sim::Scenario scenario = about(random);
            const bool adapts = scenario.predictors.size() == 17;
            CHECK(adapts == random.filterable());
            const sim::WorldPlan plan = sim::plan_world(scenario, 0);
            CHECK(plan.contexts[0].unseen == random.context.unseen);
            const auto answers = sim::answer_world(scenario, plan);
            for (std::size_t p = 0; p < answers.size(); ++p) {
                const sim::Answer& answer = answers[p].front();
                const std::string& label = scenario.predictors[p].label;
                REQUIRE(answer.q);
                double sum = 0.0;
                for (const double value : *answer.q) {
                    CHECK(value >= 0.0);
                    sum += value;
                }
                worst_sum = std::max(worst_sum, std::abs(sum - 1.0));
                REQUIRE(answer.true_gap);
                if (label == "bayes") worst_bayes = std::max(worst_bayes, *answer.true_gap);
                const double gap = *answer.true_gap;
                lowest[label] = std::min(lowest.try_emplace(label, gap).first->second, gap);
                highest[label] = std::max(highest[label], gap);
                ++answered;
            }
        }
    }
    CHECK(answered > 60 * 7 * 15);
    CHECK(worst_sum < 1e-14);
    CHECK(worst_bayes <= 1e-13);
    CHECK(highest.size() == 17);
    for (const auto& [label, gap] : lowest) {
        CAPTURE(label);
        CHECK(gap >= 0.0);
        CHECK((label == "bayes" || highest[label] > 1e-3));
    }
}

}  // namespace truegap::test
