#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/comparison_text.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"
#include "cli/score_text.hpp"
#include "cli/stop_signal.hpp"
#include "cli/verdict_text.hpp"
#include "cli/version.hpp"

#include "sim/study.hpp"
#include "adapters/io/comparison_files.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/line_source.hpp"
#include "adapters/io/output_folder.hpp"
#include "adapters/io/score_files.hpp"
#include "adapters/io/score_inputs.hpp"
#include "adapters/io/verdict_files.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint64_t most_resamples = 1'000'000;
constexpr std::uint64_t longest_ranking = 1'000'000;

struct ScoreArguments {
    std::string targets, unit = "nat", out = "truegap-results/score";
    std::vector<std::string> responses, approximations, estimators;
    std::optional<std::string> methods, top, seed, resamples, level, threads, margin,
        without_demographics, noise_floor, floor_draws, outer_draws;
    bool partial = false;
};

adapters::NamedText read_whole(const std::string& name, const std::atomic<bool>& stop) {
    adapters::NamedText file{.name = name, .text = {}};
    const InputFile input(name);
    adapters::DescriptorSource source(input.descriptor(), name, stop);
    std::vector<char> piece(std::size_t{1} << 20U);
    while (const std::size_t bytes = source.read(piece)) file.text.append(piece.data(), bytes);
    return file;
}

void stop_if_asked(const std::atomic<bool>& stop) {
    if (stop) throw sim::Interrupted();
}

adapters::ScoreReading reading_of(const ScoreArguments& arguments) {
    adapters::ScoreReading reading;
    reading.partial = arguments.partial;
    if (arguments.top) reading.top = whole_number(*arguments.top, "--top", 1, longest_ranking);
    if (arguments.seed)
        reading.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    return reading;
}

adapters::ScoreSettings settings_of(const ScoreArguments& arguments) {
    adapters::ScoreSettings settings;
    settings.version = version;
    settings.unit = arguments.unit == "bit" ? adapters::Unit::bit : adapters::Unit::nat;
    if (arguments.level) settings.level = number_between(*arguments.level, "--level", 0.0, 1.0);
    if (arguments.resamples)
        settings.resamples = static_cast<std::uint32_t>(
            whole_number(*arguments.resamples, "--resamples", 2, most_resamples));
    return settings;
}

std::vector<sim::ObservedPool> contexts_of(const std::vector<adapters::ScorePool>& pools) {
    std::vector<sim::ObservedPool> contexts;
    contexts.reserve(pools.size());
    for (const adapters::ScorePool& pool : pools) contexts.push_back(pool.contexts);
    return contexts;
}

constexpr double default_margin = 0.1;  // nat
constexpr double widest_margin = 100.0;

// `A=B`: the numbers of the two predictors. A name may hold a `=` itself.
std::optional<SetUps> set_ups_of(const std::optional<std::string>& text,
                                 const sim::ObservedStudy& study) {
    if (!text) return std::nullopt;
    const auto number = [&](const std::string& label) -> std::optional<std::size_t> {
        for (std::size_t p = 0; p < study.predictors.size(); ++p)
            if (study.predictors[p].label == label) return p;
        return std::nullopt;
    };
    for (std::size_t at = text->find('='); at != std::string::npos; at = text->find('=', at + 1)) {
        const auto told = number(text->substr(0, at));
        const auto not_told = number(text->substr(at + 1));
        if (told && not_told && *told != *not_told) return SetUps{*told, *not_told};
    }
    std::string labels;
    for (const sim::ObservedPredictor& predictor : study.predictors)
        labels.append(labels.empty() ? "" : ", ").append(predictor.label);
    throw adapters::InputError("--without-demographics",
                               "",
                               "is " + adapters::in_quotes(*text) +
                                   " (allowed: A=B, two different predictors of " + labels + ")");
}

constexpr std::uint64_t most_draws = 1'000'000;

