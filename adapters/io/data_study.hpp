#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/io/json_node.hpp"
#include "adapters/io/scenario_json.hpp"
#include "adapters/io/targets.hpp"

namespace truegap::adapters {

/// What predictors are to be asked about users who exist: a file with `targets` in place of a population
/// (docs/formats.md). Its truth is unknown, so it is asked and scored, not run.
// clang-tidy 14 suspects the implicit move, whose members' own do not throw.
// NOLINTNEXTLINE(bugprone-exception-escape)
struct DataStudy {
    std::string file;  ///< how messages name it
    Json document;
    std::string name;
    std::uint64_t seed = 1;
    std::size_t top = 10;
    std::vector<Target> targets;
    std::filesystem::path directory;  ///< what relative paths start from

    /// The place of `predictors`, not empty, and what its entries need.
    [[nodiscard]] JsonNode predictors() const;
    [[nodiscard]] PredictorSurroundings surroundings() const;
};

/// Whether a JSON text is such a file, rather than a scenario.
[[nodiscard]] bool is_data_study(const Json& document);

/// Reads one, and the targets that it names. Throws InputError.
[[nodiscard]] DataStudy read_data_study(const std::string& text,
                                        const std::string& file,
                                        const std::filesystem::path& directory);

}  // namespace truegap::adapters
