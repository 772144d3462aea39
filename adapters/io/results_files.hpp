#pragma once

#include <filesystem>
#include <string>

#include "sim/results.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// How long the parts of a run took, in seconds. The only file that may differ between two runs.
struct Timings {
    unsigned threads = 1;
    double study_seconds = 0.0;
    double write_seconds = 0.0;
};

/// Writes `cells.csv`, `decomposition.csv`, `summary.csv` and `results.json` into a folder.
/// Returns the SHA-256 of the three tables, concatenated in that order.
/// Throws SystemError when a file cannot be written whole.
std::string write_results(const sim::Results& results,
                          const Json& scenario,
                          const std::string& version,
                          const std::filesystem::path& directory);

/// Writes `timings.json`.
void write_timings(const Timings& timings, const std::filesystem::path& directory);

/// The names of every file that a results folder can hold.
[[nodiscard]] const std::vector<std::string>& result_file_names();
/// How `results.json` starts: what tells a results folder from any other.
inline constexpr std::string_view results_signature = "{\"truegap\":";

/// `5`, or `5-9` for a bin of sizes.
[[nodiscard]] std::string size_label(const sim::SizeBin& bin);

}  // namespace truegap::adapters
