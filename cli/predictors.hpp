#pragma once

#include <CLI/App.hpp>
#include <atomic>
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

/// What the command line says of predictors outside.
struct OutsideOptions {
    std::optional<std::string> journal = {};  ///< nothing: truegap-journals/NAME.sqlite
    bool partial = false;                     ///< answers that are missing count as `failed`
    const std::atomic<bool>* stop = nullptr;  ///< looked at while a program runs; or null
    bool ask = true;                          ///< false: nobody is asked, all count as `failed`
};

/// Adds --journal and --partial.
void add_outside_options(CLI::App& command, OutsideOptions& options);

/// Where the answers of a study's `openai` predictors are.
[[nodiscard]] std::filesystem::path journal_path(const OutsideOptions& options,
                                                 const std::string& study);

/// A predictor outside, before it is asked anything.
struct OutsidePredictor {
    std::string label;
    adapters::PromptSpec prompts;
    /// What answers, without the network.
    std::function<std::unique_ptr<adapters::Outside>()> make;
    std::optional<adapters::OpenaiSettings> openai = {};  ///< where the answers are in a journal
    std::size_t top = 0;
    std::string study;     ///< the study's name
    std::string identity;  ///< all that decides what it is asked and how: equal for equal ones
};

/// Reads one entry of `predictors` that is outside; nothing for a mock.
[[nodiscard]] std::optional<OutsidePredictor> read_outside(
    const adapters::JsonNode& node,
    const adapters::PredictorSurroundings& surroundings,
    const OutsideOptions& options);

/// A predictor outside in a study of a synthetic world.
[[nodiscard]] sim::PredictorMaker in_a_world(const OutsidePredictor& predictor);

/// Reads entries of a scenario's `predictors` by handing each to the adapter that knows its kind.
[[nodiscard]] adapters::PredictorReader predictor_reader(const OutsideOptions& options);

}  // namespace truegap::cli
