#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/scenario_source.hpp"

#include "sim/block.hpp"
#include "sim/expectations.hpp"
#include "adapters/io/expectations_text.hpp"

namespace truegap::cli {

namespace {

struct ExpectArguments {
    std::string scenario, format = "json", world = "0", enumerate = "100000";
};

constexpr std::uint64_t most_enumerated = 100'000'000;

void expect(const ExpectArguments& arguments) {
    const adapters::ScenarioFile source = load_scenario(arguments.scenario);
    const std::vector<sim::Scenario> members = sim::one_a_population(source.scenario);
    const auto world = static_cast<std::uint32_t>(
        whole_number(arguments.world, "--world", 0, source.scenario.worlds * members.size() - 1));
    const auto largest =
        static_cast<double>(whole_number(arguments.enumerate, "--enumerate", 0, most_enumerated));
    const sim::Scenario& scenario = members[world / source.scenario.worlds];
    with_scenario_errors(source, [&] {
        if (std::holds_alternative<sim::Users>(scenario.design))
            throw sim::ScenarioError("/design",
                                     "draws the group sizes, so nothing is exact (allowed here: "
                                     "users_per_group, group_sizes)");
        const sim::WorldStudy study(scenario, sim::plan_world(scenario, world));
        std::vector<sim::ExpectationRow> rows;
        for (const sim::Level& level : study.levels()) {
            const auto more = sim::expected_rows(study, level, largest);
            rows.insert(rows.end(), more.begin(), more.end());
        }
        if (arguments.format == "json") {
            adapters::write_expectations_json(std::cout, study, rows);
        } else {
            adapters::write_expectations_csv(std::cout, study, rows);
        }
    });
}

}  // namespace

void add_expect(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "expect", "Print the exact bias and spread of a study's figures, without simulation");
    const auto arguments = std::make_shared<ExpectArguments>();
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
    command
        ->add_option("--enumerate",
                     arguments->enumerate,
                     "How many count vectors may be visited for a figure that is not additive "
                     "(default: 100000; 0: none)")
        ->type_name("N");
    command->footer("Example:\n  truegap expect quickstart --format csv > expected.csv");
    command->callback([arguments] { expect(*arguments); });
}

}  // namespace truegap::cli
