#pragma once

#include <string>

#include "adapters/openai/asking.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::test {

/// A question of three candidates.
[[nodiscard]] adapters::Question small_question(const std::string& context_id);
/// The default prompts of a model that is told what is asked.
[[nodiscard]] adapters::PromptSpec default_prompts();
/// The settings that a JSON text stands for, laid over `base_url` and `model`.
[[nodiscard]] adapters::OpenaiSettings settings_of(
    const std::string& json, const std::string& base_url = "http://127.0.0.1:1/v1");
/// Everything that a server can do.
[[nodiscard]] adapters::Capabilities able();

}  // namespace truegap::test
