#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "adapters/openai/capabilities.hpp"
#include "adapters/openai/journal.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/openai/sender.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// A predictor's questions, and all that decides how they are put to it.
struct Asked {
    OpenaiSettings settings;
    PromptSpec prompts;
    Capabilities capabilities;  ///< those stated laid over those found
    std::vector<Question> questions;
};

/// One request to come: which question, which sample.
struct PlannedRequest {
    std::size_t question = 0;
    std::uint32_t sample = 0;
    std::string key;
};

/// What there is to ask.
struct RequestPlan {
    std::vector<PlannedRequest> open;  ///< not in the journal yet, each key once
    std::uint64_t requests = 0;        ///< of all questions, each key once
    std::uint64_t answered = 0;        ///< of those, in the journal
    std::uint64_t repeated = 0;        ///< the same request again: asked once
    std::uint64_t prompt_tokens = 0;   ///< estimated, of the open ones
    std::uint64_t answer_tokens = 0;   ///< the most that the open ones may take
};

/// The prompt, body and key of a request.
struct WrittenRequest {
    Prompt prompt;
    std::string body, key;
};
[[nodiscard]] WrittenRequest write_request(const Asked& asked,
                                           std::size_t question,
                                           std::uint32_t sample);

/// Which requests the journal does not answer. journal: or null. seen: keys that an earlier plan has.
[[nodiscard]] RequestPlan plan_requests(const Asked& asked,
                                        Journal* journal,
                                        std::unordered_set<std::string>& seen);

/// How far asking is; read from another thread.
struct AskProgress {
    SendProgress sent;
    std::atomic<std::uint64_t> answered{0};  ///< stored in the journal
    std::atomic<std::uint64_t> failed{0};    ///< for good
    std::atomic<std::uint64_t> prompt_tokens{0}, completion_tokens{0};
};

/// Requests of one kind that were not answered.
struct FailureKind {
    std::uint64_t count = 0;
    std::string first;  ///< the first one in words
};

struct AskOutcome {
    SendEnd end = SendEnd::complete;
    std::map<std::string, FailureKind> failures;
};

/// Sends the plan's open requests and stores each answer in the journal before anything else is made of
/// it. A status 200 that is no answer is asked again as half an answer is.
/// key: the secret one; it is taken out of everything that is kept.
[[nodiscard]] AskOutcome ask(const Asked& asked,
                             const RequestPlan& plan,
                             Journal& journal,
                             const std::string& key,
                             AskProgress& progress,
                             const std::atomic<bool>& stop);

/// A request that was not answered, in words: its kind and the server's own.
struct FailureWords {
    std::string kind, detail;
};
[[nodiscard]] FailureWords in_words(const HttpReply& reply, const std::string& key);
/// The same of a status 200 that is no answer. defect: as `read_reply` tells it.
[[nodiscard]] FailureWords no_answer_words(const std::string& defect, const std::string& key);

/// A reply as it is kept.
[[nodiscard]] JournalEntry journal_entry(const Asked& asked,
                                         const PlannedRequest& request,
                                         const Reply& reply,
                                         std::string reply_body,
                                         std::uint32_t attempts);

}  // namespace truegap::adapters
