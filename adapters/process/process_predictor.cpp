#include "adapters/process/process_predictor.hpp"

#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/responses.hpp"

namespace truegap::adapters {

namespace {

constexpr double longest_timeout = 86400.0;

using Key = std::pair<std::string, std::string>;  // context and user

class ProcessPredictor final : public Outside {
  public:
    ProcessPredictor(ProcessSettings settings, const std::atomic<bool>* stop)
        : settings_(std::move(settings)), stop_(stop) {}

    [[nodiscard]] std::vector<metrics::Response> answer(
        std::span<const Question> questions) override {
        std::string input;
        std::set<Key> open;
        for (const Question& question : questions) {
            input += question_line(question);
            open.insert({question.context_id, question.user});
        }
        ResponseBook book("the output of " + program());
        std::optional<std::string> complaint;
        const ProgramEnd end = run_program(
            settings_.call,
            input,
            [&](std::string_view line) { return read(line, book, open, complaint); },
            stop_);
        const Question* unanswered = first_of(questions, open);
        if (complaint) fail(*complaint);
        if (end.kind != ProgramEnd::Kind::finished) fail(what_happened(end, unanswered));
        if (unanswered != nullptr)
            fail("ended without an answer to " + std::to_string(open.size()) + " of " +
                 std::to_string(questions.size()) + " questions, the first of them " +
                 question_name(*unanswered) + " (allowed: one line each)");
        std::string predictor;
        if (!book.predictors().empty()) predictor = book.predictors().front();
        return book.answers(predictor, questions).responses;
    }

  private:
    [[nodiscard]] std::string program() const { return in_quotes(settings_.call.command.front()); }

    [[noreturn]] void fail(const std::string& what) const {
        throw InputError(settings_.place + ": " + program() + " " + what);
    }

    // Takes a line, unless it is wrong: then it says why, and no more is read.
    bool read(std::string_view line,
              ResponseBook& book,
              std::set<Key>& open,
              std::optional<std::string>& complaint) {
        ++lines_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(" \t") == std::string_view::npos) return true;
        try {
            ResponseLine response = read_response_line(line, "its output", lines_);
            response.predictor.clear();
            if (open.erase({response.context_id, response.user}) == 0) {
                complaint = "wrote line " + std::to_string(lines_) + ", which answers " +
                            in_quotes(response.context_id) +
                            (response.user.empty() ? "" : ", user " + in_quotes(response.user)) +
                            " (allowed: each context_id and user that it was asked, once)";
                return false;
            }
            book.add(std::move(response));
        } catch (const InputError& error) {
            complaint = "wrote line " + std::to_string(lines_) +
                        ", which is no response: " + in_quotes(line) + " (" + error.what() + ")";
            return false;
        }
        return true;
    }

    static const Question* first_of(std::span<const Question> questions,
                                    const std::set<Key>& open) {
        for (const Question& question : questions)
            if (open.contains({question.context_id, question.user})) return &question;
        return nullptr;
    }

    [[nodiscard]] std::string what_happened(const ProgramEnd& end,
                                            const Question* unanswered) const {
        std::string what;
        switch (end.kind) {
            case ProgramEnd::Kind::not_started:
                return std::string("cannot be started: ") + std::strerror(end.code) +
                       " (allowed: a program on PATH, or a path from the scenario's folder)";
            case ProgramEnd::Kind::failed:
                what = "ended with exit code " + std::to_string(end.code);
                break;
            case ProgramEnd::Kind::killed:
                what = "was ended by signal " + std::to_string(end.code);
                break;
            case ProgramEnd::Kind::hung:
                what = "said nothing for " + metrics::shortest(settings_.call.timeout_seconds) +
                       " seconds";
                break;
            case ProgramEnd::Kind::finished:
                break;
        }
        what += unanswered != nullptr ? " before it answered " + question_name(*unanswered)
                                      : " after it had answered everything";
        if (!end.last_words.empty()) what += "; its last words: " + in_quotes(end.last_words);
        return what;
    }

    ProcessSettings settings_;
    const std::atomic<bool>* stop_;
    std::size_t lines_ = 0;
};

}  // namespace

ProcessSettings read_process(const JsonNode& node, const std::filesystem::path& directory) {
    node.require_keys({"kind", "name", "command", "timeout", "prompts"});
    ProcessSettings settings;
    for (const JsonNode& word : node["command"].some_elements())
        settings.call.command.push_back(settings.call.command.empty() ? word.nonempty_text()
                                                                      : word.text());
    for (const std::string& word : settings.call.command)
        if (word.find('\0') != std::string::npos)
            node["command"].fail("holds a NUL byte (allowed: words of a command)");
    settings.call.directory = directory;
    if (node.has("timeout")) {
        settings.call.timeout_seconds = node["timeout"].number_between(0.0, longest_timeout);
        if (!(settings.call.timeout_seconds > 0.0))
            node["timeout"].fail("is 0 (allowed: a number of seconds above 0)");
    }
    settings.label = node.has("name") ? node["name"].nonempty_text()
                                      : "process(" + settings.call.command.front() + ")";
    settings.place = node.file() + ": " + node.pointer();
    return settings;
}

std::unique_ptr<Outside> process_predictor(ProcessSettings settings,
                                           const std::atomic<bool>* stop) {
    return std::make_unique<ProcessPredictor>(std::move(settings), stop);
}

}  // namespace truegap::adapters
