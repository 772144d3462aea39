#pragma once

#include <filesystem>
#include <string>

#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// What `results.json` or `score.json` says before its tables, which may be of any size and are not read.
/// label: how messages name the file. Throws InputError where it is none of truegap's, or is cut short.
[[nodiscard]] Json read_result_head(const std::filesystem::path& file, const std::string& label);

}  // namespace truegap::adapters
