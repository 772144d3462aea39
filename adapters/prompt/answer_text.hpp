#pragma once

#include <string>
#include <string_view>

namespace truegap::adapters {

/// What of an answer is meant to be read.
struct AnswerText {
    std::string text;         ///< UTF-8, as it came
    bool unfinished = false;  ///< it ended while the model was still thinking
};

/// Without what the model thinks aloud (`<think>…</think>` and the like) and without the tags of HTML lists,
/// each of whose entries becomes a line.
[[nodiscard]] AnswerText answer_text(std::string_view raw);

/// Whether nothing but white space and signs is left.
[[nodiscard]] bool says_nothing(std::string_view text);

/// Whether a text declines to answer, in one of a dozen languages. Asked only of what names no candidate.
[[nodiscard]] bool declines(std::string_view text);

}  // namespace truegap::adapters
