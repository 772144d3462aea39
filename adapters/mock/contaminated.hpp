#pragma once

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// {"kind": "contaminated", "share": f in (0, 1], "alpha": a > 0, "of": {a mock predictor}}: it has memorised
/// the choices of a share f of the very test users (see `sim::Contamination`). `of` is bayes unless
/// given, and answers once a context: it has no faults and is not contaminated itself.
[[nodiscard]] sim::PredictorMaker read_contaminated(const JsonNode& node);

}  // namespace truegap::adapters
