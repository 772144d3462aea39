#pragma once

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// A scenario's `inversion` (docs/formats.md). Throws InputError.
[[nodiscard]] sim::InversionSpec read_inversion(const JsonNode& node);

}  // namespace truegap::adapters
