#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/curve_text.hpp"
#include "cli/inversion_text.hpp"
#include "cli/predictors.hpp"
#include "cli/progress.hpp"
#include "cli/scenario_source.hpp"
#include "cli/stop_signal.hpp"
#include "cli/summary_text.hpp"
#include "cli/version.hpp"

#include "sim/curves.hpp"
#include "sim/study.hpp"
#include "adapters/io/curve_files.hpp"
#include "adapters/io/curve_json.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/inversion_files.hpp"
#include "adapters/io/output_folder.hpp"
#include "adapters/io/results_files.hpp"
#include "adapters/io/study_state.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint32_t default_most_replicates = 1'000'000;

struct RunArguments {
    std::string scenario;
    std::optional<std::string> out, seed, threads, replicates, target_mcse, max_replicates;
    std::optional<std::string> journal;
    bool quiet = false, fresh = false, partial = false;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void stop_if_asked(const std::atomic<bool>& stop) {
    if (stop) throw sim::Interrupted();
}

// Where results go, as a folder of that name is looked for later.
std::string output_name(const RunArguments& arguments, const sim::Scenario& scenario) {
    if (arguments.out && arguments.out->empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a folder)");
    return arguments.out.value_or("truegap-results/" + scenario.name);
}

void set_target(const RunArguments& arguments,
                const sim::Scenario& scenario,
                sim::StudyOptions& options) {
    if (!arguments.target_mcse) {
        if (arguments.max_replicates)
            throw CLI::ValidationError("--max-replicates",
                                       "stands alone (allowed: beside --target-mcse)");
        return;
    }
    options.target_mcse = number_between(
        *arguments.target_mcse, "--target-mcse", 0.0, std::numeric_limits<double>::infinity());
    options.most_replicates =
        arguments.max_replicates
            ? static_cast<std::uint32_t>(whole_number(*arguments.max_replicates,
                                                      "--max-replicates",
                                                      scenario.replicates,
                                                      adapters::most_replicates))
            : std::max(default_most_replicates, scenario.replicates);
}

// Which build this is: replicates of another one may mean something else. Its version alone where the
// program's file cannot be read.
std::string build_identity() {
    std::ifstream program("/proc/self/exe", std::ios::binary);
    if (!program) return version;
    adapters::Digest digest;
    std::array<char, 1U << 16U> piece{};
    while (program.read(piece.data(), piece.size()) || program.gcount() > 0)
        digest.add({piece.data(), static_cast<std::size_t>(program.gcount())});
    return std::string(version) + '+' + digest.hexadecimal();
}

adapters::StudyState study_state(const adapters::ScenarioFile& source,
                                 const std::filesystem::path& folder) {
    std::vector<std::string> identities;
    for (std::size_t i = 0; i < source.points.size(); ++i)
        identities.push_back(adapters::replicates_identity(source, i));
    return {std::move(identities), build_identity(), folder / adapters::state_file_name};
}

// Replicates are kept by scenario, which does not tell what predictors outside answer.
bool asks_outside(const adapters::ScenarioFile& source) {
    return std::any_of(source.points.begin(), source.points.end(), [](const auto& point) {
        return std::any_of(point.scenario.predictors.begin(),
                           point.scenario.predictors.end(),
                           [](const sim::PredictorMaker& maker) { return maker.outside; });
    });
}

void say(const std::string& text) {
    std::cerr << "truegap: " << text << '\n';
}

sim::StudyCurves find_curves(const adapters::ScenarioFile& source,
                             const std::vector<sim::Results>& results,
                             const sim::StudyOptions& study,
                             bool quiet) {
    sim::Progress progress;
    const sim::StudyOptions options{
        .threads = study.threads, .progress = &progress, .stop = study.stop};
    const ProgressDisplay display(
        [&](double seconds) {
            return progress_line(progress.done, progress.total, seconds, "curves");
        },
        quiet);
    return sim::study_curves(source.points, results, adapters::curve_specs(source), options);
}

// How often curves are read as inverted, at each point of the grid; nothing where the scenario does not ask.
std::vector<sim::InversionRates> find_inversion_rates(const adapters::ScenarioFile& source,
                                                      const sim::StudyOptions& study,
                                                      bool quiet) {
    std::vector<sim::InversionRates> rates;
    sim::Progress progress;
    for (const sim::GridPoint& point : source.points)
        if (point.scenario.inversion) progress.total += point.scenario.inversion->worlds;
    if (progress.total == 0) return rates;
    const sim::StudyOptions options{
        .threads = study.threads, .progress = &progress, .stop = study.stop};
    const ProgressDisplay display(
        [&](double seconds) {
            return progress_line(progress.done, progress.total, seconds, "worlds judged");
        },
        quiet);
    with_scenario_errors(source, [&] {
        for (const sim::GridPoint& point : source.points)
            rates.push_back(sim::at_point(
                point, [&] { return sim::inversion_rates(point.scenario, options); }));
    });
    return rates;
}

void run(const RunArguments& arguments) {
    adapters::ScenarioOverrides overrides;
    if (arguments.seed)
        overrides.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    if (arguments.replicates)
        overrides.replicates = static_cast<std::uint32_t>(
            whole_number(*arguments.replicates, "--replicates", 1, adapters::most_replicates));
    const unsigned threads = thread_count(arguments.threads);
    const adapters::ScenarioFile source = load_scenario(
        arguments.scenario,
        overrides,
        predictor_reader({.journal = arguments.journal, .partial = arguments.partial}));
    const std::string out = output_name(arguments, source.scenario);

    const std::atomic<bool>& stop = watch_stop_signals();
    sim::Progress progress;
    sim::StudyOptions options{.threads = threads, .progress = &progress, .stop = &stop};
    set_target(arguments, source.scenario, options);
    adapters::OutputFolder folder(out);
    adapters::StudyState state = study_state(source, folder.path());
    const bool remembers = !asks_outside(source);
    if (remembers) options.memory = &state;
    if (remembers && !arguments.fresh)
        if (const auto useless = state.read(std::filesystem::path(out) / adapters::state_file_name))
            say(out + ": " + adapters::state_file_name + " there " + *useless +
                ", so all replicates are drawn anew");
    const auto study_start = std::chrono::steady_clock::now();
    std::vector<sim::Results> results;
    with_scenario_errors(source, [&] {
        const ProgressDisplay display(
            [&](double seconds) {
                return options.target_mcse
                           ? open_progress_line(progress.done, seconds, "blocks")
                           : progress_line(progress.done, progress.total, seconds, "blocks");
            },
            arguments.quiet);
        results = sim::run_grid(source.points, options);
    });
    const double study_seconds = seconds_since(study_start);
    stop_if_asked(stop);
    if (const auto none = remembers ? state.finish() : std::nullopt)
        say(std::string(adapters::state_file_name) + " " + *none +
            ", so none is kept: a later run draws all replicates anew");
    if (progress.taken_over > 0 && !arguments.quiet)
        say(std::to_string(progress.taken_over) + " of " + std::to_string(progress.total) +
            " blocks of 64 replicates were taken over from the result that was there");
    const sim::StudyCurves curves = find_curves(source, results, options, arguments.quiet);
    const std::vector<sim::InversionRates> rates =
        find_inversion_rates(source, options, arguments.quiet);
    const auto write_start = std::chrono::steady_clock::now();
    const std::string hash =
        adapters::write_results(results, source.grid, source.document, version, folder.path());
    adapters::write_curves(curves, results, source.grid, version, folder.path());
    if (!rates.empty()) adapters::write_inversion_rates(rates, source.grid, folder.path());
    adapters::write_timings({.threads = threads,
                             .study_seconds = study_seconds,
                             .write_seconds = seconds_since(write_start),
                             .blocks = progress.total,
                             .blocks_taken_over = progress.taken_over},
                            folder.path());
    stop_if_asked(stop);
    folder.publish();

    print_summary(std::cout, source, results);
    if (results.size() == 1 && results.front().populations.size() == 1)
        print_curves(
            std::cout, source.scenario, results.front(), curves.points.front(), curves.level);
    if (!rates.empty()) print_inversion_rates(std::cout, source.grid, rates);
    std::size_t rows = 0;
    for (const sim::Results& point : results) rows += point.cells.size();
    std::cout << "\nFiles in " << out << ": cells.csv (" << rows
              << " rows), decomposition.csv, summary.csv, calibration.csv, curve.csv, "
                 "inversion.json, "
              << (rates.empty() ? "" : "inversion_rates.csv, ") << "results.json, timings.json\n"
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
    command
        ->add_option("--target-mcse",
                     arguments->target_mcse,
                     "Add replicates, from the scenario's on, until the standard error "
                     "(gap_bias_mcse) of every row is at most this")
        ->type_name("E");
    command
        ->add_option("--max-replicates",
                     arguments->max_replicates,
                     "How many replicates --target-mcse may use (default: 1000000)")
        ->type_name("R");
    command->add_flag("--fresh",
                      arguments->fresh,
                      "Take over no replicates from an earlier result in the same folder (results "
                      "do not depend on it)");
    add_outside_options(*command, arguments->journal, arguments->partial);
    command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
    command->footer("Example:\n  truegap run quickstart --replicates 200 --out my-first-study");
    command->callback([arguments] { run(*arguments); });
}

}  // namespace truegap::cli
