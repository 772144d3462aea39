#pragma once

#include <filesystem>
#include <string>

#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The whole of a file. Throws InputError, naming `label`, for what is not a readable regular file.
[[nodiscard]] std::string read_text(const std::filesystem::path& path, const std::string& label);

/// The whole of the file that a place in a JSON text names, a path that starts from `directory`. Throws
/// InputError at that place.
[[nodiscard]] std::string read_named_text(const JsonNode& node,
                                          const std::filesystem::path& directory);

}  // namespace truegap::adapters
