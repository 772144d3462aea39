#pragma once

#include <filesystem>
#include <string>

#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// Everything that the page of a report shows of one folder of `truegap run` or `truegap score`:
///     {"kind": "run"|"score", "folder": NAME, "head": {…}, "tables": {"summary": {column: […]}, …},
///      "documents": {"inversion": {…}, …}, "absent": [files that an earlier version did not write], "factors": […]}
/// head: what `results.json` or `score.json` says before its tables. factors: the columns of a grid.
/// Tables that grow with contexts are not read: what is drawn is what truegap has pooled.
/// Throws InputError for a folder that holds no result, and for what in it is missing or damaged.
[[nodiscard]] Json read_result_folder(const std::filesystem::path& folder);

}  // namespace truegap::adapters
