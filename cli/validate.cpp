#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "metrics/approximation/smoothing.hpp"

#include "cli/commands.hpp"
#include "cli/scenario_source.hpp"

#include "sim/answers.hpp"
#include "sim/study.hpp"

namespace truegap::cli {

namespace {

std::string count(std::size_t n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

void validate(const std::string& name) {
    const adapters::ScenarioFile source = load_scenario(name);
    const sim::Scenario& scenario = source.scenario;
    with_scenario_errors(source, [&] {
        const sim::WorldPlan plan = sim::plan_world(scenario, 0);
        sim::refuse_too_many_rows(scenario, plan.contexts.size());
        static_cast<void>(sim::answer_world(scenario, plan));  // every predictor can answer
        std::cout << source.file << ": ok: " << count(scenario.worlds, "world") << ", "
                  << count(plan.contexts.size(), "context") << " in the first, "
                  << count(scenario.predictors.size(), "predictor") << ", "
                  << count(scenario.approximations.size(), "approximation") << ", "
                  << count(scenario.estimators.size(), "estimator") << ", "
                  << count(scenario.replicates, "replicate") << ", about "
                  << metrics::shortest(sim::rows_per_world(scenario, plan.contexts.size()) *
                                       scenario.worlds)
                  << " result rows\n";
    });
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
