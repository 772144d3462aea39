#pragma once

#include <vector>

#include "sim/curves.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

struct ScenarioFile;

/// Reads `/curve` of a scenario, which may be missing: how its curves are binned. Throws InputError.
[[nodiscard]] sim::CurveSpec read_curve(const JsonNode& scenario);

/// The same at every point of a scenario's grid.
[[nodiscard]] std::vector<sim::CurveSpec> curve_specs(const ScenarioFile& source);

}  // namespace truegap::adapters
