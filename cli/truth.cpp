#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.hpp"
#include "cli/one_world.hpp"

#include "adapters/io/truth_text.hpp"

namespace truegap::cli {

void add_truth(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "truth", "Print the exact distribution and entropy of every context, without sampling");
    const auto arguments = std::make_shared<OneWorldArguments>();
    add_one_world_options(*command, *arguments);
    command->footer("Example:\n  truegap truth quickstart --format csv > truth.csv");
    command->callback([arguments] {
        with_one_world(*arguments, [&](const OneWorld& world) {
            if (arguments->format == "json")
                adapters::write_truth_json(std::cout, world.scenario, world.plan, world.point);
            else
                adapters::write_truth_csv(std::cout, world.scenario, world.plan);
        });
    });
}

}  // namespace truegap::cli
