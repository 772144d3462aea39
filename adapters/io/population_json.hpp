#pragma once

#include <filesystem>
#include <string>

#include "sim/population.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The largest population that is taken on.
inline constexpr std::uint64_t most_items = 1'000'000;
inline constexpr std::uint64_t most_classes = 10'000;
inline constexpr double most_class_items = 1e8;

/// Concentrations: within these kappa B neither underflows nor drowns the counts of a history.
inline constexpr double least_concentration = 1e-9;
inline constexpr double most_concentration = 1e15;

/// `/population`: the name of a file that holds it (relative to `directory`), given outright when it
/// has `item_probabilities`, else to be generated. Throws InputError.
[[nodiscard]] sim::PopulationSpec read_population(const JsonNode& node,
                                                  const std::filesystem::path& directory);

/// The file that a population names. Throws InputError.
[[nodiscard]] Json read_population_file(const JsonNode& node,
                                        const std::filesystem::path& directory);

/// A population as it is given outright, in the shortest digits that read back to the same bits.
[[nodiscard]] std::string population_text(const sim::Population& population);
/// Whether a text is a population given outright, as far as a glance tells.
[[nodiscard]] bool is_population(const std::string& text);

}  // namespace truegap::adapters
