#pragma once

#include <filesystem>
#include <string>

namespace truegap::adapters {

/// The whole of a file. Throws InputError, naming `label`, for what is not a readable regular file.
[[nodiscard]] std::string read_text(const std::filesystem::path& path, const std::string& label);

}  // namespace truegap::adapters
