#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/scenario_json.hpp"
#include "adapters/prompt/outside.hpp"
#include "adapters/prompt/prompt.hpp"

namespace truegap::cli {

/// What the command line says of predictors outside.
struct OutsideOptions {
    std::optional<std::filesystem::path> journal;  ///< nothing: truegap-journals/NAME.sqlite
    bool partial = false;                          ///< answers that are missing count as `failed`
    const std::atomic<bool>* stop = nullptr;       ///< looked at while a program runs; or null
};

/// A predictor outside, before it is asked anything.
struct OutsidePredictor {
    std::string label;
    adapters::PromptSpec prompts;
    std::function<std::unique_ptr<adapters::Outside>()> make;
};

/// Reads one entry of `predictors` that is outside; nothing for a mock.
[[nodiscard]] std::optional<OutsidePredictor> read_outside(
    const adapters::JsonNode& node,
    const adapters::PredictorSurroundings& surroundings,
    const OutsideOptions& options);

/// Reads entries of a scenario's `predictors` by handing each to the adapter that knows its kind.
[[nodiscard]] adapters::PredictorReader predictor_reader(const OutsideOptions& options);

}  // namespace truegap::cli
