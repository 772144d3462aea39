#include <catch2/catch.hpp>

#include "sim/joint_users.hpp"
#include "sim/study.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

using Items = std::vector<sim::ItemId>;

sim::Scenario asking(std::vector<sim::ListedContext> contexts) {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::move(contexts);
    return scenario;
}

// The JSON pointer of the refusal; "accepted" when there is none.
std::string refusal(const sim::Scenario& scenario, std::string* message = nullptr) {
    try {
        static_cast<void>(sim::run_study(scenario, {}));
    } catch (const sim::ScenarioError& error) {
        if (message != nullptr) *message = error.what();
        return error.where();
    }
    return "accepted";
}

const sim::Group young{.proxy = {0}, .levels = {0}};

}  // namespace

TEST_CASE("run_study: refuses contexts without a truth, and names the place", "[sim][refusals]") {
    // Class 0 chooses items 0 and 1, class 1 items 1 and 2; nobody is of age b.
    const auto refuse = [](sim::Group group, sim::History history, Items candidates) {
        sim::Scenario scenario =
            asking({{{}, {}, sim::AllItems{}}, {std::move(group), std::move(history), candidates}});
        sim::ExplicitPopulation population = small_population();
        population.item_probabilities = matrix({{0.5, 0.5, 0, 0, 0}, {0, 0.5, 0.5, 0, 0}});
        population.attributes[0].class_levels = matrix({{1.0, 0.0}, {1.0, 0.0}});
        scenario.population = population;
        return refusal(scenario);
    };
    const sim::Group old{.proxy = {0}, .levels = {1}};
    CHECK(refuse(old, {}, {0, 1, 2}) == "/contexts/list/1/group");
    CHECK(refuse(young, {4}, {0, 1, 2}) == "/contexts/list/1/history");
    CHECK(refuse({}, {0, 2}, {0, 1, 2}) == "/contexts/list/1/history");
    CHECK(refuse({}, {}, {0, 3}) == "/contexts/list/1/candidates");
    CHECK(refuse({}, {0}, {0, 3}) == "accepted");
}

TEST_CASE("run_study: refuses a top beyond the candidates of any context", "[sim][refusals]") {
    const auto with_top = [](std::size_t top) {
        sim::Scenario scenario = asking({{{}, {}, sim::AllItems{}}, {young, {}, Items{0, 1, 2}}});
        scenario.top = top;
        return scenario;
    };
    CHECK(refusal(with_top(3)) == "accepted");
    std::string message;
    CHECK(refusal(with_top(4), &message) == "/responses/top");
    CHECK(message.find("1 to 3") != std::string::npos);
}

TEST_CASE("run_study: refuses repeat = false where fewer than 2 candidates are left",
          "[sim][refusals]") {
    sim::Scenario scenario = asking({{{}, {0, 1, 1}, Items{0, 1, 2, 3}}});
    CHECK(refusal(scenario) == "accepted");
    scenario.contexts.repeat = false;
    CHECK(refusal(scenario) == "accepted");
    scenario.contexts.source = std::vector<sim::ListedContext>{{{}, {0, 1, 2}, Items{0, 1, 2, 3}}};
    scenario.top = 1;
    CHECK(refusal(scenario) == "/contexts/repeat");
    // What is left after the history counts for `top`.
    scenario.contexts.source = std::vector<sim::ListedContext>{{{}, {0, 1}, Items{0, 1, 2, 3}}};
    scenario.top = 3;
    CHECK(refusal(scenario) == "/responses/top");
    scenario.contexts.repeat = true;
    CHECK(refusal(scenario) == "accepted");
}

TEST_CASE("run_study: refuses group sizes that do not fit the population", "[sim][refusals]") {
    sim::Scenario scenario = asking({{young, {}, sim::AllItems{}}});
    scenario.design = sim::GroupSizes{{0}, {{{0}, 0}, {{1}, 5}}};
    CHECK(refusal(scenario) == "/contexts/list/0/group");
    scenario.design = sim::GroupSizes{{0}, {{{0}, 1}, {{1}, 5}}};
    CHECK(refusal(scenario) == "accepted");
    sim::ExplicitPopulation population = small_population();
    population.attributes[0].class_levels = matrix({{0.0, 1.0}, {0.0, 1.0}});
    scenario.population = population;
    scenario.contexts.source = sim::GeneratedContexts{{{0}}, {0}, 1, sim::AllItems{}};
    CHECK(refusal(scenario) == "/design/group_sizes");
    // Without counted sizes, groups that cannot occur are left out.
    scenario.design = sim::UsersPerGroup{{2}};
    CHECK(refusal(scenario) == "accepted");
    CHECK(sim::run_study(scenario, {}).contexts.front().size() == 1);
}

