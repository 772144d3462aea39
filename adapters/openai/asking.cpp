#include "adapters/openai/asking.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <unordered_map>
#include <utility>

#include "adapters/openai/request.hpp"

namespace truegap::adapters {

namespace {

using Clock = std::chrono::steady_clock;

// What is left of a limit; 0 means that there is none, so that a limit used up has to be told otherwise.
template <class Number>
bool take_off(Number& limit, Number used) {
    if (limit == Number{0}) return true;
    if (used >= limit) return false;
    limit -= used;
    return true;
}

class Asking {
  public:
    Asking(const Asked& asked,
           const RequestPlan& plan,
           Journal& journal,
           const std::string& key,
           AskProgress& progress)
        : asked_(asked), plan_(plan), journal_(journal), key_(key), progress_(progress) {}

    AskOutcome run(const std::atomic<bool>& stop) {
        const auto start = Clock::now();
        const std::uint64_t attempts_before = progress_.sent.attempts;
        const std::uint64_t tokens_before = tokens_used();
        // Replies that were no answers come in late, when nothing else may be left to send.
        do {
            SendOptions options = asked_.settings.limits;
            const std::chrono::duration<double> elapsed = Clock::now() - start;
            if (!take_off(options.most_requests, progress_.sent.attempts - attempts_before)) {
                outcome_.end = SendEnd::request_limit;
            } else if (!take_off(options.most_tokens, tokens_used() - tokens_before)) {
                outcome_.end = SendEnd::token_limit;
            } else if (!take_off(options.give_up_seconds, elapsed.count())) {
                outcome_.end = SendEnd::time_up;
            } else {
                outcome_.end = send_all([this] { return next(); },
                                        [this](std::span<const Delivered> some) {
                                            return deliver(some);
                                        },
                                        options,
                                        progress_.sent,
                                        stop);
            }
            if (gave_up_) outcome_.end = SendEnd::same_failures;
        } while (outcome_.end == SendEnd::complete && !again_.empty());
        return std::move(outcome_);
    }

  private:
    [[nodiscard]] std::uint64_t tokens_used() const {
        return progress_.prompt_tokens + progress_.completion_tokens;
    }

    std::optional<SendJob> next() {
        if (gave_up_) return std::nullopt;
        std::size_t ticket = 0;
        if (!again_.empty()) {
            ticket = again_.front();
            again_.pop_front();
        } else if (next_ < plan_.open.size()) {
            ticket = next_++;
        } else {
            return std::nullopt;
        }
        const PlannedRequest& request = plan_.open[ticket];
        WrittenRequest written = write_request(asked_, request.question, request.sample);
        return SendJob{.ticket = ticket,
                       .request = {.url = request_url(asked_.settings),
                                   .bearer = key_,
                                   .body = std::move(written.body)},
                       .tokens = estimated_tokens(written.prompt) +
                                 std::uint64_t{asked_.settings.sampling.max_tokens} *
                                     answers_asked(asked_.settings.answer, request.sample)};
    }

    std::uint64_t deliver(std::span<const Delivered> some) {
        std::vector<JournalEntry> entries;
        std::vector<JournalFailure> failures;
        std::uint64_t tokens = 0;
        for (const Delivered& one : some) {
            if (!one.answered) {
                add_failure(in_words(one.reply, key_), failures);
                continue;
            }
            std::string body = redacted(one.reply.body, key_);
            const PlannedRequest& request = plan_.open[one.ticket];
            ReadReply read =
                read_reply(body, answers_asked(asked_.settings.answer, request.sample));
            const std::uint32_t attempts = one.attempts + earlier_attempts(one.ticket);
            if (!read.reply) {
                no_answer(one, attempts, read.defect, failures);
                continue;
            }
            tokens += read.reply->prompt_tokens + read.reply->completion_tokens;
            progress_.prompt_tokens += read.reply->prompt_tokens;
            progress_.completion_tokens += read.reply->completion_tokens;
            in_a_row_ = 0;
            entries.push_back(journal_entry(
                asked_,
                request,
                write_request(asked_, request.question, request.sample).body,
                *read.reply,
                std::move(body),
                attempts));
        }
        journal_.store(entries, failures);
        progress_.answered += entries.size();
        return tokens;
    }

    [[nodiscard]] std::uint32_t earlier_attempts(std::uint64_t ticket) const {
        const auto found = attempts_.find(ticket);
        return found == attempts_.end() ? 0 : found->second;
    }

