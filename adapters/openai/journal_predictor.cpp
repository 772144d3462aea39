#include "adapters/openai/journal_predictor.hpp"

#include <optional>
#include <utility>

#include "adapters/io/input_error.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/openai/request.hpp"

namespace truegap::adapters {

namespace {

class JournalAnswers final : public Outside {
  public:
    JournalAnswers(OpenaiSettings settings, PromptSpec prompts, JournalPlace place)
        : settings_(std::move(settings)), prompts_(std::move(prompts)), place_(std::move(place)) {}

    [[nodiscard]] std::vector<metrics::Response> answer(
        std::span<const Question> questions) override {
        std::optional<Journal> journal = Journal::to_read(place_.path);
        Journal* const there = journal ? &*journal : nullptr;
        JournalResponses read =
            journal_responses({.settings = settings_,
                               .prompts = prompts_,
                               .capabilities = kept_capabilities(settings_, there),
                               .questions = {questions.begin(), questions.end()}},
                              there);
        if (read.missing > 0 && !place_.partial) refuse(questions.size(), read);
        return std::move(read.responses);
    }

  private:
    [[noreturn]] void refuse(std::size_t questions, const JournalResponses& read) const {
        const std::size_t requests = questions * requests_per_question(settings_.answer);
        throw InputError(settings_.place + ": " + std::to_string(read.missing) + " of " +
                         std::to_string(requests) + " answers are not in " + place_.path.string() +
                         ", the first of them that of context " + in_quotes(read.first_missing) +
                         " (allowed: " + place_.command + " first, or --partial)");
    }

    OpenaiSettings settings_;
    PromptSpec prompts_;
    JournalPlace place_;
};

}  // namespace

JournalResponses journal_responses(const Asked& asked, Journal* journal) {
    const std::uint32_t each = requests_per_question(asked.settings.answer);
    JournalResponses result;
    result.responses.reserve(asked.questions.size());
    for (std::size_t q = 0; q < asked.questions.size(); ++q) {
        std::vector<Reply> replies;
        Prompt prompt;
        for (std::uint32_t sample = 0; sample < each; ++sample) {
            WrittenRequest written = write_request(asked, q, sample);
            prompt = std::move(written.prompt);
            const std::optional<std::string> body =
                journal != nullptr ? journal->reply(written.key) : std::nullopt;
            ReadReply read = body ? read_reply(*body, answers_asked(asked.settings.answer, sample))
                                  : ReadReply{};
            if (read.reply) {
                replies.push_back(std::move(*read.reply));
            } else if (++result.missing == 1) {
                result.first_missing = asked.questions[q].context_id;
            }
        }
        result.responses.push_back(
            replies.empty()
                ? no_response(metrics::NoAnswer::failed)
                : response_of(asked.settings.answer, replies, asked.questions[q], prompt));
    }
    return result;
}

Capabilities kept_capabilities(const OpenaiSettings& settings, Journal* journal) {
    const std::optional<Capabilities> found =
        journal != nullptr ? journal->capabilities(settings.base_url, settings.model)
                           : std::nullopt;
    return laid_over(settings.stated, found.value_or(assumed_capabilities()));
}

std::unique_ptr<Outside> journal_predictor(OpenaiSettings settings,
                                           PromptSpec prompts,
                                           JournalPlace place) {
    return std::make_unique<JournalAnswers>(
        std::move(settings), std::move(prompts), std::move(place));
}

}  // namespace truegap::adapters
