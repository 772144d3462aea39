#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/response.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/read_answer.hpp"

namespace truegap::adapters {

/// One answer of a chat completion.
struct ReplyChoice {
    std::string content;  ///< parts of a text joined; empty where there is none
    std::string refusal;
    std::string finish;  ///< `stop`, `length`, `content_filter`, …
    /// The alternatives of the answer's first token; the token itself among them.
    std::vector<TokenLogprob> first_token;
};

/// A chat completion as far as it is read.
struct Reply {
    std::vector<ReplyChoice> choices;
    std::string model, fingerprint;  ///< what served it
    std::uint64_t prompt_tokens = 0, completion_tokens = 0;
};

/// A reply, or why the text is none: `invalid JSON`, `no choices`, `error: …`.
struct ReadReply {
    std::optional<Reply> reply;
    std::string defect;
};

/// Reads the body of a status 200. Never throws, whatever the bytes.
/// asked: how many answers there must be at least.
[[nodiscard]] ReadReply read_reply(std::string_view body, std::uint32_t asked);

/// The message of an error's body, on one line, cut: from `error.message`, `message`, `detail`, or the
/// text itself.
[[nodiscard]] std::string error_message(std::string_view body);

/// What the answers say of a question: all replies of it, in the order of their samples. An answer that
/// declines or is empty is told apart from one that is wrong (`faults`).
[[nodiscard]] metrics::Response response_of(const AskedAnswer& answer,
                                            const std::vector<Reply>& replies,
                                            const Question& question,
                                            const Prompt& prompt);

/// The response to a question that was never answered.
[[nodiscard]] metrics::Response no_response(metrics::NoAnswer why);

}  // namespace truegap::adapters