    // A status 200 that was no answer.
    void no_answer(const Delivered& one,
                   std::uint32_t attempts,
                   const std::string& defect,
                   std::vector<JournalFailure>& failures) {
        attempts_[one.ticket] = attempts;
        if (attempts < asked_.settings.limits.attempts) {
            again_.push_back(one.ticket);
            ++progress_.asked_again;
            return;
        }
        const auto colon = defect.find(':');
        add_failure({.kind = "status 200 without an answer (" + defect.substr(0, colon) + ")",
                     .detail = redacted(defect, key_)},
                    failures);
        if (++in_a_row_ >= asked_.settings.limits.same_failures) gave_up_ = true;
    }

    void add_failure(FailureWords words, std::vector<JournalFailure>& failures) {
        ++progress_.failed;
        FailureKind& kind = outcome_.failures[words.kind];
        if (kind.count++ == 0) kind.first = words.detail;
        failures.push_back({.predictor = asked_.settings.label,
                            .kind = std::move(words.kind),
                            .detail = std::move(words.detail)});
    }

    const Asked& asked_;
    const RequestPlan& plan_;
    Journal& journal_;
    const std::string& key_;
    AskProgress& progress_;
    AskOutcome outcome_;
    std::size_t next_ = 0;
    std::deque<std::size_t> again_;
    std::unordered_map<std::uint64_t, std::uint32_t> attempts_;  // of replies that were no answers
    std::uint32_t in_a_row_ = 0;
    bool gave_up_ = false;
};

}  // namespace

WrittenRequest write_request(const Asked& asked, std::size_t question, std::uint32_t sample) {
    const Question& one = asked.questions[question];
    WrittenRequest written;
    written.prompt = write_prompt(asked.prompts, one, asked.settings.answer.form);
    written.body =
        request_body(asked.settings, asked.capabilities, written.prompt, one.top, sample);
    written.key = request_key(asked.settings, written.body, sample);
    return written;
}

RequestPlan plan_requests(const Asked& asked,
                          Journal* journal,
                          std::unordered_set<std::string>& seen) {
    const std::uint32_t each = requests_per_question(asked.settings.answer);
    RequestPlan plan;
    for (std::size_t question = 0; question < asked.questions.size(); ++question)
        for (std::uint32_t sample = 0; sample < each; ++sample) {
            WrittenRequest written = write_request(asked, question, sample);
            if (!seen.insert(written.key).second) {
                ++plan.repeated;
                continue;
            }
            ++plan.requests;
            if (journal != nullptr && journal->holds(written.key)) {
                ++plan.answered;
                continue;
            }
            plan.prompt_tokens += estimated_tokens(written.prompt);
            plan.answer_tokens += std::uint64_t{asked.settings.sampling.max_tokens} *
                                  answers_asked(asked.settings.answer, sample);
            plan.open.push_back(
                {.question = question, .sample = sample, .key = std::move(written.key)});
        }
    return plan;
}

FailureWords in_words(const HttpReply& reply, const std::string& key) {
    using Trouble = HttpReply::Trouble;
    FailureWords words;
    switch (reply.trouble) {
        case Trouble::none:
            words = {.kind = "status " + std::to_string(reply.status),
                     .detail = error_message(reply.body)};
            break;
        case Trouble::timed_out:
            words = {.kind = "timed out", .detail = reply.detail};
            break;
        case Trouble::dropped:
            words = {.kind = "connection dropped", .detail = reply.detail};
            break;
        case Trouble::unreachable:
            words = {.kind = "not reachable", .detail = reply.detail};
            break;
        case Trouble::too_large:
            words = {.kind = "reply too large", .detail = reply.detail};
            break;
    }
    words.detail = redacted(std::move(words.detail), key);
    return words;
}

JournalEntry journal_entry(const Asked& asked,
                           const PlannedRequest& request,
                           std::string body,
                           const Reply& reply,
                           std::string reply_body,
                           std::uint32_t attempts) {
    const Question& question = asked.questions[request.question];
    return {.key = request.key,
            .predictor = asked.settings.label,
            .context_id = question.context_id,
            .user = question.user,
            .sample = request.sample,
            .request = std::move(body),
            .reply = std::move(reply_body),
            .finish = reply.choices.front().finish,
            .fingerprint = reply.fingerprint,
            .model = reply.model,
            .prompt_tokens = reply.prompt_tokens,
            .completion_tokens = reply.completion_tokens,
            .attempts = attempts};
}

AskOutcome ask(const Asked& asked,
               const RequestPlan& plan,
               Journal& journal,
               const std::string& key,
               AskProgress& progress,
               const std::atomic<bool>& stop) {
    return Asking(asked, plan, journal, key, progress).run(stop);
}

}  // namespace truegap::adapters
