#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/one_world.hpp"

#include "sim/drawn_data.hpp"
#include "adapters/io/drawn_files.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/output_folder.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint64_t most_users = 1'000'000'000;
constexpr std::uint64_t last_replicate = 999'999'999;

struct DrawArguments {
    OneWorldArguments world;
    std::string out = "truegap-data", replicate = "0";
    std::optional<std::string> users;
};

// The scenario with one n: that of --users, or the first one listed.
sim::Scenario at_one_n(const sim::Scenario& scenario, const std::optional<std::string>& users) {
    sim::Scenario one = scenario;
    const auto keep_one = [&](std::vector<std::uint32_t>& n) {
        n = {users ? static_cast<std::uint32_t>(whole_number(*users, "--users", 1, most_users))
                   : n.front()};
    };
    if (auto* each = std::get_if<sim::UsersPerGroup>(&one.design)) {
        keep_one(each->n);
    } else if (auto* all = std::get_if<sim::Users>(&one.design)) {
        keep_one(all->n);
    } else if (users) {
        throw CLI::ValidationError(
            "--users",
            "has no use where the scenario counts the users itself (allowed: without it)");
    }
    return one;
}

void draw(const DrawArguments& arguments) {
    if (arguments.out.empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a folder)");
    const auto replicate = static_cast<std::uint32_t>(
        whole_number(arguments.replicate, "--replicate", 0, last_replicate));
    with_one_world(arguments.world, [&](OneWorld world) {
        const sim::Scenario scenario = at_one_n(world.scenario, arguments.users);
        adapters::OutputFolder folder(arguments.out);
        const sim::WorldStudy study(scenario, std::move(world.plan));
        const sim::Level& level = study.levels().front();
        const sim::DrawnData data = sim::draw_data(study, level, replicate);
        adapters::write_drawn(study, level, data, folder.path());
        folder.publish();
        std::uint64_t choices = 0;
        for (const auto& counts : data.counts)
            for (const std::uint32_t count : counts) choices += count;
        std::cout << data.counts.size() << " contexts with " << choices << " choices, "
                  << data.responses.size() << " predictors: targets.jsonl, responses.jsonl and "
                  << "truth.csv in " << arguments.out << '\n';
    });
}

}  // namespace

void add_draw(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "draw", "Write one data set of a scenario as real data looks, with the truth beside it");
    const auto arguments = std::make_shared<DrawArguments>();
    add_which_world(*command, arguments->world);
    command->add_option("--out", arguments->out, "Folder for the files (default: truegap-data)")
        ->type_name("DIR");
    command
        ->add_option("--replicate",
                     arguments->replicate,
                     "Which of the study's replicates (default: 0, the first)")
        ->type_name("R");
    command
        ->add_option("--users",
                     arguments->users,
                     "n, or N of the users design (default: the scenario's first)")
        ->type_name("N");
    command->footer(
        "Its files are what truegap score, truegap fit and predictors of your own read.\n"
        "Example:\n  truegap draw quickstart --users 20 --out data");
    command->callback([arguments] { draw(*arguments); });
}

}  // namespace truegap::cli
