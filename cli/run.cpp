#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/scenario_source.hpp"
#include "cli/stop_signal.hpp"
#include "cli/summary_text.hpp"
#include "cli/version.hpp"

#include "sim/study.hpp"
#include "adapters/io/output_folder.hpp"
#include "adapters/io/results_files.hpp"

namespace truegap::cli {

namespace {

struct RunArguments {
    std::string scenario;
    std::optional<std::string> out, seed, threads, replicates;
    bool quiet = false;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void stop_if_asked(const std::atomic<bool>& stop) {
    if (stop) throw sim::Interrupted();
}

void run(const RunArguments& arguments) {
    adapters::ScenarioOverrides overrides;
    if (arguments.seed)
        overrides.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    if (arguments.replicates)
        overrides.replicates = static_cast<std::uint32_t>(
            whole_number(*arguments.replicates, "--replicates", 1, adapters::most_replicates));
    const unsigned threads = thread_count(arguments.threads);
    const adapters::ScenarioFile source = load_scenario(arguments.scenario, overrides);
    if (arguments.out && arguments.out->empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a folder)");
    const std::string out = arguments.out.value_or("truegap-results/" + source.scenario.name);

    const std::atomic<bool>& stop = watch_stop_signals();
    adapters::OutputFolder folder(out);
    const auto study_start = std::chrono::steady_clock::now();
    std::vector<sim::Results> results;
    with_scenario_errors(source, [&] {
        sim::Progress progress;
        const ProgressDisplay display(
            [&](double seconds) {
                return progress_line(progress.done, progress.total, seconds, "blocks");
            },
            arguments.quiet);
        results = sim::run_grid(source.points,
                                {.threads = threads, .progress = &progress, .stop = &stop});
    });
    const double study_seconds = seconds_since(study_start);
    stop_if_asked(stop);
    const auto write_start = std::chrono::steady_clock::now();
    const std::string hash =
        adapters::write_results(
            results, source.grid, source.document, version, folder.path());
    adapters::write_timings({.threads = threads,
                             .study_seconds = study_seconds,
                             .write_seconds = seconds_since(write_start)},
                            folder.path());
    stop_if_asked(stop);
    folder.publish();

    print_summary(std::cout, source, results);
    std::size_t rows = 0;
    for (const sim::Results& point : results) rows += point.cells.size();
    std::cout << "\nFiles in " << out << ": cells.csv (" << rows
              << " rows), decomposition.csv, summary.csv, results.json, timings.json\n"
              << "SHA-256 of the tables: " << hash << '\n';
}

}  // namespace

void add_run(CLI::App& app) {
    CLI::App* command = app.add_subcommand("run", "Run a whole study and show the metric's bias");
    const auto arguments = std::make_shared<RunArguments>();
    command
        ->add_option("SCENARIO",
                     arguments->scenario,
                     "A scenario file, - for standard input, or a shipped study")
        ->required();
    command
        ->add_option(
            "--out", arguments->out, "Folder for the results (default: truegap-results/NAME)")
        ->type_name("DIR");
    command->add_option("--seed", arguments->seed, "Seed in place of the scenario's")
        ->type_name("N");
    command
        ->add_option("--threads",
                     arguments->threads,
                     "Threads (default: all cores; results do not depend on it)")
        ->type_name("N");
    command
        ->add_option("--replicates", arguments->replicates, "Replicates in place of the scenario's")
        ->type_name("R");
    command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
    command->footer("Example:\n  truegap run quickstart --replicates 200 --out my-first-study");
    command->callback([arguments] { run(*arguments); });
}

}  // namespace truegap::cli
