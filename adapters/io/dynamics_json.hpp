#pragma once

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// `/dynamics`, for one population and its contexts:
///     static          none
///     markov          transition (rows, or {"stay": s}), steps, events
///     drift           sd, length, steps
///     regime_change   ago, tilt_sd or item_probabilities, steps
///     chaotic         steps
/// Refuses what cannot be exact: all but static need homogeneous classes.
[[nodiscard]] sim::DynamicsSpec read_dynamics(const JsonNode& node,
                                              const sim::PopulationSpec& population,
                                              const sim::ContextSpec& contexts);

}  // namespace truegap::adapters
