#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <unordered_set>

#include "cli/arguments.hpp"
#include "cli/asked_questions.hpp"
#include "cli/commands.hpp"

#include "adapters/io/input_error.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/whole_file.hpp"
#include "adapters/openai/asking.hpp"
#include "adapters/openai/batch.hpp"
#include "adapters/openai/journal.hpp"
#include "adapters/openai/journal_predictor.hpp"
#include "adapters/openai/probe.hpp"

namespace truegap::cli {

namespace {

struct PromptsArguments {
    std::string scenario;
    std::optional<std::string> predictor, journal, out, context, seed;
};

const adapters::Question& shown_question(const AskedPredictor& asked,
                                         const std::optional<std::string>& context) {
    if (!context) return asked.questions.front();
    std::vector<std::string> ids;
    for (const adapters::Question& question : asked.questions) {
        if (question.context_id == *context) return question;
        ids.push_back(question.context_id);
    }
    throw CLI::ValidationError("--context",
                               "is " + adapters::in_quotes(*context) + "; the nearest is " +
                                   adapters::in_quotes(adapters::nearest(*context, ids)) +
                                   " (allowed: a context_id of the " + std::to_string(ids.size()) +
                                   " contexts asked about)");
}

void show(const AskedPredictor& asked, const adapters::Question& question) {
    const adapters::AnswerForm form = asked.predictor.openai ? asked.predictor.openai->answer.form
                                                             : adapters::AnswerForm::ranking;
    const adapters::Prompt prompt = adapters::write_prompt(asked.predictor.prompts, question, form);
    std::cout << "--- context " << question.context_id
              << (question.user.empty() ? "" : ", user " + question.user) << ", one of "
              << asked.questions.size() << " ---\n";
    if (!prompt.system.empty()) std::cout << "--- system ---\n" << prompt.system << '\n';
    std::cout << "--- user ---\n" << prompt.user << '\n';
}

// The requests that the journal does not answer yet, as a batch file.
std::string batch_text(const AskedPredictor& one,
                       adapters::Journal* journal,
                       std::unordered_set<std::string>& seen,
                       std::size_t& lines) {
    adapters::Asked asked{
        .settings = *one.predictor.openai,
        .prompts = one.predictor.prompts,
        .capabilities = adapters::kept_capabilities(*one.predictor.openai, journal),
        .questions = one.questions};
    std::size_t most = 0;
    for (const adapters::Question& question : asked.questions)
        most = std::max(most, question.candidates.size());
    adapters::refuse_unable(asked.settings, asked.capabilities, most);
    const adapters::RequestPlan plan = adapters::plan_requests(asked, journal, seen);
    std::string text;
    for (const adapters::PlannedRequest& request : plan.open)
        text += adapters::batch_line(asked, request);
    lines += plan.open.size();
    return text;
}

void write_file(const PromptsArguments& arguments, const std::vector<AskedPredictor>& asked) {
    const bool batch = asked.front().predictor.openai.has_value();
    adapters::WholeFile out(
        *arguments.out,
        batch ? "batch file" : "file of questions",
        [batch](const std::string& text) {
            return text.empty() || text.starts_with(batch ? "{\"custom_id\":" : "{\"context_id\":");
        });
    std::string text;
    std::size_t lines = 0;
    if (batch) {
        std::optional<adapters::Journal> journal = adapters::Journal::to_read(
            journal_path({.journal = arguments.journal}, asked.front().predictor.study));
        std::unordered_set<std::string> seen;
        for (const AskedPredictor& one : asked)
            text += batch_text(one, journal ? &*journal : nullptr, seen, lines);
    } else {
        for (const AskedPredictor& one : asked)
            for (const adapters::Question& question : one.questions) {
                text += adapters::question_line(question);
                ++lines;
            }
    }
    out.write(text);
    std::cout << asked.front().predictor.label << ": " << lines
              << (batch ? " requests in " : " questions in ") << *arguments.out << '\n';
}

void prompts(const PromptsArguments& arguments) {
    if (arguments.out && arguments.out->empty())
        throw CLI::ValidationError("--out", "is empty (allowed: the name of a file)");
    adapters::ScenarioOverrides overrides;
    if (arguments.seed)
        overrides.seed = whole_number(*arguments.seed, "--seed", 0, ~std::uint64_t{0});
    const std::vector<AskedPredictor> asked = asked_questions(
        arguments.scenario, arguments.predictor, {.journal = arguments.journal}, overrides);
    if (arguments.out)
        write_file(arguments, asked);
    else
        show(asked.front(), shown_question(asked.front(), arguments.context));
}

}  // namespace

void add_prompts(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "prompts", "Show what a predictor outside is asked, or write a batch file of it");
    const auto arguments = std::make_shared<PromptsArguments>();
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
        ->add_option("--out",
                     arguments->out,
                     "Write everything: of an openai predictor the open requests as a batch file, "
                     "else the questions as JSON lines")
        ->type_name("FILE.jsonl");
    command->add_option("--context", arguments->context, "Show this context (default: the first)")
        ->type_name("ID");
    command
        ->add_option("--journal",
                     arguments->journal,
                     "Whose answers need not be asked for again (default: "
                     "truegap-journals/NAME.sqlite)")
        ->type_name("FILE");
    command->add_option("--seed", arguments->seed, "Seed in place of the scenario's")
        ->type_name("N");
    command->footer("Example:\n  truegap prompts four_scripts --predictor Hindi");
    command->callback([arguments] { prompts(*arguments); });
}

}  // namespace truegap::cli
