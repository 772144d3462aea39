#pragma once

#include <filesystem>

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The most users a group, or a population, can have.
inline constexpr std::uint64_t most_users = 1'000'000'000;

/// `/design`: users_per_group, users or group_sizes (a CSV file, relative to `directory`, or its rows
/// as a list of objects).
[[nodiscard]] sim::Design read_design(const JsonNode& node,
                                      const sim::PopulationSpec& population,
                                      const sim::ContextSpec& contexts,
                                      const std::filesystem::path& directory);

/// Group sizes as a list of objects, as they stand in a scenario that needs no other file.
[[nodiscard]] Json group_sizes_json(const sim::GroupSizes& sizes,
                                    std::span<const sim::AttributeSpec> attributes);

}  // namespace truegap::adapters
