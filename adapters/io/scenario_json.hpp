#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "sim/scenario.hpp"
#include "adapters/io/grid_json.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// What else of a scenario a predictor may need.
struct PredictorSurroundings {
    std::optional<JsonNode> prompts;  ///< the scenario's `prompts`, where it has one
    std::filesystem::path directory;  ///< what relative paths start from
    std::size_t top = 0;
    std::uint64_t seed = 0;
    std::string study;  ///< its name
};

/// Reads one entry of `/predictors`. Each adapter reads its own parameters.
using PredictorReader =
    std::function<sim::PredictorMaker(const JsonNode&, const PredictorSurroundings&)>;

/// A scenario as read: what runs, and what it says with overrides and defaults written in.
// clang-tidy 14 suspects the implicit move, whose members' own do not throw.
// NOLINTNEXTLINE(bugprone-exception-escape)
struct ScenarioFile {
    std::string file;  ///< how messages name it
    Json document;
    sim::Scenario scenario;  ///< of a grid, its first point
    Grid grid;
    std::vector<sim::GridPoint> points;  ///< at least one; without a grid the scenario itself
};

/// What the command line says in place of the file.
struct ScenarioOverrides {
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> replicates;
};

/// Reads and checks a scenario. directory: what relative paths in it start from.
/// Throws InputError: FILE: POINTER: what is wrong (what is allowed).
[[nodiscard]] ScenarioFile read_scenario(const std::string& text,
                                         const std::string& file,
                                         const std::filesystem::path& directory,
                                         const PredictorReader& read_predictor,
                                         const ScenarioOverrides& overrides = {});

/// The text of a scenario that needs no other file: where it names a file of group sizes or of a
/// population, what that file holds stands in its place. read: the same text as read.
[[nodiscard]] std::string self_contained(std::string text, const ScenarioFile& read);

inline constexpr std::uint64_t most_replicates = 1'000'000'000;

}  // namespace truegap::adapters
