#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "metrics/estimators/registry.hpp"

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/estimator_list.hpp"
#include "cli/exit.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signal.hpp"

#include "adapters/io/counts_lines.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint64_t most_resamples = 1'000'000;

struct EstimateArguments {
    std::string file, unit = "nat", format = "auto";
    std::optional<std::string> items, level, resamples, seed, threads;
    std::vector<std::string> estimators;
    bool header = false, standard_errors = false, keep_going = false, quiet = false;
    bool list = false, json = false;
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
    // Those that need the counts of all groups at once have no value for a line alone.
    if (chosen.empty())
        for (const auto& entry : metrics::estimators())
            if (entry.value != nullptr) chosen.emplace_back(entry);
    return chosen;
}

adapters::EstimateOptions options_of(const EstimateArguments& arguments) {
    adapters::EstimateOptions options;
    options.estimators = chosen_estimators(arguments.estimators);
    options.unit = arguments.unit == "bit" ? adapters::Unit::bit : adapters::Unit::nat;
    options.standard_errors = arguments.standard_errors;
    if (arguments.items)
        options.items = whole_number(*arguments.items, "--items", 1, adapters::most_estimate_items);
    if (arguments.level) options.level = number_between(*arguments.level, "--interval", 0.0, 1.0);
    if (arguments.resamples)
        options.bootstrap = {.resamples = static_cast<std::uint32_t>(whole_number(
                                 *arguments.resamples, "--bootstrap", 2, most_resamples)),
                             .seed = 1};
    if (arguments.seed)
        options.bootstrap->seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    return options;
}

adapters::CountsFormat format_of(const EstimateArguments& arguments) {
    if (arguments.header && arguments.format == "jsonl")
        throw CLI::ValidationError("--header", "is for CSV (allowed: --format csv or auto)");
    if (arguments.header || arguments.format == "csv") return adapters::CountsFormat::csv;
    return arguments.format == "jsonl" ? adapters::CountsFormat::json_lines
                                       : adapters::CountsFormat::automatic;
}

std::string lines_text(std::uint64_t lines) {
    return std::to_string(lines) + (lines == 1 ? " line" : " lines");
}

adapters::EstimateSummary estimate_file(const EstimateArguments& arguments,
                                        const adapters::EstimateOptions& options) {
    adapters::LinesProgress progress;
    adapters::EstimateInput input{.file = arguments.file.empty() ? "-" : arguments.file,
                                  .format = format_of(arguments),
                                  .header = arguments.header,
                                  .keep_going = arguments.keep_going,
                                  .threads = thread_count(arguments.threads),
                                  .progress = &progress,
                                  .stop = &watch_stop_signals()};
    const InputFile file(input.file);
    adapters::DescriptorSource source(file.descriptor(), input.file, *input.stop);
    // Lines that run over the terminal are their own progress, and would tear the bar.
    const bool quiet = arguments.quiet || ::isatty(STDOUT_FILENO) == 1;
    ProgressDisplay display(
        [&](double seconds) {
            return file.size() ? bytes_progress_line(progress.bytes, *file.size(), seconds)
                               : open_progress_line(progress.lines, seconds, "lines");
        },
        quiet);
    input.complain = [&](const std::string& what) { display.say("truegap: " + what); };
    return adapters::estimate_lines(source, input, options, std::cout);
}

void estimate(EstimateArguments arguments) {
    if (arguments.list) {
        std::cout << (arguments.json ? estimators_as_json() : estimators_as_text());
        return;
    }
    give_back_file(arguments);
    const adapters::EstimateOptions options = options_of(arguments);
    const adapters::EstimateSummary summary = estimate_file(arguments, options);
    if (!std::cout) return;
    if (summary.interrupted)
        throw Exit(interrupted,
                   "interrupted; " + lines_text(summary.written) + " of estimates written");
    if (summary.skipped > 0)
        throw Exit(failure,
                   std::to_string(summary.skipped) + " of " + lines_text(summary.lines) +
                       " skipped" +
                       (summary.skipped > adapters::most_complaints
                            ? ", the first " + std::to_string(adapters::most_complaints) +
                                  " of them named above"
                            : ""));
}

void add_input_options(CLI::App& command, EstimateArguments& arguments) {
    command.add_option(
        "FILE",
        arguments.file,
        "Lines of [3, 2, 1] or {\"counts\": [3, 2, 1], \"items\": K, \"id\": ...}, or "
        "CSV rows of counts (default: standard input)");
    command
        .add_option("--format",
                    arguments.format,
                    "jsonl, csv or auto (default: by the first character, then the file's name)")
        ->type_name("jsonl|csv|auto")
        ->check(CLI::IsMember({"jsonl", "csv", "auto"}));
    command.add_flag("--header",
                     arguments.header,
                     "The first CSV row is a header, even if its names are numbers");
    command
        .add_option("--items",
                    arguments.items,
                    "K, how many items there are; a line's own \"items\" goes before it")
        ->type_name("K");
    command.add_flag("--keep-going",
                     arguments.keep_going,
                     "Skip bad lines, name them on standard error, and exit with 1 at the end");
}

void add_output_options(CLI::App& command, EstimateArguments& arguments) {
    command
        .add_option("--estimator",
                    arguments.estimators,
                    "Estimators by name (default: all; --list tells them)")
        ->type_name("NAME");
    command.add_option("--unit", arguments.unit, "nat (default) or bit")
        ->type_name("nat|bit")
        ->check(CLI::IsMember({"nat", "bit"}));
    command.add_flag("--se",
                     arguments.standard_errors,
                     "Standard errors of all estimators (default: of posteriors only)");
    command
        .add_option("--interval",
                    arguments.level,
                    "Intervals of this level, such as 0.95: normal, within [0, ln K]; implies --se")
        ->type_name("P");
    CLI::Option* const bootstrap =
        command
            .add_option("--bootstrap",
                        arguments.resamples,
                        "Standard errors and basic intervals from B resamples of each line; "
                        "implies --se")
            ->type_name("B");
    command.add_option("--seed", arguments.seed, "Seed of the resamples (default: 1)")
        ->type_name("N")
        ->needs(bootstrap);
}

}  // namespace

void add_estimate(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "estimate", "Entropy estimates of your own counts, one line in, one JSON line out");
    const auto arguments = std::make_shared<EstimateArguments>();
    add_input_options(*command, *arguments);
    add_output_options(*command, *arguments);
    command
        ->add_option("--threads",
                     arguments->threads,
                     "Threads (default: all cores; the output does not depend on it)")
        ->type_name("N");
    command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
    CLI::Option* const list = command->add_flag(
        "--list", arguments->list, "Every estimator: formula, what it needs, its limits, source");
    command->add_flag("--json", arguments->json, "--list as JSON")->needs(list);
    command->footer(
        "Exit codes: 0 every line answered, 1 lines skipped (--keep-going) or output not "
        "writable,\n"
        "2 a bad line or option, 130 interrupted.\n"
        "\n"
        "Example:\n"
        "  echo '[3, 2, 1]' | truegap estimate --unit bit\n"
        "  printf 'a,b,c\\n3,2,1\\n' | truegap estimate --estimator plug_in chao_shen --interval "
        "0.95\n"
        "  echo '{\"counts\": [3, 2, 1], \"items\": 50}' |\n"
        "    truegap estimate --estimator plug_in --bootstrap 1000 --seed 7");
    command->callback([arguments] { estimate(*arguments); });
}

}  // namespace truegap::cli
