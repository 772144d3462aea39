#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "metrics/estimators/registry.hpp"

#include "cli/arguments.hpp"
#include "cli/commands.hpp"

#include "adapters/io/counts_lines.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::cli {

namespace {

struct EstimateArguments {
    std::string file, unit = "nat";
    std::optional<std::string> items;
    std::vector<std::string> estimators;
};

std::vector<std::string> estimator_names() {
    std::vector<std::string> names;
    for (const auto& entry : metrics::estimators()) names.emplace_back(entry.name);
    return names;
}

// --estimator takes as many names as follow it, so it also takes a FILE that comes last.
void give_back_file(EstimateArguments& arguments) {
    if (!arguments.file.empty() || arguments.estimators.empty()) return;
    const std::string& last = arguments.estimators.back();
    std::error_code error;
    if (metrics::find_estimator(last) || (last != "-" && !std::filesystem::exists(last, error)))
        return;
    arguments.file = last;
    arguments.estimators.pop_back();
}

std::vector<metrics::Estimator> chosen_estimators(const std::vector<std::string>& names) {
    std::vector<metrics::Estimator> chosen;
    for (const std::string& name : names) {
        const auto estimator = metrics::find_estimator(name);
        if (!estimator)
            throw CLI::ValidationError("--estimator",
                                       "is " + name + "; the nearest known one is " +
                                           adapters::nearest(name, estimator_names()) +
                                           " (allowed: " + adapters::listed(estimator_names()) +
                                           ")");
        if (std::find(chosen.begin(), chosen.end(), *estimator) == chosen.end())
            chosen.push_back(*estimator);
    }
    if (chosen.empty())
        for (const auto& entry : metrics::estimators()) chosen.emplace_back(entry);
    return chosen;
}

void estimate(EstimateArguments arguments) {
    give_back_file(arguments);
    adapters::EstimateOptions options;
    options.estimators = chosen_estimators(arguments.estimators);
    options.unit = arguments.unit == "bit" ? adapters::Unit::bit : adapters::Unit::nat;
    if (arguments.items)
        options.items = whole_number(*arguments.items, "--items", 1, adapters::most_estimate_items);
    if (arguments.file.empty() || arguments.file == "-") {
        adapters::estimate_lines(std::cin, "-", options, std::cout);
        return;
    }
    std::error_code error;
    if (std::filesystem::is_directory(arguments.file, error))
        throw adapters::InputError(arguments.file, "", "is a directory (allowed: a file, or -)");
    std::ifstream in(arguments.file, std::ios::binary);
    if (!in)
        throw adapters::InputError(arguments.file, "", "cannot be read (allowed: a file, or -)");
    adapters::estimate_lines(in, arguments.file, options, std::cout);
}

}  // namespace

void add_estimate(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "estimate", "Entropy estimates of your own counts, one JSON line in, one JSON line out");
    const auto arguments = std::make_shared<EstimateArguments>();
    command->add_option(
        "FILE",
        arguments->file,
        "Lines of {\"counts\": [...], \"items\": K} or [...] (default: standard input)");
    command
        ->add_option(
            "--estimator",
            arguments->estimators,
            "Estimators by name (default: all: " + adapters::listed(estimator_names()) + ")")
        ->type_name("NAME");
    command->add_option("--unit", arguments->unit, "nat (default) or bit")
        ->type_name("nat|bit")
        ->check(CLI::IsMember({"nat", "bit"}));
    command
        ->add_option("--items",
                     arguments->items,
                     "K, how many items there are; a line's own \"items\" goes before it")
        ->type_name("K");
    command->footer("Example:\n  echo '[3, 2, 1]' | truegap estimate --unit bit");
    command->callback([arguments] { estimate(*arguments); });
}

}  // namespace truegap::cli
