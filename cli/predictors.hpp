#pragma once

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/scenario_json.hpp"

namespace truegap::cli {

/// Reads one entry of a scenario's `predictors` by handing it to the adapter that knows its kind.
[[nodiscard]] sim::PredictorMaker read_predictor(
    const adapters::JsonNode& node, const adapters::PredictorSurroundings& surroundings);

}  // namespace truegap::cli
