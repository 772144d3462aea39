#pragma once

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// `/contexts`: every group x history length of some proxies, or a list given outright.
[[nodiscard]] sim::ContextSpec read_contexts(const JsonNode& node,
                                             const sim::PopulationSpec& population);

}  // namespace truegap::adapters
