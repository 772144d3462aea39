#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/prompt/prompt.hpp"

/// The texts that prompts have where a scenario gives none of its own.
namespace truegap::adapters {

/// The languages that there are texts in: `en`, `hi`, `zh`, `ar`.
[[nodiscard]] const std::vector<std::string>& prompt_languages();

/// The texts of one of them (a contract).
[[nodiscard]] const PromptTexts& default_texts(std::string_view language);

/// The script that generated item names have in a language: `latin`, `devanagari`, `han`, `arabic`.
[[nodiscard]] std::string_view script_of(std::string_view language);

/// One text of them all: its key in a scenario, where it is kept, and which placeholders it may have.
struct PromptTextKey {
    std::string key;
    std::string PromptTexts::*text;
    std::vector<std::string> placeholders;
};
[[nodiscard]] const std::vector<PromptTextKey>& prompt_text_keys();

}  // namespace truegap::adapters