adapters::FloorSettings floor_of(const ScoreArguments& arguments) {
    adapters::FloorSettings floor;
    if (arguments.floor_draws)
        floor.draws = static_cast<std::uint32_t>(
            whole_number(*arguments.floor_draws, "--floor-draws", 19, most_draws));
    if (arguments.outer_draws)
        floor.outer_draws = static_cast<std::uint32_t>(
            whole_number(*arguments.outer_draws, "--outer-draws", 19, most_draws));
    return floor;
}

// The verdict rests on the recommended metric: it is scored even where it was not asked for.
std::optional<adapters::Twin> twin_of(const std::optional<std::string>& name,
                                      adapters::ScoreMethods& methods,
                                      const std::atomic<bool>& stop) {
    if (!name) return std::nullopt;
    const auto recommended = [](const metrics::Approximation& approximation) {
        return std::holds_alternative<metrics::Recommended>(approximation);
    };
    if (std::none_of(methods.approximations.begin(), methods.approximations.end(), recommended))
        methods.approximations.emplace_back(metrics::Recommended{});
    return adapters::read_twin(read_whole(*name, stop));
}

adapters::Verdicts find_with_progress(const adapters::ScoreResults& results,
                                      const adapters::Comparisons& comparisons,
                                      const std::optional<SetUps>& set_ups,
                                      const adapters::Twin* twin,
                                      const adapters::ScoreSettings& settings,
                                      adapters::FloorSettings floor) {
    std::atomic<std::uint64_t> done{0};
    floor.progress = [&](std::uint32_t draws) { done += draws; };
    const ProgressDisplay display(
        [&](double seconds) { return open_progress_line(done, seconds, "drawn data sets"); },
        twin == nullptr);
    return adapters::find_verdicts(results, comparisons, set_ups, twin, settings, floor);
}

void score(const ScoreArguments& arguments) {
    const adapters::ScoreReading reading = reading_of(arguments);
    adapters::ScoreSettings settings = settings_of(arguments);
    const unsigned threads = thread_count(arguments.threads);
    const double margin = arguments.margin
                              ? number_between(*arguments.margin, "--margin", 0.0, widest_margin)
                              : default_margin;
    const std::atomic<bool>& stop = watch_stop_signals();
    adapters::FloorSettings floor = floor_of(arguments);
    floor.margin = margin;
    floor.threads = threads;
    floor.stop = &stop;
    settings.targets = read_whole(arguments.targets, stop);
    for (const std::string& name : arguments.responses)
        settings.responses.push_back(read_whole(name, stop));
    std::optional<adapters::NamedText> file;
    if (arguments.methods) file = read_whole(*arguments.methods, stop);
    const adapters::ScoreInputs inputs =
        adapters::read_score_inputs(settings.targets, settings.responses, reading);
    adapters::ScoreMethods methods = adapters::read_score_methods(
        arguments.approximations, arguments.estimators, file, inputs.top);
    adapters::add_default_methods(inputs, methods);
    const auto twin = twin_of(arguments.noise_floor, methods, stop);
    adapters::OutputFolder folder(arguments.out);

    const sim::ObservedStudy study = adapters::observed_study(inputs, methods);
    const auto set_ups = set_ups_of(arguments.without_demographics, study);
    adapters::ScoreResults results{.inputs = inputs,
                                   .study = study,
                                   .scores = sim::score_observed(study),
                                   .pools = adapters::score_pools(inputs.targets),
                                   .proxies = {}};
    stop_if_asked(stop);
    results.proxies = sim::summarise(
        study,
        results.scores,
        contexts_of(results.pools),
        {.resamples = settings.resamples, .level = settings.level, .threads = threads});
    stop_if_asked(stop);
    const adapters::Comparisons comparisons =
        adapters::compare_predictors(results,
                                     {.resamples = settings.resamples,
                                      .level = settings.level,
                                      .margin = margin,
                                      .threads = threads});
    stop_if_asked(stop);
    const adapters::Verdicts verdicts =
        find_with_progress(results, comparisons, set_ups, twin ? &*twin : nullptr, settings, floor);
    const std::string hash = adapters::write_score(results, settings, folder.path());
    adapters::write_verdicts(
        results, verdicts, twin ? &*twin : nullptr, settings, floor, folder.path());
    adapters::write_comparisons(results, comparisons, settings.unit, folder.path());
    folder.publish();

    print_score(std::cout, results, settings.unit);
    print_comparisons(std::cout, results, comparisons, set_ups, settings, margin);
    print_verdicts(std::cout, results, verdicts, settings, margin);
    std::cout << "\nFiles in " << arguments.out << ": contexts.csv (" << results.scores.rows.size()
              << " rows), proxies.csv, answers.csv, calibration.csv, curve.csv, inversion.json, "
                 "signatures.csv, verdict.json"
              << (comparisons.pairs.empty() ? "" : ", comparisons.csv, ordering.csv")
              << (comparisons.history.empty() ? "" : ", history_length.csv") << ", score.json\n"
              << "SHA-256 of the tables: " << hash << '\n';
}

