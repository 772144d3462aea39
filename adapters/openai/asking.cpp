#include "adapters/openai/asking.hpp"

#include <utility>

#include "adapters/openai/request.hpp"

namespace truegap::adapters {

namespace {

constexpr long status_ok = 200;

class Asking {
  public:
    Asking(const Asked& asked,
           const RequestPlan& plan,
           Journal& journal,
           const std::string& key,
           AskProgress& progress)
        : asked_(asked), plan_(plan), journal_(journal), key_(key), progress_(progress) {}

    AskOutcome run(const std::atomic<bool>& stop) {
        SendOptions options = asked_.settings.limits;
        options.readable = [](const HttpReply& reply) {
            return read_reply(reply.body, 1).reply.has_value();
        };
        outcome_.end = send_all([this] { return next(); },
                                [this](std::span<const Delivered> some) { return deliver(some); },
                                options,
                                progress_.sent,
                                stop);
        return std::move(outcome_);
    }

  private:
    std::optional<SendJob> next() {
        if (next_ == plan_.open.size()) return std::nullopt;
        const std::size_t ticket = next_++;
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
            if (one.cut_short) continue;
            if (!one.answered) {
                add_failure(in_words(one.reply, key_), failures);
                continue;
            }
            const PlannedRequest& request = plan_.open[one.ticket];
            std::string body = redacted(one.reply.body, key_);
            const ReadReply read =
                read_reply(body, answers_asked(asked_.settings.answer, request.sample));
            if (!read.reply) {
                add_failure(no_answer_words(read.defect, key_), failures);
                continue;
            }
            tokens += read.reply->prompt_tokens + read.reply->completion_tokens;
            progress_.prompt_tokens += read.reply->prompt_tokens;
            progress_.completion_tokens += read.reply->completion_tokens;
            entries.push_back(
                journal_entry(asked_, request, *read.reply, std::move(body), one.attempts));
        }
        journal_.store(entries, failures);
        progress_.answered += entries.size();
        return tokens;
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
};

}  // namespace

WrittenRequest write_request(const Asked& asked, std::size_t question, std::uint32_t sample) {
    const Question& one = asked.questions[question];
    WrittenRequest written;
    written.prompt = write_prompt(asked.prompts, one, asked.settings.answer.form);
    written.body = request_body(asked.settings, asked.capabilities, written.prompt, one, sample);
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

FailureWords no_answer_words(const std::string& defect, const std::string& key) {
    return {.kind = "status 200 without an answer", .detail = redacted(defect, key)};
}

FailureWords in_words(const HttpReply& reply, const std::string& key) {
    using Trouble = HttpReply::Trouble;
    FailureWords words;
    switch (reply.trouble) {
        case Trouble::none:
            if (reply.status == status_ok)
                return no_answer_words(read_reply(reply.body, 1).defect, key);
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
                           const Reply& reply,
                           std::string reply_body,
                           std::uint32_t attempts) {
    const Question& question = asked.questions[request.question];
    return {.key = request.key,
            .predictor = asked.settings.label,
            .context_id = question.context_id,
            .user = question.user,
            .sample = request.sample,
            .request = write_request(asked, request.question, request.sample).body,
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
