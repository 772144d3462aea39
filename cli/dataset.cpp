#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signal.hpp"
#include "cli/text_table.hpp"

#include "sim/study.hpp"
#include "adapters/datasets/pipeline.hpp"
#include "adapters/datasets/summary.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/whole_file.hpp"

namespace truegap::cli {

namespace {

constexpr std::uint64_t longest_history = 100'000;
constexpr std::uint64_t most_candidates = 100'000;
constexpr std::uint64_t most_asked = 1'000'000;

struct DatasetArguments {
    std::string name, folder, out;
    std::optional<std::string> summary, candidates, asked, min_users, seed;
    std::vector<std::string> histories, groups;
    std::string pool = "popular", target = "next-in-pool", items = "artists";
    bool quiet = false;
};

std::vector<std::string> comma_separated(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
    if (parts.empty() || text.back() == ',') parts.emplace_back();
    return parts;
}

std::vector<std::uint32_t> lengths_of(const std::vector<std::string>& texts) {
    std::vector<std::uint32_t> lengths;
    for (const std::string& text : texts)
        for (const std::string& part : comma_separated(text))
            lengths.push_back(
                static_cast<std::uint32_t>(whole_number(part, "--history", 0, longest_history)));
    return lengths;
}

std::vector<adapters::GroupBy> groups_of(const std::vector<std::string>& texts) {
    std::vector<adapters::GroupBy> groups;
    groups.reserve(texts.size());
    for (const std::string& text : texts)
        groups.push_back(text == "none" ? adapters::GroupBy{} : comma_separated(text));
    return groups;
}

adapters::DatasetOptions options_of(const DatasetArguments& arguments) {
    adapters::DatasetOptions options;
    options.name = arguments.name;
    options.items =
        arguments.items == "tracks" ? adapters::ItemKind::tracks : adapters::ItemKind::artists;
    if (options.items == adapters::ItemKind::tracks && options.name != "lastfm_1k")
        throw CLI::ValidationError(
            "--items", "is tracks, which only lastfm_1k has (allowed: artists, or lastfm_1k)");
    if (!arguments.histories.empty()) options.histories = lengths_of(arguments.histories);
    options.groups = groups_of(arguments.groups);
    if (arguments.candidates)
        options.candidates =
            whole_number(*arguments.candidates, "--candidates", 2, most_candidates);
    options.pool =
        arguments.pool == "group" ? adapters::PoolOf::group : adapters::PoolOf::everybody;
    options.choice = arguments.target == "next" ? adapters::ChoiceRule::next
                                                : adapters::ChoiceRule::next_in_pool;
    if (arguments.asked) options.asked = whole_number(*arguments.asked, "--asked", 1, most_asked);
    if (arguments.min_users)
        options.min_users = whole_number(*arguments.min_users, "--min-users", 1, ~std::uint32_t{0});
    if (arguments.seed)
        options.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    return options;
}

void print_summary(std::ostream& out, const adapters::DatasetSummary& summary) {
    TextTable found;
    for (const auto& [words, count] : adapters::found_rows(summary.findings))
        found.add({words, std::to_string(count)});
    found.print(out);
    for (const std::string& line : summary.findings.first_malformed()) out << "  " << line << '\n';
    for (const std::string& name : summary.findings.strange_countries())
        out << "  unknown country: " << name << '\n';
    out << '\n';
    TextTable tallies;
    tallies.add({"groups by",
                 "history",
                 "contexts",
                 "users",
                 "too few events",
                 "no choice",
                 "unknown group"});
    for (const adapters::LengthTally& tally : summary.tallies)
        tallies.add({adapters::group_by_label(tally.by),
                     std::to_string(tally.history_length),
                     std::to_string(tally.contexts),
                     std::to_string(tally.users),
                     std::to_string(tally.too_few_events),
                     std::to_string(tally.no_choice),
                     std::to_string(tally.unknown_group)});
    tallies.print(out);
}

std::filesystem::path summary_path(const DatasetArguments& arguments) {
    if (arguments.summary) return *arguments.summary;
    std::filesystem::path path = arguments.out;
    return path.replace_extension(".summary.json");
}

void make_dataset(const DatasetArguments& arguments) {
    if (arguments.out.empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a file)");
    const adapters::DatasetOptions options = options_of(arguments);
    const std::atomic<bool>& stop = watch_stop_signals();
    adapters::WholeFile targets(arguments.out, "file of targets", adapters::is_targets);
    adapters::WholeFile beside(
        summary_path(arguments), "summary of a data set", adapters::is_dataset_summary);
    std::string text;
    adapters::DatasetSummary summary;
    {
        adapters::ReadingProgress progress;
        const ProgressDisplay display(
            [&](double seconds) {
                return bytes_progress_line(progress.done, progress.total, seconds);
            },
            arguments.quiet);
        summary = adapters::make_targets(
            options, arguments.folder, stop, progress, [&](const adapters::Target& target) {
                text += adapters::target_line(target);
            });
    }
    if (text.empty())
        throw adapters::InputError(arguments.folder,
                                   "",
                                   "gives no target (allowed: users with a choice by these "
                                   "options)");
    if (stop) throw sim::Interrupted();
    targets.write(text);
    beside.write(adapters::summary_json(options, summary));
    print_summary(std::cout, summary);
}

void add_what(CLI::App& command, DatasetArguments& arguments) {
    command
        .add_option("--history", arguments.histories, "History lengths (default: 0,1,3,5,10,20)")
        ->type_name("L,L,...");
    command
        .add_option("--groups",
                    arguments.groups,
                    "Demographics to group by, such as age,gender; none for everybody; may be "
                    "repeated (default: none, each of age, gender, occupation or continent, and "
                    "age,gender)")
        ->type_name("NAME,NAME,...");
    command.add_option("--candidates", arguments.candidates, "Candidates in a pool (default: 50)")
        ->type_name("K");
    command
        .add_option("--pool",
                    arguments.pool,
                    "Whose most chosen items the candidates are: popular (everybody's, default) or "
                    "group")
        ->type_name("popular|group")
        ->check(CLI::IsMember({"popular", "group"}));
    command
        .add_option("--target",
                    arguments.target,
                    "next-in-pool (default): the first event after the history that is a candidate "
                    "and not in it; next: the very next event, if it is a candidate")
        ->type_name("next-in-pool|next")
        ->check(CLI::IsMember({"next-in-pool", "next"}));
    command.add_option("--items", arguments.items, "artists (default) or tracks, for lastfm_1k")
        ->type_name("artists|tracks")
        ->check(CLI::IsMember({"artists", "tracks"}));
}

void add_how(CLI::App& command, DatasetArguments& arguments) {
    command
        .add_option("--asked",
                    arguments.asked,
                    "Users listed in a context with a history (default: 20); counts are of all")
        ->type_name("N");
    command
        .add_option("--min-users",
                    arguments.min_users,
                    "Contexts with fewer users are not written (default: 1)")
        ->type_name("N");
    command.add_option("--seed", arguments.seed, "Seed of all that is drawn (default: 1)")
        ->type_name("N");
    command
        .add_option("--summary",
                    arguments.summary,
                    "Where the summary goes as JSON (default: beside --out, .summary.json)")
        ->type_name("FILE");
    command.add_flag("--quiet", arguments.quiet, "No progress on standard error");
}

}  // namespace

void add_dataset(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "dataset", "Targets from MovieLens or Last.fm: what real users chose, group by group");
    const auto arguments = std::make_shared<DatasetArguments>();
    command
        ->add_option("NAME",
                     arguments->name,
                     "movielens_100k, movielens_1m, movielens_25m, lastfm_360k or lastfm_1k")
        ->required();
    command
        ->add_option("DIR", arguments->folder, "The folder with its files, as its owner has them")
        ->required();
    command->add_option("--out", arguments->out, "File of targets to write")
        ->type_name("FILE")
        ->required();
    add_what(*command, *arguments);
    add_how(*command, *arguments);
    command->footer(
        "Prints what was found, dirt included. Rules: docs/formats.md.\n"
        "Example:\n"
        "  truegap dataset movielens_1m ml-1m --out targets.jsonl --groups none --groups "
        "age,gender");
    command->callback([arguments] { make_dataset(*arguments); });
}

}  // namespace truegap::cli
