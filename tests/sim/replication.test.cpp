#include "sim/replication.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/study.hpp"

#include "support.hpp"

namespace truegap::test {

TEST_CASE("checkpoint: powers of two and three times powers of two, in order",
          "[sim][replication]") {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t blocks = 1; blocks < 100'000; ++blocks) {
        std::uint32_t odd = blocks;
        while (odd % 2 == 0) odd /= 2;
        if (odd == 1 || odd == 3) expected.push_back(blocks);
        REQUIRE(sim::checkpoints_within(blocks) == expected.size());
    }
    for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(sim::checkpoint(i) == expected[i]);
    CHECK(sim::checkpoints_within(0) == 0);
    CHECK(sim::checkpoints_within(15'625'000) == 47);  // of the most replicates there can be
}

TEST_CASE("BlockStatistics: visit_parts names every member", "[sim][replication]") {
    const sim::Layout layout{.contexts = 2,
                             .predictors = 3,
                             .approximations = 2,
                             .estimators = 2,
                             .methods = 4,
                             .bins = 1,
                             .faults = true,
                             .contaminated = true};
    const sim::BlockStatistics statistics(layout);
    std::size_t parts = 0;
    std::size_t empty = 0;
    sim::BlockStatistics::visit_parts(
        [&](const auto& part) {
            ++parts;
            if (part.empty()) ++empty;
        },
        statistics);
    CHECK(sizeof(sim::BlockStatistics) ==
          sizeof(statistics.replicates) + parts * sizeof(std::vector<double>));
    CHECK(empty == 0);
}

TEST_CASE("run_study: with a target the rows are those of as many fixed replicates",
          "[sim][replication]") {
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 100;
    scenario.design = sim::UsersPerGroup{{3, 30}};
    const double target = 0.01;
    const sim::Results adaptive =
        sim::run_study(scenario, {.threads = 2, .target_mcse = target, .most_replicates = 100'000});
    REQUIRE(adaptive.precision);
    CHECK(adaptive.precision->rows_above == 0);
    CHECK(adaptive.precision->largest <= target);
    CHECK(adaptive.precision->least_used < adaptive.precision->most_used);
    std::size_t same = 0;
    for (const std::uint64_t replicates :
         {adaptive.precision->least_used, adaptive.precision->most_used}) {
        sim::Scenario fixed = scenario;
        fixed.replicates = static_cast<std::uint32_t>(replicates);
        const sim::Results results = sim::run_study(fixed, {.threads = 1});
        for (std::size_t i = 0; i < results.cells.size(); ++i) {
            if (adaptive.cells[i].replicates != replicates) continue;
            REQUIRE(same_bits(figures(results.cells[i]), figures(adaptive.cells[i])));
            ++same;
        }
    }
    CHECK(same == adaptive.cells.size());
}

TEST_CASE("run_grid: one result a point, each that of its scenario alone", "[sim][replication]") {
    sim::Scenario first = small_scenario();
    first.replicates = 70;
    sim::Scenario second = first;
    second.estimators.push_back(estimator("chao_shen"));
    const auto results = sim::run_grid(
        {{.values = "a", .scenario = first}, {.values = "b", .scenario = second}}, {.threads = 2});
    REQUIRE(results.size() == 2);
    CHECK(same_bits(results[0], sim::run_study(first, {.threads = 1})));
    CHECK(same_bits(results[1], sim::run_study(second, {.threads = 1})));
    second.top = 1'000;
    try {
        static_cast<void>(sim::run_grid({{.values = "a", .scenario = first},
                                         {.values = "/responses/top = 1000", .scenario = second}},
                                        {.threads = 1}));
        FAIL_CHECK("no complaint");
    } catch (const sim::ScenarioError& error) {
        CHECK(std::string(error.what()).starts_with("at the grid point /responses/top = 1000: "));
    }
}

}  // namespace truegap::test
