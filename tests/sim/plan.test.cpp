#include "sim/plan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "naive_truth.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

sim::Scenario generating(sim::GeneratedContexts contexts) {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::move(contexts);
    return scenario;
}

}  // namespace

TEST_CASE("plan_world: proxies, then groups, then history lengths, then histories", "[sim][plan]") {
    const auto scenario = generating({.proxies = {{}, {1, 0}},
                                      .history_lengths = {3, 0, 1},
                                      .histories_per_group = 2,
                                      .candidates = sim::AllItems{}});
    const sim::WorldPlan plan = sim::plan_world(scenario, 4);
    CHECK(plan.index == 4);
    REQUIRE(plan.contexts.size() == 5 * 5);
    REQUIRE(plan.truths.size() == plan.contexts.size());
    const std::vector<sim::Group> groups{
        {}, {{1, 0}, {0, 0}}, {{1, 0}, {0, 1}}, {{1, 0}, {1, 0}}, {{1, 0}, {1, 1}}};
    for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
        const sim::Context& context = plan.contexts[c];
        CHECK(context.id == c);
        CHECK(context.group == groups[c / 5]);
        CHECK(context.history.size() == std::vector<std::size_t>{3, 3, 0, 1, 1}[c % 5]);
        CHECK(context.candidates == all_items(5));
    }
    CHECK(sim::proxies_of(scenario.contexts) == std::vector<sim::Proxy>{{}, {1, 0}});
}

TEST_CASE("plan_world: longer histories extend shorter ones into the past", "[sim][plan]") {
    const auto scenario = generating({.proxies = {{0}},
                                      .history_lengths = {1, 2, 20},
                                      .histories_per_group = 50,
                                      .candidates = sim::AllItems{}});
    const sim::WorldPlan plan = sim::plan_world(scenario, 0);
    REQUIRE(plan.contexts.size() == 2 * 150);
    std::size_t distinct = 0;
    for (std::size_t group = 0; group < 2; ++group)
        for (std::size_t slot = 0; slot < 50; ++slot) {
            const auto& longest = plan.contexts[150 * group + 100 + slot].history;
            for (const std::size_t shorter : {std::size_t{0}, std::size_t{50}}) {
                const auto& history = plan.contexts[150 * group + shorter + slot].history;
                // Oldest first: the shorter one is the end of the longer one.
                CHECK(std::equal(history.rbegin(), history.rend(), longest.rbegin()));
            }
            if (longest != plan.contexts[100].history) ++distinct;
        }
    CHECK(distinct > 90);
}

TEST_CASE("plan_world: histories of a group are drawn with their probabilities", "[sim][plan]") {
    sim::Scenario scenario = generating({.proxies = {{1, 0}},
                                         .history_lengths = {2},
                                         .histories_per_group = 30'000,
                                         .candidates = sim::AllItems{}});
    const sim::WorldPlan plan = sim::plan_world(scenario, 1);
    const auto spec = small_population();
    const BigPopulation big(spec);
    std::size_t c = 0;
    for (const sim::Group& group : sim::all_groups({1, 0}, spec.attributes)) {
        std::map<sim::History, std::uint64_t> seen;
        for (const auto& history : all_histories(5, 2)) seen[history] = 0;
        for (int slot = 0; slot < 30'000; ++slot) ++seen.at(plan.contexts.at(c++).history);
        std::vector<std::uint64_t> observed;
        std::vector<double> law;
        std::vector<double> without_group;
        for (const auto& [history, times] : seen) {
            Big joint = 0;
            Big everybody = 0;
            Big total = 0;
            for (std::size_t z = 0; z < 2; ++z) {
                joint += class_and_group(big, z, group) * urn_probability(big, z, history);
                total += class_and_group(big, z, group);
                everybody += big.weights[z] * urn_probability(big, z, history);
            }
            observed.push_back(times);
            law.push_back((joint / total).convert_to<double>());
            without_group.push_back(everybody.convert_to<double>());
        }
        CHECK(chi_square_p(observed, law) > chi_square_level);
        CHECK(chi_square_p(observed, without_group) < chi_square_level);
    }
}

TEST_CASE("plan_world: candidates are all, the most probable, or the listed ones", "[sim][plan]") {
    // Marginals 0.12, 0.26, 0.22, 0.4, 0.
    const auto candidates = [](const sim::CandidateSpec& spec) {
        sim::Scenario scenario = small_scenario();
        sim::ExplicitPopulation population = small_population();
        population.item_probabilities =
            matrix({{0.1, 0.3, 0.2, 0.4, 0.0}, {0.15, 0.2, 0.25, 0.4, 0.0}});
        scenario.population = population;
        scenario.contexts.source =
            std::vector<sim::ListedContext>{{.group = {}, .history = {3, 0}, .candidates = spec}};
        return sim::plan_world(scenario, 0).contexts.front().candidates;
    };
    using Items = std::vector<sim::ItemId>;
    CHECK(candidates(sim::AllItems{}) == Items{0, 1, 2, 3, 4});
    CHECK(candidates(sim::MostProbable{2}) == Items{3, 1});
    CHECK(candidates(sim::MostProbable{5}) == Items{3, 1, 2, 0, 4});
    CHECK(candidates(Items{4, 0, 2}) == Items{4, 0, 2});
}

TEST_CASE("plan_world: without repeats the items of the history leave the candidates",
          "[sim][plan]") {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {.group = {}, .history = {3, 0, 3}, .candidates = std::vector<sim::ItemId>{2, 3, 1, 0}}};
    scenario.contexts.repeat = false;
    const sim::WorldPlan plan = sim::plan_world(scenario, 0);
    CHECK(plan.contexts.front().candidates == std::vector<sim::ItemId>{2, 1});
    CHECK(plan.contexts.front().history == sim::History{3, 0, 3});
    // The truth is that of the candidates left, given the whole history.
    const auto p = naive_target(small_population(), context_of({}, {3, 0, 3}, {2, 1}));
    CHECK(plan.truths.front().distribution[0] == Approx(p[0]).epsilon(1e-14));
    CHECK(plan.truths.front().distribution[1] == Approx(p[1]).epsilon(1e-14));
}

TEST_CASE("users_in: the sum over the rows that belong to a group", "[sim][plan]") {
    const sim::GroupSizes sizes{
        .proxy = {1, 0},
        .rows = {{{0, 0}, 2}, {{0, 1}, 3}, {{1, 0}, 5}, {{1, 1}, 4294967295U}, {{0, 0}, 1}}};
    CHECK(sim::users_in(sizes, {}) == 4294967295U + std::uint64_t{11});
    CHECK(sim::users_in(sizes, {{0}, {0}}) == 8);
    CHECK(sim::users_in(sizes, {{1}, {0}}) == 6);
    CHECK(sim::users_in(sizes, {{0, 1}, {1, 0}}) == 3);
    CHECK(sim::users_in(sizes, {{1, 0}, {0, 0}}) == 3);
}

}  // namespace truegap::test
