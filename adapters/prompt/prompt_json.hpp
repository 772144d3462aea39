#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/prompt/prompt.hpp"

namespace truegap::adapters {

/// `prompts` of a scenario and of one of its predictors, the latter laid over the former; what neither says
/// has its default. Either may name a file that holds the object, and `items` a file of one name a line;
/// relative paths start from `directory`. Throws InputError.
[[nodiscard]] PromptSpec read_prompts(const std::optional<JsonNode>& scenario_prompts,
                                      const std::optional<JsonNode>& own_prompts,
                                      const std::filesystem::path& directory);

/// Why the contexts of a scenario of one population cannot be put in these words, and what is allowed:
/// names for another number of items, attributes or levels that it does not have. Nothing when they can.
[[nodiscard]] std::optional<std::string> prompt_objection(const PromptSpec& spec,
                                                          const sim::Scenario& scenario);

}  // namespace truegap::adapters
