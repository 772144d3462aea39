#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "sim/study.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

sim::Scenario generated_study(std::uint32_t worlds) {
    sim::Scenario scenario = small_scenario();
    scenario.population =
        sim::GeneratedPopulation{.items = 12,
                                 .classes = 3,
                                 .popularity = {sim::Popularity::Kind::zipf, 0.8},
                                 .tilt_sd = 1.0,
                                 .class_weights = sim::DirichletWeights{0.7},
                                 .concentration = std::vector<double>(3, 5.0),
                                 .attributes = {{.name = "age",
                                                 .levels = {"a", "b"},
                                                 .informativeness = 0.8,
                                                 .class_levels = sim::DirichletWeights{1.0}}}};
    scenario.contexts.source = sim::GeneratedContexts{.proxies = {{}, {0}},
                                                      .history_lengths = {0, 2},
                                                      .histories_per_group = 2,
                                                      .candidates = sim::MostProbable{6}};
    scenario.worlds = worlds;
    scenario.design = sim::UsersPerGroup{{5, 20}};
    scenario.predictors.push_back(mock("tempered(2)", [](const sim::World& w) {
        return adapters::tempered(adapters::posterior_belief(w, {}), 2.0);
    }));
    scenario.approximations.emplace_back(metrics::Probabilities{});
    scenario.estimators.push_back(estimator("chao_wang_jost"));
    return scenario;
}

// One figure of the rows that a summary row pools: [world][row].
template <class Rows, class Member>
std::vector<std::vector<double>> pooled(const Rows& rows,
                                        const sim::SummaryRow& summary,
                                        std::uint32_t worlds,
                                        Member figure) {
    std::vector<std::vector<double>> result(worlds);
    for (const auto& row : rows) {
        const bool here = row.key.predictor == summary.predictor &&
                          row.key.approximation == summary.approximation &&
                          row.key.estimator == summary.estimator &&
                          row.key.users >= summary.users.smallest &&
                          row.key.users <= summary.users.largest;
        if (here) result[row.key.world].push_back(figure(row));
    }
    return result;
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

std::vector<double> world_means(const std::vector<std::vector<double>>& by_world) {
    std::vector<double> means;
    for (const auto& values : by_world) means.push_back(mean(values));
    return means;
}

double standard_error(const std::vector<double>& values) {
    double squares = 0.0;
    for (const double value : values) squares += std::pow(value - mean(values), 2.0);
    const auto n = static_cast<double>(values.size());
    return std::sqrt(squares / (n - 1.0) / n);
}

Approx close_to(double value) {
    return Approx(value).margin(1e-12).epsilon(1e-12);
}

}  // namespace

TEST_CASE("worlds: each has a population, contexts and truths of its own", "[sim][study]") {
    const sim::Results results = sim::run_study(generated_study(6), {});
    REQUIRE(results.contexts.size() == 6);
    std::set<double> entropies;
    for (const sim::CellRow& row : results.cells)
        if (row.key.context == 0 && row.key.users == 5) entropies.insert(*row.true_entropy);
    CHECK(entropies.size() == 6);
    // World 0 does not depend on how many there are.
    const auto shared = shared_rows(sim::run_study(generated_study(1), {}), results);
    CHECK(shared.found == results.cells.size() / 6);
    CHECK(shared.same == shared.found);
}

TEST_CASE("summary: pooled figures are means over contexts, then worlds; errors between worlds",
          "[sim][study]") {
    const sim::Scenario scenario = generated_study(6);
    const sim::Results results = sim::run_study(scenario, {});
    CHECK(results.errors_between_worlds);
    REQUIRE(results.summary.size() == 2 * 2 * 2 * 2);
    for (const sim::SummaryRow& row : results.summary) {
        CHECK(row.worlds == 6);
        CHECK(row.contexts == 6 * 9);
        CHECK(row.users.smallest == row.users.largest);
        CHECK((row.users.smallest == 5 || row.users.smallest == 20));
        const auto cells = [&](auto figure) {
            return world_means(pooled(results.cells, row, 6, figure));
        };
        const auto terms = [&](auto figure) {
            return mean(world_means(pooled(results.decomposition, row, 6, figure)));
        };
        const auto bias = cells([](const auto& cell) { return *cell.gap_bias; });
        CHECK(*row.gap_bias == close_to(mean(bias)));
        CHECK(*row.gap_bias_se == close_to(standard_error(bias)));
        CHECK(*row.gap_bias_se > 0.0);
        CHECK(*row.gap_mean ==
              close_to(mean(cells([](const auto& cell) { return *cell.gap_mean; }))));
        CHECK(*row.true_gap ==
              close_to(mean(cells([](const auto& cell) { return *cell.true_gap; }))));
        CHECK(*row.true_entropy ==
              close_to(mean(cells([](const auto& cell) { return *cell.true_entropy; }))));
        CHECK(*row.approximation_term ==
              close_to(terms([](const auto& term) { return *term.approximation_term; })));
        CHECK(*row.answer_term ==
              close_to(terms([](const auto& term) { return *term.answer_term; })));
        CHECK(*row.entropy_term ==
              close_to(terms([](const auto& term) { return *term.entropy_term; })));
        CHECK(*row.cross_entropy_term ==
              close_to(terms([](const auto& term) { return *term.cross_entropy_term; })));
        CHECK(*row.gap_bias == close_to(*row.approximation_term + *row.answer_term +
                                        *row.entropy_term + *row.cross_entropy_term));
    }
}

