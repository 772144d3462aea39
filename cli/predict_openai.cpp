#include "cli/predict_openai.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iostream>
#include <map>
#include <unordered_set>
#include <utility>

#include "cli/exit.hpp"
#include "cli/input_file.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signal.hpp"

#include "adapters/io/input_error.hpp"
#include "adapters/io/line_source.hpp"
#include "adapters/openai/asking.hpp"
#include "adapters/openai/batch.hpp"
#include "adapters/openai/journal.hpp"
#include "adapters/openai/journal_predictor.hpp"
#include "adapters/openai/probe.hpp"
#include "adapters/openai/request.hpp"

namespace truegap::cli {

namespace {

namespace fs = std::filesystem;

using adapters::Asked;
using adapters::Capabilities;
using adapters::Journal;
using adapters::OpenaiSettings;
using adapters::RequestPlan;

using Failures = std::map<std::string, adapters::FailureKind>;

void say(const std::string& text) {
    std::cerr << "truegap: " << text << '\n';
}

std::string counted(std::uint64_t n, const std::string& noun) {
    return std::to_string(n) + ' ' + noun + (n == 1 ? "" : "s");
}

std::string in_a_line(const Failures& failures) {
    std::string line;
    for (const auto& [kind, some] : failures)
        line += (line.empty() ? "" : ", ") + std::to_string(some.count) + ' ' + kind;
    for (const auto& [kind, some] : failures)
        if (!some.first.empty()) return line + " (first: " + some.first + ")";
    return line;
}

std::size_t most_candidates(const std::vector<adapters::Question>& questions) {
    std::size_t most = 0;
    for (const adapters::Question& question : questions)
        most = std::max(most, question.candidates.size());
    return most;
}

bool needs_two_letters(const AskedPredictor& asked) {
    return asked.predictor.openai->answer.form == adapters::AnswerForm::logprobs &&
           most_candidates(asked.questions) > adapters::one_letter_labels;
}

/// What is put to the server, and where it stands.
class Predicting {
  public:
    Predicting(const PredictArguments& arguments, const std::vector<AskedPredictor>& asked)
        : arguments_(arguments),
          source_(asked),
          path_(journal_path({.journal = arguments.journal}, asked.front().predictor.study)) {}

    void dry_run() {
        std::optional<Journal> journal = Journal::to_read(path_);
        keep_capabilities(journal ? &*journal : nullptr);
        plan(journal ? &*journal : nullptr);
        const RequestPlan all = total();
        std::cout << label() << ": " << counted(all.requests, "request") << ", " << all.answered
                  << " of them answered in " << path_.string() << ", " << all.open.size()
                  << " to be sent\n"
                  << "about " << all.prompt_tokens << " prompt tokens, at most "
                  << all.answer_tokens << " answer tokens\n";
    }

    void read_batch_file() {
        Journal journal = Journal::to_write(path_);
        for (const AskedPredictor& one : source_) {
            const OpenaiSettings& settings = *one.predictor.openai;
            // What the batch file was written with, so that `truegap run` finds its answers.
            if (!journal.capabilities(settings.base_url, settings.model))
                journal.store_capabilities(
                    settings.base_url, settings.model, adapters::assumed_capabilities());
        }
        keep_capabilities(&journal);
        plan(nullptr);
        if (asked_.size() > 1)
            throw adapters::InputError(
                "--batch",
                "",
                "is for a scenario whose grid asks several things (allowed: one without)");
        const adapters::BatchRead read = read_file(journal);
        journal_ = std::move(journal);
        std::cout << label() << ": " << counted(read.stored, "answer") << " stored in "
                  << path_.string() << ", " << read.known << " known already, " << read.repeated
                  << " repeated, " << read.unknown << " of other requests\n";
        failures_ = read.failures;
        if (read.unknown > 0)
            say("the first line about no request of " + label() + " has the custom_id " +
                adapters::in_quotes(read.first_unknown));
        plan_again();
    }

