#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

using metrics::Recommended;
using metrics::Residual;
using Kind = metrics::Smoothing::Kind;

sim::ListedContext asked(sim::Group group, sim::History history) {
    return {std::move(group), std::move(history), sim::AllItems{}};
}

// Every way to use chance and other groups, in one scenario.
sim::Scenario everything(sim::Design design) {
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 150;  // no multiple of 64
    scenario.contexts.source =
        std::vector<sim::ListedContext>{asked({}, {}),
                                        asked({.proxy = {0}, .levels = {1}}, {}),
                                        asked({.proxy = {0, 1}, .levels = {1, 0}}, {}),
                                        asked({.proxy = {1}, .levels = {0}}, {0, 3})};
    scenario.design = std::move(design);
    scenario.predictors.push_back(
        mock("memorizer(3,0)", [](const sim::World& w) { return adapters::memorizer(w, 3, 0.0); }));
    scenario.approximations = rank_matched_approximations();
    scenario.approximations.resize(2);
    for (const metrics::Approximation& other : std::vector<metrics::Approximation>{
             metrics::TopLogprobs{1, Residual::uniform, {}},
             metrics::Verbalized{},
             metrics::SampleFrequency{3, 0.5},
             metrics::PlackettLuce{3, 0.5},
             metrics::CrossFittedRankMatched{Residual::sorted, {Kind::additive, 0.5}},
             metrics::RankCurve{
                 metrics::RankCurve::Shape::learned, 1.0, Residual::uniform, {Kind::additive, 0.5}},
             Recommended{},
             Recommended{Recommended::Reads::ranking}})
        scenario.approximations.push_back(other);
    scenario.estimators = {estimator("plug_in"),
                           estimator("empirical_bayes"),
                           estimator("empirical_bayes_hierarchical")};
    return scenario;
}

std::vector<sim::Design> designs() {
    return {sim::UsersPerGroup{{3, 10}},
            sim::Users{{2, 9}},  // often without a user in a group
            sim::GroupSizes{{0, 1}, {{{0, 0}, 2}, {{0, 1}, 3}, {{1, 0}, 4}, {{1, 1}, 1}}}};
}

void check_unchanged(const sim::Scenario& before, const sim::Scenario& after) {
    const sim::Results old_results = sim::run_study(before, {});
    const sim::Results results = sim::run_study(after, {.threads = 2});
    CHECK(results.cells.size() > old_results.cells.size());
    const SharedRows shared = shared_rows(old_results, results);
    CHECK(shared.found == old_results.cells.size());
    CHECK(shared.same == shared.found);
}

}  // namespace

TEST_CASE("run_study: drawn answers and pooled figures are the same bits for any number of threads",
          "[sim][study][determinism]") {
    for (const sim::Design& design : designs()) {
        sim::Scenario scenario = everything(design);
        const sim::Results one = sim::run_study(scenario, {.threads = 1});
        REQUIRE(one.cells.size() > 100);
        for (const unsigned threads : {2U, 8U})
            CHECK(same_bits(one, sim::run_study(scenario, {.threads = threads})));
        ++scenario.seed;
        CHECK(!same_bits(one, sim::run_study(scenario, {.threads = 2})));  // the partner
    }
}

TEST_CASE("run_study: appending changes no row of drawn answers and pooled figures",
          "[sim][study][determinism]") {
    for (const sim::Design& design : designs()) {
        const sim::Scenario before = everything(design);
        sim::Scenario after = before;
        after.predictors.insert(after.predictors.begin(), mock("uniform", [](const sim::World&) {
                                    return adapters::uniform();
                                }));
        check_unchanged(before, after);
        after = before;
        std::rotate(after.approximations.begin(),
                    after.approximations.end() - 3,
                    after.approximations.end());
        after.approximations.insert(
            after.approximations.begin(),
            metrics::Approximation{metrics::CrossFittedRankMatched{Residual::drop, {}}});
        after.approximations.emplace_back(metrics::PlackettLuce{1, 0.5});
        after.approximations.emplace_back(metrics::TopLogprobs{4, Residual::drop, {}});
        check_unchanged(before, after);
        after = before;
        after.estimators.insert(after.estimators.begin(), estimator("chao_shen"));
        after.estimators.push_back(estimator("empirical_bayes_mixture"));
        check_unchanged(before, after);
    }
}

TEST_CASE("run_study: a ranking's ties do not depend on who else reads it",
          "[sim][study][determinism]") {
    sim::Scenario before = everything(sim::UsersPerGroup{{6}});
    before.predictors = {mock("uniform", [](const sim::World&) { return adapters::uniform(); })};
    for (const metrics::Approximation& alone : before.approximations) {
        sim::Scenario one = before;
        one.approximations = {alone};
        sim::Scenario two = one;
        two.approximations.emplace_back(metrics::RankMatched{Residual::drop, {Kind::floor, 0.1}});
        CAPTURE(metrics::label(alone, 2));
        check_unchanged(one, two);
    }
}

TEST_CASE("run_study: groups without users have no pooled figures, and say so", "[sim][study]") {
    const sim::Results results = sim::run_study(everything(sim::Users{{2}}), {.threads = 2});
    std::size_t partly = 0;
    for (const sim::CellRow& row : results.cells) {
        const auto& name = results.estimators[row.key.estimator];
        if (name != "empirical_bayes_mixture") continue;
        if (row.key.context == 0) CHECK(row.undefined_fraction == 0.0);
        partly += row.undefined_fraction > 0.0 && row.undefined_fraction < 1.0 ? 1U : 0U;
        CHECK(row.pooled_weight);  // the prior's, of those without users
    }
    CHECK(partly > 5);
}

TEST_CASE("populations: each is studied as it would be alone, and a summary alone loses nothing",
          "[sim][study]") {
    sim::Scenario scenario = everything(sim::UsersPerGroup{{4}});
    sim::ExplicitPopulation other = small_population();
    other.class_weights = {0.1, 0.9};
    scenario.populations = {{"first", scenario.population, scenario.contexts, false},
                            {"second", other, scenario.contexts, false}};
    scenario.worlds = 2;
    const sim::Results both = sim::run_study(scenario, {.threads = 2});
    CHECK(both.populations == std::vector<std::string>{"first", "second"});
    CHECK(both.worlds_per_population == 2);
    sim::Scenario alone = scenario;
    alone.populations.clear();
    const sim::Results first = sim::run_study(alone, {});
    const SharedRows shared = shared_rows(first, both);
    CHECK(shared.found == first.cells.size());
    CHECK(shared.same == shared.found);
    CHECK(both.cells.size() == 2 * first.cells.size());
    CHECK(both.summary.size() == 2 * first.summary.size());
    std::size_t of_second = 0;
    std::size_t different = 0;
    for (const sim::CellRow& row : both.cells)
        if (row.key.world >= 2) {
            ++of_second;
            const sim::CellRow& same_place = both.cells[of_second - 1];
            different += row.true_entropy != same_place.true_entropy ? 1U : 0U;
        }
    CHECK(of_second == first.cells.size());
    CHECK(different == of_second);
    scenario.summary_only = true;
    const sim::Results summary = sim::run_study(scenario, {});
    CHECK((summary.cells.empty() && summary.decomposition.empty()));
    REQUIRE(summary.summary.size() == both.summary.size());
    for (std::size_t i = 0; i < summary.summary.size(); ++i) {
        CHECK(same_bits(figures(summary.summary[i]), figures(both.summary[i])));
        CHECK(summary.summary[i].population == both.summary[i].population);
    }
}

}  // namespace truegap::test
