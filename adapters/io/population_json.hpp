#pragma once

#include "sim/population.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The largest population that is taken on.
inline constexpr std::uint64_t most_items = 1'000'000;
inline constexpr std::uint64_t most_classes = 10'000;
inline constexpr double most_class_items = 1e8;

/// Rows of probabilities, all of equal length. row_meaning: what there is one row of.
[[nodiscard]] sim::RowMatrix read_rows(const JsonNode& node,
                                       std::size_t rows,
                                       const std::string& row_meaning);

/// `/population`: given outright when it has `item_probabilities`, else to be generated.
[[nodiscard]] sim::PopulationSpec read_population(const JsonNode& node);

}  // namespace truegap::adapters
