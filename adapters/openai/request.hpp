#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/openai/capabilities.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// The body of one request. Pure; the same bytes for the same arguments.
/// capabilities: those stated laid over those found; what is not known is taken as missing.
/// sample: which request of the question this is, from 0; `requests_per_question` of them.
[[nodiscard]] std::string request_body(const OpenaiSettings& settings,
                                       const Capabilities& capabilities,
                                       const Prompt& prompt,
                                       const Question& question,
                                       std::uint32_t sample);

/// How many answers that request asks for (`n`).
[[nodiscard]] std::uint32_t answers_asked(const AskedAnswer& answer, std::uint32_t sample);

/// What an answer is kept under: SHA-256 of everything that changes it and of the sample's number, as 64
/// hexadecimal digits.
[[nodiscard]] std::string request_key(const OpenaiSettings& settings,
                                      std::string_view body,
                                      std::uint32_t sample);

/// Where requests go: BASE/chat/completions.
[[nodiscard]] std::string request_url(const OpenaiSettings& settings);

/// About how many tokens a text is, without knowing the model's: a quarter of its ASCII bytes, and one a
/// character in scripts that most tokenizers know little of (Han, kana, Hangul, Devanagari, Arabic, …), half
/// of one for the rest of Latin, Greek and Cyrillic. Invalid UTF-8 counts by byte.
[[nodiscard]] std::uint64_t estimated_tokens(std::string_view text);
/// The same of a whole prompt, with what the messages' frame takes.
[[nodiscard]] std::uint64_t estimated_tokens(const Prompt& prompt);

}  // namespace truegap::adapters
