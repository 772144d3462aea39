#pragma once

#include <vector>

#include "sim/attributes.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// How a level that is not recorded is called.
inline constexpr const char* missing_level = "missing";

/// Reads `recording` of a population into its attributes, whose levels become the recorded ones.
/// Throws InputError.
void read_recording(const JsonNode& node, Sums sums, std::vector<sim::AttributeSpec>& specs);

}  // namespace truegap::adapters