TEST_CASE("run_study: refuses a predictor that meets a class without candidates",
          "[sim][refusals]") {
    sim::Scenario scenario = asking({{{}, {0, 0}, Items{0, 1}}});
    sim::ExplicitPopulation population = small_population();
    population.item_probabilities = matrix({{0.5, 0.5, 0, 0, 0}, {0, 0, 0.5, 0.5, 0}});
    scenario.population = population;
    CHECK(refusal(scenario) == "accepted");
    scenario.predictors = {mock("history_blind", [](const sim::World& w) {
        return adapters::posterior_belief(w, {.history = false});
    })};
    CHECK(refusal(scenario) == "/predictors");
}

TEST_CASE("run_study: refuses more than a run can take on", "[sim][refusals]") {
    sim::Scenario scenario = small_scenario();
    sim::ExplicitPopulation population = small_population();
    // 60 levels each: 3,600 groups, of which each has 2 x 300 histories.
    for (auto& attribute : population.attributes) {
        attribute.levels.assign(60, "level");
        attribute.class_levels = sim::RowMatrix::Constant(2, 60, 1.0 / 60.0).eval();
    }
    scenario.population = population;
    scenario.contexts.source = sim::GeneratedContexts{{{0, 1}}, {1, 2}, 300, sim::AllItems{}};
    CHECK(refusal(scenario) == "/contexts");
    scenario.contexts.source = sim::GeneratedContexts{{{0}}, {0}, 1, sim::AllItems{}};
    scenario.replicates = 1;
    std::vector<std::uint32_t> sizes(1000);
    for (std::uint32_t i = 0; i < sizes.size(); ++i) sizes[i] = i + 1;
    scenario.design = sim::UsersPerGroup{sizes};
    CHECK(sim::rows_per_world(scenario, 60) == 60'000.0);
    scenario.worlds = 100;  // 6,000,000 rows
    CHECK(refusal(scenario).empty());
    // 61 million combinations of levels under the users design.
    scenario.worlds = 1;
    for (int i = 0; i < 3; ++i) {
        population.attributes.push_back(population.attributes.front());
        population.attributes.back().name += std::to_string(i);
    }
    population.attributes.resize(5);
    scenario.population = population;
    scenario.design = sim::Users{{10}};
    scenario.contexts.source =
        sim::GeneratedContexts{{{0}, {1}, {2}, {3}, {4}}, {0}, 1, sim::AllItems{}};
    CHECK(refusal(scenario) == "/contexts");
}

TEST_CASE("run_study: a request to stop is heard before, between and during worlds",
          "[sim][refusals]") {
    std::atomic<bool> stop{true};
    CHECK_THROWS_AS(sim::run_study(small_scenario(), {.stop = &stop}), sim::Interrupted);
    // Set while the predictor answers; heard by the first block.
    for (const unsigned threads : {1U, 4U}) {
        stop = false;
        sim::Scenario scenario = small_scenario();
        scenario.predictors = {mock("stopper", [&stop](const sim::World&) -> adapters::Belief {
            return [&stop](const sim::Context& context) {
                stop = true;
                return adapters::uniform()(context);
            };
        })};
        sim::Progress progress;
        CHECK_THROWS_AS(
            sim::run_study(scenario, {.threads = threads, .progress = &progress, .stop = &stop}),
            sim::Interrupted);
        CHECK(progress.done == 0);
    }
    stop = false;
    CHECK_NOTHROW(sim::run_study(small_scenario(), {.stop = &stop}));
}

TEST_CASE("run_study: progress counts blocks over levels and worlds", "[sim][refusals]") {
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 65;
    scenario.worlds = 3;
    scenario.design = sim::UsersPerGroup{{2, 3, 4, 5}};
    sim::Progress progress;
    static_cast<void>(sim::run_study(scenario, {.threads = 2, .progress = &progress}));
    CHECK(progress.total == 2 * 3 * 4);
    CHECK(progress.done == progress.total);
}

}  // namespace truegap::test
