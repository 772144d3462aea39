#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/scenario_source.hpp"

#include "adapters/io/truth_text.hpp"

namespace truegap::cli {

namespace {

struct TruthArguments {
    std::string scenario, format = "json", world = "0";
};

void truth(const TruthArguments& arguments) {
    const adapters::ScenarioFile source = load_scenario(arguments.scenario);
    const std::vector<sim::Scenario> members = sim::one_a_population(source.scenario);
    const auto world = static_cast<std::uint32_t>(
        whole_number(arguments.world, "--world", 0, source.scenario.worlds * members.size() - 1));
    const std::size_t population = world / source.scenario.worlds;
    const sim::Scenario& scenario = members[population];
    with_scenario_errors(source, [&] {
        const sim::WorldPlan plan = sim::in_population(
            source.scenario, population, [&] { return sim::plan_world(scenario, world); });
        if (arguments.format == "json") {
            adapters::write_truth_json(std::cout, scenario, plan);
        } else {
            adapters::write_truth_csv(std::cout, scenario, plan);
        }
    });
}

}  // namespace

void add_truth(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "truth", "Print the exact distribution and entropy of every context, without sampling");
    const auto arguments = std::make_shared<TruthArguments>();
    command
        ->add_option("SCENARIO",
                     arguments->scenario,
                     "A scenario file, - for standard input, or a shipped study")
        ->required();
    command->add_option("--format", arguments->format, "json (default) or csv")
        ->type_name("json|csv")
        ->check(CLI::IsMember({"json", "csv"}));
    command
        ->add_option("--world",
                     arguments->world,
                     "Which of the scenario's worlds, counted on over its populations (default: 0)")
        ->type_name("W");
    command->footer("Example:\n  truegap truth quickstart --format csv > truth.csv");
    command->callback([arguments] { truth(*arguments); });
}

}  // namespace truegap::cli
