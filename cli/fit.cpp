#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signal.hpp"
#include "cli/text_table.hpp"
#include "cli/version.hpp"

#include "sim/latent_class_fit.hpp"
#include "adapters/datasets/summary.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/split_targets.hpp"
#include "adapters/io/twin.hpp"
#include "adapters/io/whole_file.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint64_t most_starts = 10'000;

struct FitArguments {
    std::string targets, out = "twin.json";
    std::vector<std::string> classes;
    std::optional<std::string> most_classes, starts, share, judged, seed, threads;
    bool quiet = false;
};

std::vector<std::uint32_t> listed_classes(const std::vector<std::string>& texts) {
    std::vector<std::uint32_t> classes;
    for (const std::string& text : texts) {
        std::istringstream in(text);
        for (std::string part; std::getline(in, part, ',');)
            classes.push_back(static_cast<std::uint32_t>(
                whole_number(part, "--classes", 1, sim::most_fitted_classes)));
    }
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

// 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, … up to the most.
std::vector<std::uint32_t> classes_up_to(std::uint32_t most) {
    std::vector<std::uint32_t> classes;
    for (std::uint32_t z = 1, step = 1; z <= most; z += step) {
        classes.push_back(z);
        if (z >= 4 * step) step = z / 2;
    }
    return classes;
}

sim::FitPlan plan_of(const FitArguments& arguments) {
    sim::FitPlan plan;
    if (!arguments.classes.empty() && arguments.most_classes)
        throw CLI::ValidationError("--most-classes",
                                   "stands beside --classes (allowed: one of the two)");
    if (!arguments.classes.empty()) plan.classes = listed_classes(arguments.classes);
    if (arguments.most_classes)
        plan.classes = classes_up_to(static_cast<std::uint32_t>(
            whole_number(*arguments.most_classes, "--most-classes", 1, sim::most_fitted_classes)));
    if (arguments.starts)
        plan.starts =
            static_cast<std::uint32_t>(whole_number(*arguments.starts, "--starts", 1, most_starts));
    if (arguments.seed) plan.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    plan.threads = thread_count(arguments.threads);
    return plan;
}

adapters::NamedText read_whole(const std::string& name, const std::atomic<bool>& stop) {
    adapters::NamedText file{.name = name, .text = {}};
    const InputFile input(name);
    adapters::DescriptorSource source(input.descriptor(), name, stop);
    std::vector<char> piece(std::size_t{1} << 20U);
    while (const std::size_t bytes = source.read(piece)) file.text.append(piece.data(), bytes);
    return file;
}

std::string lines_of(const std::vector<adapters::Target>& targets) {
    std::string text;
    for (const adapters::Target& target : targets) text += adapters::target_line(target);
    return text;
}

sim::Fit fit_with_progress(const sim::FitData& data, sim::FitPlan plan, bool quiet) {
    sim::Progress progress;
    plan.progress = &progress;
    const ProgressDisplay display(
        [&](double seconds) {
            return progress_line(progress.done, progress.total, seconds, "EM runs");
        },
        quiet);
    return sim::fit_latent_classes(data, plan);
}

void print_fit(std::ostream& out, const sim::Fit& fit, const adapters::FitInputs& inputs) {
    out << inputs.data.events() << " choices of " << inputs.data.groups.size() << " groups among "
        << inputs.data.items << " items";
    if (!inputs.data.sequences.empty())
        out << ", " << inputs.data.sequences.size() << " of them by users with histories";
    out << "\n\n";
    if (!fit.held_out.empty()) {
        TextTable table;
        table.add({"classes", "borrowed", "held-out ln P", "se"});
        for (const sim::HeldOut& row : fit.held_out)
            table.add({std::to_string(row.classes) +
                           (row.classes == fit.population.classes() ? " *" : ""),
                       figure(row.strength, false),
                       figure(row.log_likelihood, true),
                       figure(row.standard_error, false)});
        table.print(out);
        out << "\nborrowed: pseudo-choices of everybody in each class; ln P in nat a choice\n";
    }
    out << fit.population.classes() << " classes";
    const double kappa = fit.population.concentration().front();
    if (!inputs.data.sequences.empty())
        out << ", users' own preferences of concentration " << figure(kappa, false);
    out << ", after " << fit.rounds << " rounds"
        << (fit.converged ? "" : " (the last one still gained something)") << '\n';
}

void fit(const FitArguments& arguments) {
    if (arguments.out.empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a file)");
    if (arguments.share.has_value() != arguments.judged.has_value())
        throw CLI::ValidationError(arguments.share ? "--judged" : "--share",
                                   "is missing (allowed: both --share and --judged, or neither)");
    const double share =
        arguments.share ? number_between(*arguments.share, "--share", 0.0, 1.0) : 1.0;
    sim::FitPlan plan = plan_of(arguments);
    const std::atomic<bool>& stop = watch_stop_signals();
    plan.stop = &stop;
    adapters::WholeFile out(arguments.out, "fitted population", adapters::is_twin);
    std::optional<adapters::WholeFile> judged;
    if (arguments.judged)
        judged.emplace(*arguments.judged, "file of targets", adapters::is_targets);
    const adapters::NamedText file = read_whole(arguments.targets, stop);
    adapters::TextSource source(file.text);
    std::vector<adapters::Target> targets = adapters::read_targets(source, file.name);
    adapters::SplitTargets split;
    if (judged) {
        split = adapters::split_targets(targets, file.name, share, plan.seed);
        for (const auto* part : {&split.fitted, &split.judged})
            if (part->empty())
                throw CLI::ValidationError(
                    "--share",
                    "leaves nobody to be " +
                        std::string(part == &split.fitted ? "fitted to" : "judged") +
                        " (allowed: a share that leaves users on either side)");
        targets = split.fitted;
    }
    const adapters::FitInputs inputs = adapters::read_fit_inputs(targets, file.name);
    adapters::Digest digest;
    digest.add(file.text);
    const sim::Fit fitted = fit_with_progress(inputs.data, plan, arguments.quiet);
    out.write(adapters::twin_text(fitted,
                                  inputs,
                                  plan,
                                  {.version = version,
                                   .targets = file.name,
                                   .targets_sha256 = digest.hexadecimal(),
                                   .share = share}));
    if (judged) judged->write(lines_of(split.judged));
    print_fit(std::cout, fitted, inputs);
    std::cout << "fitted population in " << arguments.out;
    if (judged)
        std::cout << ", " << split.judged.size() << " targets of the users to be judged in "
                  << *arguments.judged;
    std::cout << '\n';
}

}  // namespace

