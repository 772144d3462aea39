#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/io/json_node.hpp"
#include "adapters/prompt/outside.hpp"

namespace truegap::adapters {

/// Responses that stand in a file of JSON lines (docs/formats.md).
struct FilesPredictor {
    std::string label;
    /// The lines are read once and shared.
    std::function<std::unique_ptr<Outside>()> make;
};

/// Reads `{"kind": "files", "responses": FILE, "name": …}`; `prompts` is left to others. A question
/// without a response is an InputError, or counts as `failed` when `partial`.
[[nodiscard]] FilesPredictor read_files(const JsonNode& node,
                                        const std::filesystem::path& directory,
                                        bool partial);

}  // namespace truegap::adapters
