#pragma once

#include <string>

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// Reads a mock predictor without its `"faults"`, and gives it those:
///     {"missing": r, "duplicates": r, "unknown": r, "short": {"rate": r, "length": l}, "refusal": r}
/// each optional, rates in [0, 1], duplicates + unknown at most 1, length >= 1. The label says which:
/// `bayes[missing 0.1]`. Rates of 0 are no faults.
[[nodiscard]] sim::PredictorMaker read_with_faults(
    const JsonNode& node, const std::function<sim::PredictorMaker(const JsonNode&)>& read);

}  // namespace truegap::adapters