    void send() {
        // A key that is missing is said before a file is made.
        if (!fs::exists(path_))
            static_cast<void>(adapters::secret_key(*source_.front().predictor.openai));
        journal_ = Journal::to_write(path_);
        const std::atomic<bool>& stop = watch_stop_signals();
        probe(stop);
        plan(&*journal_);
        const RequestPlan all = total();
        if (all.answered > 0 && !arguments_.resume)
            throw Exit(bad_input,
                       path_.string() + ": holds the answers to " + std::to_string(all.answered) +
                           " of " + counted(all.requests, "request") + " of " +
                           adapters::in_quotes(label()) +
                           " already (allowed: --resume, which asks for the others, or another "
                           "--journal)");
        ask(all, stop);
        report(all);
        refuse_rest(all, stop);
    }

    [[nodiscard]] std::vector<std::vector<metrics::Response>> responses() {
        std::vector<std::vector<metrics::Response>> result;
        std::uint64_t missing = 0;
        for (const Asked& one : asked_) {
            adapters::JournalResponses read = adapters::journal_responses(one, &*journal_);
            missing += read.missing;
            result.push_back(std::move(read.responses));
        }
        if (missing > 0)
            throw Exit(failure,
                       counted(missing, "answer") + " missing in " + path_.string() +
                           (failures_.empty() ? "" : ": " + in_a_line(failures_)) +
                           "; those there are kept");
        return result;
    }

  private:
    [[nodiscard]] const std::string& label() const { return source_.front().predictor.label; }

    void add(const AskedPredictor& one, const Capabilities& capabilities) {
        adapters::refuse_unable(
            *one.predictor.openai, capabilities, most_candidates(one.questions));
        asked_.push_back({.settings = *one.predictor.openai,
                          .prompts = one.predictor.prompts,
                          .capabilities = capabilities,
                          .questions = one.questions});
    }

    // What is known without the network.
    void keep_capabilities(Journal* journal) {
        for (const AskedPredictor& one : source_)
            add(one, adapters::kept_capabilities(*one.predictor.openai, journal));
    }

    // What is known, and the rest by asking the server.
    void probe(const std::atomic<bool>& stop) {
        for (const AskedPredictor& one : source_) {
            const OpenaiSettings& settings = *one.predictor.openai;
            const Capabilities stored =
                journal_->capabilities(settings.base_url, settings.model).value_or(Capabilities{});
            Capabilities known = adapters::laid_over(settings.stated, stored);
            if (!adapters::all_known(known, needs_two_letters(one))) {
                known = adapters::probe(
                    settings, known, needs_two_letters(one), adapters::secret_key(settings), stop);
                // What is only stated is not found, and may be stated otherwise another time.
                journal_->store_capabilities(
                    settings.base_url,
                    settings.model,
                    adapters::laid_over(stored, adapters::without(known, settings.stated)));
            }
            if (!arguments_.quiet)
                say(settings.base_url + ", " + settings.model + ": " + adapters::in_words(known));
            add(one, known);
        }
    }

    void plan(Journal* journal) {
        std::unordered_set<std::string> seen;
        plans_.clear();
        for (const Asked& one : asked_)
            plans_.push_back(adapters::plan_requests(one, journal, seen));
    }
    void plan_again() { plan(&*journal_); }

    [[nodiscard]] RequestPlan total() const {
        RequestPlan all;
        for (const RequestPlan& one : plans_) {
            all.requests += one.requests;
            all.answered += one.answered;
            all.repeated += one.repeated;
            all.prompt_tokens += one.prompt_tokens;
            all.answer_tokens += one.answer_tokens;
            all.open.insert(all.open.end(), one.open.begin(), one.open.end());
        }
        return all;
    }

    adapters::BatchRead read_file(Journal& journal) {
        const InputFile file(*arguments_.batch);
        adapters::DescriptorSource source(
            file.descriptor(), *arguments_.batch, watch_stop_signals());
        const OpenaiSettings& settings = asked_.front().settings;
        const bool has_key =
            !settings.key_env.empty() && std::getenv(settings.key_env.c_str()) != nullptr;
        return adapters::read_batch(source,
                                    *arguments_.batch,
                                    asked_.front(),
                                    plans_.front(),
                                    journal,
                                    has_key ? adapters::secret_key(settings) : std::string{});
    }

