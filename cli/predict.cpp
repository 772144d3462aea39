#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/answer_summary.hpp"
#include "cli/arguments.hpp"
#include "cli/asked_questions.hpp"
#include "cli/commands.hpp"
#include "cli/predict_openai.hpp"
#include "cli/responses_file.hpp"

#include "adapters/prompt/outside.hpp"

namespace truegap::cli {

namespace {

// Programs and files answer at once and keep nothing.
std::vector<std::vector<metrics::Response>> answers(const std::vector<AskedPredictor>& asked) {
    std::vector<std::vector<metrics::Response>> result;
    result.reserve(asked.size());
    for (const AskedPredictor& one : asked)
        result.push_back(one.predictor.make()->answer(one.questions));
    return result;
}

void refuse_journal_options(const PredictArguments& arguments, const std::string& label) {
    const auto refuse = [&](bool given, const std::string& option) {
        if (given)
            throw CLI::ValidationError(option,
                                       "is for openai predictors, and \"" + label +
                                           "\" is none (allowed: no " + option + ")");
    };
    refuse(arguments.journal.has_value(), "--journal");
    refuse(arguments.batch.has_value(), "--batch");
    refuse(arguments.resume, "--resume");
}

void say_how_many(const std::vector<AskedPredictor>& asked) {
    std::size_t questions = 0;
    for (const AskedPredictor& one : asked) questions += one.questions.size();
    std::cout << asked.front().predictor.label << ": " << questions << " questions, no requests\n";
}

void predict(const PredictArguments& arguments) {
    if (arguments.out && arguments.out->empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a file)");
    if (arguments.journal && arguments.journal->empty())
        throw CLI::ValidationError("--journal", "is empty (allowed: the name of a file)");
    adapters::ScenarioOverrides overrides;
    if (arguments.seed)
        overrides.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    const std::vector<AskedPredictor> asked = asked_questions(
        arguments.scenario, arguments.predictor, {.journal = arguments.journal}, overrides);
    if (arguments.out) refuse_ambiguous(asked);
    std::optional<std::vector<std::vector<metrics::Response>>> responses;
    if (asked.front().predictor.openai) {
        responses = predict_openai(arguments, asked);
    } else {
        refuse_journal_options(arguments, asked.front().predictor.label);
        if (arguments.dry_run)
            say_how_many(asked);
        else
            responses = answers(asked);
    }
    if (!responses) return;
    if (arguments.out) write_responses(*arguments.out, asked, *responses);
    std::vector<metrics::Response> all;
    for (auto& some : *responses)
        for (metrics::Response& one : some) all.push_back(std::move(one));
    std::cout << answer_summary(all);
    if (arguments.out) std::cout << "responses in " << *arguments.out << '\n';
}

}  // namespace

void add_predict(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "predict", "Ask a predictor outside (a model behind a server, a program) everything");
    const auto arguments = std::make_shared<PredictArguments>();
    command
        ->add_option("SCENARIO",
                     arguments->scenario,
                     "A scenario file, - for standard input, a shipped study, or a file with "
                     "targets")
        ->required();
    command
        ->add_option("--predictor",
                     arguments->predictor,
                     "Which of its predictors (may be left out where only one is outside)")
        ->type_name("NAME");
    command
        ->add_option("--journal",
                     arguments->journal,
                     "Where every answer is kept (default: truegap-journals/NAME.sqlite)")
        ->type_name("FILE");
    command->add_flag(
        "--resume", arguments->resume, "Go on with a journal: ask only for what it does not hold");
    command->add_flag("--dry-run",
                      arguments->dry_run,
                      "Say how many requests and about how many tokens, and send nothing");
    command->add_option("--out", arguments->out, "Write the responses as JSON lines to this file")
        ->type_name("RESPONSES.jsonl");
    command
        ->add_option("--batch",
                     arguments->batch,
                     "Send nothing; take the answers from this file of batch results")
        ->type_name("RESULTS.jsonl");
    command->add_option("--seed", arguments->seed, "Seed in place of the scenario's")
        ->type_name("N");
    command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
    command->footer(
        "Example:\n  truegap predict own_program --predictor '100 examples' --out answers.jsonl");
    command->callback([arguments] { predict(*arguments); });
}

}  // namespace truegap::cli