void add_fit(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "fit", "Fit a population to what users did: a twin whose truth is known");
    const auto arguments = std::make_shared<FitArguments>();
    command
        ->add_option(
            "TARGETS", arguments->targets, "What users chose: JSON lines (docs/formats.md)")
        ->required();
    command->add_option("--out", arguments->out, "File to write (default: twin.json)")
        ->type_name("TWIN.json");
    command
        ->add_option("--classes",
                     arguments->classes,
                     "Numbers of latent classes to choose among, by held-out users (default: "
                     "1,2,3,4,6,8,10,12)")
        ->type_name("Z,Z,...");
    command->add_option("--most-classes", arguments->most_classes, "The same, up to Z")
        ->type_name("Z");
    command->add_option("--starts", arguments->starts, "Random starts of the fit (default: 8)")
        ->type_name("S");
    command
        ->add_option("--share",
                     arguments->share,
                     "Fit to that share of the users, and leave the others to be judged")
        ->type_name("F");
    command->add_option("--judged", arguments->judged, "Where the targets of the others go")
        ->type_name("REST.jsonl");
    command->add_option("--seed", arguments->seed, "Seed of starts, folds and shares (default: 1)")
        ->type_name("N");
    command
        ->add_option("--threads",
                     arguments->threads,
                     "Threads (default: all cores; results do not depend on it)")
        ->type_name("N");
    command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
    command->footer(
        "A scenario that says \"population\": \"TWIN.json\" is about the fitted users.\n"
        "Example:\n  truegap fit targets.jsonl --out twin.json");
    command->callback([arguments] { fit(*arguments); });
}

}  // namespace truegap::cli