    [[nodiscard]] std::string line(std::uint64_t open, double seconds) const {
        std::string text = progress_line(progress_.answered, open, seconds, "answers");
        const std::uint64_t tokens = progress_.prompt_tokens + progress_.completion_tokens;
        text += ", " + std::to_string(tokens) + " tokens, " +
                std::to_string(progress_.sent.in_flight.load()) + " in flight";
        if (progress_.sent.retries > 0)
            text += ", " + std::to_string(progress_.sent.retries.load()) + " tried again";
        if (progress_.failed > 0)
            text += ", " + std::to_string(progress_.failed.load()) + " failed";
        return text;
    }

    void ask(const RequestPlan& all, const std::atomic<bool>& stop) {
        if (all.open.empty()) return;
        const std::uint64_t open = all.open.size();
        const ProgressDisplay display([this, open](double seconds) { return line(open, seconds); },
                                      arguments_.quiet);
        for (std::size_t i = 0; i < asked_.size(); ++i) {
            if (plans_[i].open.empty()) continue;
            const adapters::AskOutcome outcome =
                adapters::ask(asked_[i],
                              plans_[i],
                              *journal_,
                              adapters::secret_key(asked_[i].settings),
                              progress_,
                              stop);
            for (const auto& [kind, some] : outcome.failures) {
                adapters::FailureKind& here = failures_[kind];
                if (here.count == 0) here.first = some.first;
                here.count += some.count;
            }
            end_ = outcome.end;
            if (end_ != adapters::SendEnd::complete) break;
        }
    }

    void report(const RequestPlan& all) const {
        const adapters::SendProgress& sent = progress_.sent;
        std::cout << label() << ": " << counted(all.requests, "request") << ", " << all.answered
                  << " answered before, " << progress_.answered << " now, in " << path_.string()
                  << '\n';
        if (sent.retries > 0)
            std::cout << "tried again: " << sent.retries << " times; told to wait "
                      << sent.rate_limited << ", server errors " << sent.server_errors
                      << ", timeouts " << sent.timeouts << ", connections lost " << sent.dropped
                      << ", unreadable replies " << sent.unreadable << '\n';
        if (progress_.answered > 0)
            std::cout << "tokens: " << progress_.prompt_tokens << " of prompts, "
                      << progress_.completion_tokens << " of answers\n";
    }

    [[nodiscard]] std::string how_it_ended() const {
        using adapters::SendEnd;
        switch (end_) {
            case SendEnd::same_failures:
                return "stopped after the same failure several times in a row";
            case SendEnd::time_up:
                return "stopped: limits.give_up_seconds are over";
            case SendEnd::request_limit:
                return "stopped at limits.requests";
            case SendEnd::token_limit:
                return "stopped at limits.tokens";
            case SendEnd::complete:
            case SendEnd::interrupted:
                break;
        }
        return {};
    }

    // What was not answered ends the program; what was is kept.
    void refuse_rest(const RequestPlan& all, const std::atomic<bool>& stop) const {
        const std::uint64_t open = all.open.size() - progress_.answered;
        if (open == 0) return;
        std::cout.flush();
        const std::string rest =
            std::to_string(open) + " of " + counted(all.requests, "request") +
            " without an answer" + (failures_.empty() ? "" : ": " + in_a_line(failures_)) +
            "; what was answered is kept in " + path_.string() + ", --resume asks for the rest";
        if (end_ == adapters::SendEnd::interrupted || stop)
            throw Exit(interrupted, "interrupted; " + rest);
        const std::string why = how_it_ended();
        throw Exit(failure, (why.empty() ? "" : why + "; ") + rest);
    }

    const PredictArguments& arguments_;
    const std::vector<AskedPredictor>& source_;
    fs::path path_;
    std::optional<Journal> journal_;
    std::vector<Asked> asked_;
    std::vector<RequestPlan> plans_;
    adapters::AskProgress progress_;
    Failures failures_;
    adapters::SendEnd end_ = adapters::SendEnd::complete;
};

}  // namespace

std::optional<std::vector<std::vector<metrics::Response>>> predict_openai(
    const PredictArguments& arguments, const std::vector<AskedPredictor>& asked) {
    Predicting predicting(arguments, asked);
    if (arguments.dry_run) {
        predicting.dry_run();
        return std::nullopt;
    }
    if (arguments.batch)
        predicting.read_batch_file();
    else
        predicting.send();
    return predicting.responses();
}

}  // namespace truegap::cli
