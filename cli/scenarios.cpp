#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/scenario_source.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::cli {

namespace {

void list_scenarios() {
    if (shipped_names().empty())
        throw adapters::SystemError(
            "no shipped studies were found beside the program (name their "
            "folder in TRUEGAP_SCENARIOS)");
    for (const std::string& name : shipped_names())
        std::cout << name << "\n    " << load_scenario(name).scenario.question << '\n';
}

}  // namespace

void add_scenarios(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "scenarios", "List the shipped studies with their questions, or print one to start from");
    const auto name = std::make_shared<std::string>();
    command->add_option("NAME", *name, "A shipped study, whose file is printed");
    command->footer("Example:\n  truegap scenarios quickstart > my-scenario.json");
    command->callback([name] {
        if (name->empty()) {
            list_scenarios();
        } else {
            std::cout << adapters::self_contained(shipped_text(*name), load_scenario(*name));
        }
    });
}

}  // namespace truegap::cli
