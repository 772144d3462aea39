#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/scenario_json.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/outside.hpp"
#include "adapters/prompt/prompt.hpp"

namespace truegap::cli {

/// What the command line says to predictors outside.
struct OutsideOptions {
    std::optional<std::string> journal = {};  ///< else truegap-journals/STUDY.sqlite
    bool partial = false;                     ///< what is missing counts as `failed`
    bool ask = true;                          ///< false: nobody is asked, all counts as `failed`
};

/// Adds --journal and --partial.
void add_outside_options(CLI::App& command, std::optional<std::string>& journal, bool& partial);

/// Where the answers of a study's `openai` predictors are.
[[nodiscard]] std::filesystem::path journal_path(const OutsideOptions& options,
                                                 const std::string& study);

/// A predictor outside, as a scenario names it.
struct OutsidePredictor {
    std::string label;
    adapters::PromptSpec prompts;
    std::size_t top = 0;
    std::string study;
    /// What answers, without the network.
    std::function<std::unique_ptr<adapters::Outside>()> make;
    std::optional<adapters::OpenaiSettings> openai;  ///< of those whose answers are in a journal
    std::string identity;  ///< all that decides what it is asked and how; equal for equal ones
};

/// Reads one entry of `predictors`; nothing where it is no predictor outside.
[[nodiscard]] std::optional<OutsidePredictor> read_outside(
    const adapters::JsonNode& node,
    const adapters::PredictorSurroundings& surroundings,
    const OutsideOptions& options);

/// Reads one entry of a scenario's `predictors` by handing it to the adapter that knows its kind.
[[nodiscard]] sim::PredictorMaker read_predictor(
    const adapters::JsonNode& node,
    const adapters::PredictorSurroundings& surroundings,
    const OutsideOptions& options);
/// The same with its options bound.
[[nodiscard]] adapters::PredictorReader predictor_reader(OutsideOptions options);

/// A predictor outside in a study of a synthetic world.
[[nodiscard]] sim::PredictorMaker in_a_world(const OutsidePredictor& predictor);

}  // namespace truegap::cli
