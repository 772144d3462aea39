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
        const std::vector<sim::Scenario> members = sim::one_a_population(scenario);
        double rows = 0.0;
        std::size_t contexts = 0;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const sim::WorldPlan plan = sim::in_population(scenario, i, [&] {
                return sim::plan_world(members[i], static_cast<std::uint32_t>(i * scenario.worlds));
            });
            if (i == 0) contexts = plan.contexts.size();
            rows += sim::rows_per_world(members[i], plan.contexts.size()) * scenario.worlds;
            if (!scenario.summary_only) sim::refuse_too_many_rows(rows);
            // Every predictor can answer.
            static_cast<void>(sim::in_population(
                scenario, i, [&] { return sim::answer_world(members[i], plan); }));
        }
        const std::string populations =
            members.size() > 1 ? count(members.size(), "population") + ", " : "";
        std::cout << source.file << ": ok: " << populations << count(scenario.worlds, "world")
                  << ", " << count(contexts, "context") << " in the first, "
                  << count(scenario.predictors.size(), "predictor") << ", "
                  << count(scenario.approximations.size(), "approximation") << ", "
                  << count(scenario.estimators.size(), "estimator") << ", "
                  << count(scenario.replicates, "replicate") << ", about "
                  << metrics::shortest(rows) << " result rows\n";
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
