#include <catch2/catch.hpp>
#include <cmath>

#include "naive_truth.hpp"

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

double share(const sim::Group& group) {
    return naive_truth(BigPopulation(small_population()), group, {}, {0, 1})
        .group_probability.convert_to<double>();
}

sim::GeneratedContexts nested_proxies() {
    return {.proxies = {{}, {0}, {1, 0}},
            .history_lengths = {0, 2},
            .histories_per_group = 1,
            .candidates = std::vector<sim::ItemId>{2, 0, 1}};
}

void add_uniform_and_memorizer(sim::Scenario& scenario) {
    scenario.predictors.push_back(
        mock("uniform", [](const sim::World&) { return adapters::uniform(); }));
    scenario.predictors.push_back(
        mock("memorizer(3,0)", [](const sim::World& w) { return adapters::memorizer(w, 3, 0.0); }));
}

}  // namespace

TEST_CASE("users_per_group: every group has n users", "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = nested_proxies();
    scenario.design = sim::UsersPerGroup{{7, 3}};
    const sim::Results results = sim::run_study(scenario, {});
    REQUIRE(results.cells.size() == 2 * 2 * 7);
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        const sim::CellRow& row = results.cells[i];
        CHECK(row.key.users == (i < 14 ? 7 : 3));
        CHECK(row.key.context == i % 14);
        CHECK(row.users_mean == static_cast<double>(row.key.users));
        CHECK(row.undefined_fraction == 0.0);
        CHECK(row.replicates == scenario.replicates);
    }
}

TEST_CASE("group_sizes: coarser groups have the sum of their rows, empty ones are left out",
          "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = nested_proxies();
    // Counted by gender x age; the order of a proxy's attributes is its own affair.
    scenario.design = sim::GroupSizes{
        .proxy = {1, 0}, .rows = {{{0, 0}, 2}, {{0, 1}, 0}, {{1, 0}, 1}, {{1, 1}, 1}, {{0, 0}, 1}}};
    scenario.replicates = 40'000;
    scenario.estimators = all_estimators();
    add_uniform_and_memorizer(scenario);
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    const std::vector<std::pair<std::string, std::uint32_t>> expected{{"", 5},
                                                                      {"age=a", 4},
                                                                      {"age=b", 1},
                                                                      {"gender=f;age=a", 3},
                                                                      {"gender=m;age=a", 1},
                                                                      {"gender=m;age=b", 1}};
    REQUIRE(results.contexts.front().size() == 2 * expected.size());
    for (std::size_t c = 0; c < results.contexts.front().size(); ++c) {
        CHECK(results.contexts.front()[c].group == expected[c / 2].first);
        CHECK(results.contexts.front()[c].history_length == (c % 2 == 0 ? 0 : 2));
    }
    for (const sim::CellRow& row : results.cells) {
        CHECK(row.key.users == expected[row.key.context / 2].second);
        CHECK(row.users_mean == static_cast<double>(row.key.users));
    }
    const Comparison seen = compare(planned_study(scenario), results);
    CAPTURE(seen.means.worst(), seen.spreads.worst());
    CHECK(seen.means.random() > results.cells.size());
    CHECK(seen.means.beyond() + seen.spreads.beyond() + seen.fractions.beyond() == 0);
    CHECK(seen.wrong_constants == 0);
}

TEST_CASE("users: rows agree with full enumeration over group sizes and counts", "[sim][study]") {
    for (const std::uint32_t N : {2U, 4U}) {
        sim::Scenario scenario = small_scenario();
        scenario.contexts.source = nested_proxies();
        scenario.design = sim::Users{{N}};
        scenario.replicates = 40'000;
        scenario.estimators = all_estimators();
        scenario.approximations.emplace_back(metrics::RankMatched{});
        scenario.approximations.emplace_back(
            metrics::Probabilities{{metrics::Smoothing::Kind::additive, 0.3}});
        scenario.approximations.emplace_back(metrics::RankCurve{
            .smoothing = {metrics::Smoothing::Kind::additive, 0.3}});  // depends on n
        add_uniform_and_memorizer(scenario);
        const sim::Results results = sim::run_study(scenario, {.threads = 2});
        const EnumerableStudy study = planned_study(scenario);
        std::vector<double> shares;
        for (const sim::Context& context : study.contexts) shares.push_back(share(context.group));
        const Comparison seen = compare(study, results, Planted::nothing, shares);
        CAPTURE(N, seen.means.worst(), seen.spreads.worst(), seen.fractions.worst());
        CHECK(seen.means.random() > results.cells.size());
        CHECK(seen.fractions.random() > results.cells.size() / 2);
        CHECK(seen.means.beyond() + seen.spreads.beyond() + seen.fractions.beyond() == 0);
        CHECK(seen.wrong_constants == 0);
        CHECK(compare(study, results, Planted::one_user_more, shares).means.beyond() >
              seen.means.random() / 4);
        // The mean group size, over all replicates, those without users included.
        ZScores sizes;
        for (const sim::CellRow& row : results.cells) {
            const double expected = shares[row.key.context];
            CHECK(row.key.users == N);
            sizes.add(*row.users_mean,
                      N * expected,
                      std::sqrt(N * expected * (1.0 - expected) / scenario.replicates));
        }
        CHECK(sizes.beyond() == 0);
        CHECK(results.cells.front().users_mean == static_cast<double>(N));
    }
}

TEST_CASE("users: a group that never has a user has no figures, and says so", "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    sim::ExplicitPopulation population = small_population();
    population.attributes[0].class_levels = matrix({{1e-12, 1.0 - 1e-12}, {1e-12, 1.0 - 1e-12}});
    scenario.population = population;
    scenario.contexts.source =
        std::vector<sim::ListedContext>{{{.proxy = {0}, .levels = {0}}, {}, sim::AllItems{}}};
    scenario.design = sim::Users{{3}};
    const sim::Results results = sim::run_study(scenario, {});
    REQUIRE(results.cells.size() == 1);
    const sim::CellRow& row = results.cells.front();
    CHECK(row.undefined_fraction == 1.0);
    CHECK(row.infinite_fraction == 0.0);
    CHECK(row.users_mean == 0.0);
    CHECK((row.true_entropy && row.true_gap));
    CHECK((!row.entropy_mean && !row.cross_entropy_mean && !row.gap_mean && !row.gap_bias &&
           !row.gap_bias_mcse && !row.gap_empirical_se && !row.gap_rmse));
    CHECK(!results.decomposition.front().total_bias);
    CHECK(!results.summary.front().gap_bias);
    CHECK(results.summary.front().undefined_fraction == 1.0);
}

}  // namespace truegap::test
