#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/one_world.hpp"

#include "adapters/io/population_json.hpp"
#include "adapters/io/whole_file.hpp"

namespace truegap::cli {

namespace {

void write_population(const OneWorldArguments& world, const std::optional<std::string>& out) {
    if (out && out->empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a file)");
    std::string text;
    with_one_world(
        world, [&](const OneWorld& one) { text = adapters::population_text(one.plan.population); });
    if (out) {
        adapters::WholeFile(*out, "truegap population", adapters::is_population).write(text);
    } else {
        std::cout << text;
    }
}

}  // namespace

void add_population(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "population", "Write the population of one world as it is given outright");
    const auto world = std::make_shared<OneWorldArguments>();
    const auto out = std::make_shared<std::optional<std::string>>();
    add_which_world(*command, *world);
    command->add_option("--out", *out, "File to write (default: standard output)")
        ->type_name("FILE");
    command->footer(
        "A scenario that says \"population\": \"FILE\" reads it back to the same bits.\n"
        "Example:\n  truegap population quickstart --out population.json");
    command->callback([world, out] { write_population(*world, *out); });
}

}  // namespace truegap::cli
