#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "metrics/approximation/smoothing.hpp"

#include "cli/commands.hpp"
#include "cli/predictors.hpp"
#include "cli/scenario_source.hpp"

#include "sim/answers.hpp"
#include "sim/study.hpp"

namespace truegap::cli {

namespace {

std::string count(std::size_t n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

// What a study will have, counted as it is checked.
struct Size {
    double rows = 0.0;
    std::size_t contexts = 0;  ///< in the first world
};

// Plans the first world of each population, and lets every predictor answer.
void check(const sim::Scenario& scenario, Size& size) {
    const std::vector<sim::Scenario> members = sim::one_a_population(scenario);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const sim::WorldPlan plan = sim::in_population(scenario, i, [&] {
            return sim::plan_world(members[i], static_cast<std::uint32_t>(i * scenario.worlds));
        });
        if (size.contexts == 0) size.contexts = plan.contexts.size();
        size.rows += sim::rows_per_world(members[i], plan.contexts.size()) * scenario.worlds;
        if (!scenario.summary_only) sim::refuse_too_many_rows(size.rows);
        static_cast<void>(
            sim::in_population(scenario, i, [&] { return sim::answer_world(members[i], plan); }));
    }
}

void validate(const std::string& name) {
    const adapters::ScenarioFile source = load_scenario(name, {}, predictor_reader({.ask = false}));
    const sim::Scenario& scenario = source.scenario;
    Size size;
    with_scenario_errors(source, [&] {
        for (const sim::GridPoint& point : source.points)
            sim::at_point(point, [&] { check(point.scenario, size); });
    });
    const std::string points =
        source.grid.factors().empty() ? "" : count(source.points.size(), "grid point") + ", each ";
    const std::string populations = scenario.populations.size() > 1
                                        ? count(scenario.populations.size(), "population") + ", "
                                        : "";
    std::cout << source.file << ": ok: " << points << populations << count(scenario.worlds, "world")
              << ", " << count(size.contexts, "context") << " in the first, "
              << count(scenario.predictors.size(), "predictor") << ", "
              << count(scenario.approximations.size(), "approximation") << ", "
              << count(scenario.estimators.size(), "estimator") << ", "
              << count(scenario.replicates, "replicate") << ", about "
              << metrics::shortest(size.rows) << " result rows"
              << (points.empty() ? "\n" : " in all\n");
}

}  // namespace

void add_validate(CLI::App& app) {
    CLI::App* command = app.add_subcommand("validate", "Check a scenario without running it");
    const auto scenario = std::make_shared<std::string>();
    command
        ->add_option(
            "SCENARIO", *scenario, "A scenario file, - for standard input, or a shipped study")
        ->required();
    command->footer("Example:\n  truegap validate my-scenario.json");
    command->callback([scenario] { validate(*scenario); });
}

}  // namespace truegap::cli
