#pragma once

#include <cstddef>
#include <vector>

#include "sim/attributes.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// The most combinations of true levels that one table of attributes has, and the most combinations of
/// recorded levels of the attributes that others' recording depends on.
inline constexpr std::uint64_t most_table_cells = 100'000;
inline constexpr std::uint64_t most_parent_levels = 10'000;

/// Whether every table of levels has to be written out, or may be drawn.
enum class Levels { may_be_drawn, must_be_given };

/// `attributes` and `recording` of a population with that many classes; none where it has none.
/// Throws InputError.
[[nodiscard]] std::vector<sim::AttributeSpec> read_attributes(const JsonNode& population,
                                                              std::size_t classes,
                                                              Levels levels,
                                                              Sums sums = Sums::divided_out);

/// `attributes` with every table written out, and `recording` (an empty object for none); read back
/// with `Sums::as_given`, to the same bits.
[[nodiscard]] Json attributes_json(const sim::Attributes& attributes);
[[nodiscard]] Json recording_json(const sim::Attributes& attributes);

}  // namespace truegap::adapters
