#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
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

// The file as shipped; where it names another file, that file's rows stand in its place.
void print_scenario(const std::string& name) {
    std::string text = shipped_text(name);
    const adapters::Json shipped = adapters::parse_json(text, name);
    const auto& design = shipped.at("design");
    if (design.contains("group_sizes") && design["group_sizes"].is_string()) {
        const std::string path = adapters::json_string(design["group_sizes"].get<std::string>());
        std::string rows;
        const adapters::ScenarioFile read = load_scenario(name);
        for (const auto& row : read.document.at("design").at("group_sizes"))
            rows += (rows.empty() ? "[\n      " : ",\n      ") + row.dump();
        text.replace(text.find(path), path.size(), rows + "\n    ]");
    }
    std::cout << text;
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
            print_scenario(*name);
        }
    });
}

}  // namespace truegap::cli
