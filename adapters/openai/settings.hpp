#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/io/json_node.hpp"
#include "adapters/openai/capabilities.hpp"
#include "adapters/openai/sender.hpp"
#include "adapters/prompt/prompt.hpp"

namespace truegap::adapters {

/// What a model is asked for, and how often.
struct AskedAnswer {
    AnswerForm form = AnswerForm::ranking;
    std::uint32_t samples = 1;      ///< rankings and choices
    std::uint32_t per_request = 1;  ///< how many of them one request asks for (`n`)
    std::uint32_t top = 20;         ///< log-probabilities: how many alternatives
};

/// All of these are sent with every request; nothing: not sent, for servers that refuse it.
struct Sampling {
    std::optional<double> temperature = 0.0;
    std::optional<double> top_p = 1.0;
    std::uint32_t max_tokens = 600;
    std::optional<std::uint64_t> seed;  ///< of the first sample; sample s has seed + s
};

/// A predictor behind an OpenAI-compatible chat-completions endpoint.
struct OpenaiSettings {
    std::string label;
    std::string place;     ///< file and pointer of the predictor, for messages
    std::string base_url;  ///< without a slash at the end
    std::string model;
    std::string key_env;  ///< the variable that holds the key; empty: there is none
    AskedAnswer answer;
    Sampling sampling;
    Capabilities stated;  ///< as the settings say; not probed then
    SendOptions limits;
};

/// Reads `{"kind": "openai", …}` (docs/formats.md); `prompts` is left to others.
/// seed: of the scenario, where the predictor says none.
[[nodiscard]] OpenaiSettings read_openai(const JsonNode& node, std::uint64_t seed);

/// How many requests one question takes.
[[nodiscard]] std::uint32_t requests_per_question(const AskedAnswer& answer);

/// The key in the environment; empty where the settings name no variable. Throws InputError where the
/// variable is not set.
[[nodiscard]] std::string secret_key(const OpenaiSettings& settings);

}  // namespace truegap::adapters
