#pragma once

#include <string>

#include "sim/matrix.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// A matrix whose rows are distributions of equal length: one row a `row_meaning`, that many.
/// Throws InputError.
[[nodiscard]] sim::RowMatrix read_rows(const JsonNode& node,
                                       std::size_t rows,
                                       const std::string& row_meaning,
                                       Sums sums = Sums::divided_out);

/// The same matrix written.
[[nodiscard]] Json rows_json(const sim::RowMatrix& matrix);

}  // namespace truegap::adapters
