#include "cli/one_world.hpp"

#include <CLI/CLI.hpp>

#include "cli/arguments.hpp"
#include "cli/scenario_source.hpp"

namespace truegap::cli {

void add_which_world(CLI::App& command, OneWorldArguments& arguments) {
    command
        .add_option("SCENARIO",
                    arguments.scenario,
                    "A scenario file, - for standard input, or a shipped study")
        ->required();
    command
        .add_option("--world",
                    arguments.world,
                    "Which of the scenario's worlds, counted on over its populations (default: 0)")
        ->type_name("W");
}

void add_one_world_options(CLI::App& command, OneWorldArguments& arguments) {
    add_which_world(command, arguments);
    command.add_option("--format", arguments.format, "json (default) or csv")
        ->type_name("json|csv")
        ->check(CLI::IsMember({"json", "csv"}));
}

void with_one_world(const OneWorldArguments& arguments,
                    const std::function<void(const sim::Scenario&, sim::WorldPlan)>& print) {
    const adapters::ScenarioFile source = load_scenario(arguments.scenario);
    const std::vector<sim::Scenario> members = sim::one_a_population(source.scenario);
    const auto world = static_cast<std::uint32_t>(
        whole_number(arguments.world, "--world", 0, source.scenario.worlds * members.size() - 1));
    const std::size_t population = world / source.scenario.worlds;
    const sim::Scenario& scenario = members[population];
    with_scenario_errors(source, [&] {
        sim::in_population(source.scenario, population, [&] {
            print(scenario, sim::plan_world(scenario, world));
        });
    });
}

}  // namespace truegap::cli