TEST_CASE("summary: with one world the error is over replicates, contexts being independent",
          "[sim][study]") {
    sim::Scenario scenario = generated_study(1);
    scenario.replicates = 20'000;
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    CHECK(!results.errors_between_worlds);
    for (const sim::SummaryRow& row : results.summary) {
        double variance = 0.0;
        const auto errors =
            pooled(results.cells, row, 1, [](const auto& cell) { return *cell.gap_bias_mcse; })[0];
        for (const double error : errors) variance += error * error;
        // Each correlation between two of the 9 contexts is 0 up to 1 / sqrt(20,000).
        CHECK(*row.gap_bias_se == Approx(std::sqrt(variance) / 9.0).epsilon(0.06));
        CHECK(*row.gap_bias == close_to(mean(pooled(results.cells, row, 1, [](const auto& cell) {
            return *cell.gap_bias;
        })[0])));
    }
}

TEST_CASE("summary: group sizes are pooled in 1-2-5 bins", "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = sim::GeneratedContexts{.proxies = {{}, {0}, {0, 1}},
                                                      .history_lengths = {0},
                                                      .histories_per_group = 1,
                                                      .candidates = sim::AllItems{}};
    scenario.design = sim::GroupSizes{.proxy = {0, 1},
                                      .rows = {{{0, 0}, 1}, {{0, 1}, 4}, {{1, 0}, 5}, {{1, 1}, 9}}};
    const sim::Results results = sim::run_study(scenario, {});
    // 1 | 4 | 5, 5, 9 | 14, 19: everybody has 19, age a 5, age b 14.
    using Bin = sim::SizeBin;
    const std::vector<std::pair<Bin, std::size_t>> expected{
        {Bin{0, 1, 1}, 1}, {Bin{0, 2, 4}, 1}, {Bin{0, 5, 9}, 3}, {Bin{0, 10, 19}, 2}};
    REQUIRE(results.summary.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const sim::SummaryRow& row = results.summary[i];
        CHECK(row.users == expected[i].first);
        CHECK(row.contexts == expected[i].second);
        CHECK(*row.gap_bias == close_to(mean(pooled(results.cells, row, 1, [](const auto& cell) {
            return *cell.gap_bias;
        })[0])));
    }
}

TEST_CASE("summary: every context counts the same, also where some replicates have no users",
          "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = sim::GeneratedContexts{.proxies = {{0}},
                                                      .history_lengths = {0},
                                                      .histories_per_group = 1,
                                                      .candidates = sim::AllItems{}};
    scenario.design = sim::Users{{2}};  // one of each age expected: one bin
    scenario.replicates = 5000;
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    REQUIRE(results.cells.size() == 2);
    REQUIRE(results.summary.size() == 1);
    const sim::SummaryRow& row = results.summary.front();
    CHECK(row.undefined_fraction ==
          close_to((results.cells[0].undefined_fraction + results.cells[1].undefined_fraction) /
                   2.0));
    CHECK(row.undefined_fraction > 0.1);
    CHECK(*row.gap_bias ==
          close_to((*results.cells[0].gap_bias + *results.cells[1].gap_bias) / 2.0));
    CHECK(*row.gap_mean ==
          close_to((*results.cells[0].gap_mean + *results.cells[1].gap_mean) / 2.0));
    CHECK(*row.gap_bias == close_to(*row.approximation_term + *row.answer_term + *row.entropy_term +
                                    *row.cross_entropy_term));
}

}  // namespace truegap::test