void add_method_options(CLI::App& command, ScoreArguments& arguments) {
    command
        .add_option("--approximation",
                    arguments.approximations,
                    "How answers become distributions: kinds by name, or as a scenario has them "
                    "in JSON (default: rank_matched, probabilities, recommended)")
        ->type_name("KIND");
    command
        .add_option("--estimator",
                    arguments.estimators,
                    "Entropy estimators by name (default: plug_in, chao_wang_jost, nsb)")
        ->type_name("NAME");
    command
        .add_option("--methods",
                    arguments.methods,
                    "A JSON file with \"approximations\" and \"estimators\" as in a scenario")
        ->type_name("FILE");
    command
        .add_option("--top",
                    arguments.top,
                    "How many places of a ranking are read (default: 10, or the fewest candidates)")
        ->type_name("T");
    command
        .add_option("--margin",
                    arguments.margin,
                    "A difference up to this many nats counts as none (default: 0.1)")
        ->type_name("NAT");
    command
        .add_option("--without-demographics",
                    arguments.without_demographics,
                    "B is predictor A asked without the demographics: are they ignored?")
        ->type_name("A=B");
    command
        .add_option("--noise-floor",
                    arguments.noise_floor,
                    "A population fitted by truegap fit: what a perfect predictor would score here")
        ->type_name("TWIN.json");
    command
        .add_option(
            "--floor-draws", arguments.floor_draws, "Data sets drawn from it (default: 999)")
        ->type_name("B");
    command
        .add_option("--outer-draws",
                    arguments.outer_draws,
                    "Refitted data sets, where it was fitted to these targets (default: 199)")
        ->type_name("B");
    command.add_option("--unit", arguments.unit, "nat (default) or bit")
        ->type_name("nat|bit")
        ->check(CLI::IsMember({"nat", "bit"}));
}

}  // namespace

void add_score(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "score", "Entropy, cross-entropy and gap of predictors on what users really chose");
    const auto arguments = std::make_shared<ScoreArguments>();
    command
        ->add_option(
            "--targets", arguments->targets, "What users chose: JSON lines (docs/formats.md)")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--responses",
                     arguments->responses,
                     "What predictors said: JSON lines, one file or several")
        ->type_name("FILE")
        ->required();
    add_method_options(*command, *arguments);
    command
        ->add_option("--resamples",
                     arguments->resamples,
                     "Bootstrap resamples of the contexts of a proxy (default: 2000)")
        ->type_name("B");
    command->add_option("--level", arguments->level, "Level of the intervals (default: 0.95)")
        ->type_name("P");
    command
        ->add_option("--seed",
                     arguments->seed,
                     "Seed of the resamples and of the metric's own lotteries (default: 1)")
        ->type_name("N");
    command
        ->add_option(
            "--out", arguments->out, "Folder for the results (default: truegap-results/score)")
        ->type_name("DIR");
    command->add_flag(
        "--partial", arguments->partial, "Score what is there; missing responses count as failed");
    command
        ->add_option("--threads",
                     arguments->threads,
                     "Threads (default: all cores; results do not depend on it)")
        ->type_name("N");
    command->footer(
        "Example:\n  truegap score --targets targets.jsonl --responses gpt-4o-mini.jsonl");
    command->callback([arguments] { score(*arguments); });
}

}  // namespace truegap::cli
