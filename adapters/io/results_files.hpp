#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/results.hpp"
#include "adapters/io/grid_json.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// How long the parts of a run took, in seconds. The only file that may differ between two runs.
struct Timings {
    unsigned threads = 1;
    double study_seconds = 0.0;
    double write_seconds = 0.0;
    std::uint64_t blocks = 0;             ///< of 64 replicates, over all points, worlds and n
    std::uint64_t blocks_taken_over = 0;  ///< of those, from an earlier result
};

/// Writes `cells.csv`, `decomposition.csv`, `summary.csv`, `calibration.csv` and `results.json` into a folder:
/// the rows of one point of the grid after another, each with the point's values in columns of their own.
/// points: one result a point of the grid.
/// Returns the SHA-256 of the first three tables, concatenated in that order.
/// Throws SystemError when a file cannot be written whole.
std::string write_results(const std::vector<sim::Results>& points,
                          const Grid& grid,
                          const Json& scenario,
                          const std::string& version,
                          const std::filesystem::path& directory);

/// Writes `timings.json`.
void write_timings(const Timings& timings, const std::filesystem::path& directory);

/// The names of every file that a results folder can hold.
[[nodiscard]] const std::vector<std::string>& result_file_names();
/// The names of the columns of all result tables, without those of factors.
[[nodiscard]] std::vector<std::string> result_column_names();
/// How `results.json` starts: what tells a results folder from any other.
inline constexpr std::string_view results_signature = "{\"truegap\":";

/// `5`, or `5-9` for a bin of sizes.
[[nodiscard]] std::string size_label(const sim::SizeBin& bin);

}  // namespace truegap::adapters
