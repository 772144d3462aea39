#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <utility>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/one_world.hpp"

#include "sim/block.hpp"
#include "sim/expectations.hpp"
#include "adapters/io/expectations_text.hpp"

namespace truegap::cli {

namespace {

struct ExpectArguments {
    OneWorldArguments one;
    std::string enumerate = "100000";
};

constexpr std::uint64_t most_enumerated = 100'000'000;

void expect(const ExpectArguments& arguments) {
    const auto largest =
        static_cast<double>(whole_number(arguments.enumerate, "--enumerate", 0, most_enumerated));
    with_one_world(arguments.one, [&](OneWorld world) {
        if (std::holds_alternative<sim::Users>(world.scenario.design))
            throw sim::ScenarioError("/design",
                                     "draws the group sizes, so nothing is exact (allowed here: "
                                     "users_per_group, group_sizes)");
        const sim::WorldStudy study(world.scenario, std::move(world.plan));
        std::vector<sim::ExpectationRow> rows;
        for (const sim::Level& level : study.levels()) {
            const auto more = sim::expected_rows(study, level, largest);
            rows.insert(rows.end(), more.begin(), more.end());
        }
        if (arguments.one.format == "json")
            adapters::write_expectations_json(std::cout, study, rows, world.point);
        else
            adapters::write_expectations_csv(std::cout, study, rows);
    });
}

}  // namespace

void add_expect(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "expect", "Print the exact bias and spread of a study's figures, without simulation");
    const auto arguments = std::make_shared<ExpectArguments>();
    add_one_world_options(*command, arguments->one);
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
