#pragma once

#include <filesystem>

#include "sim/scenario.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The most users a group, or a population, can have.
inline constexpr std::uint64_t most_users = 1'000'000'000;

/// `/design`: users_per_group, users or group_sizes (a CSV file, relative to `directory`).
[[nodiscard]] sim::Design read_design(const JsonNode& node,
                                      const sim::PopulationSpec& population,
                                      const sim::ContextSpec& contexts,
                                      const std::filesystem::path& directory);

}  // namespace truegap::adapters
