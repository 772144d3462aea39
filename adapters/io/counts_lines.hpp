#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "metrics/estimators/registry.hpp"

namespace truegap::adapters {

enum class Unit { nat, bit };

inline constexpr std::uint64_t most_estimate_items = std::uint64_t{1} << 62U;

struct EstimateOptions {
    std::vector<metrics::Estimator> estimators;
    Unit unit = Unit::nat;
    std::optional<std::uint64_t> items;  ///< K where a line does not say
};

/// Reads counts line by line, `{"counts": [...], "items": K}` or a bare array, and writes one line
/// of estimates for each:
///     {"n": …, "items_seen": …, "unit": "nat", "estimates": {…}, "sd": {…}, "notes": {…}}
/// An estimator that cannot answer gives null, and a reason in "notes" (left out when empty).
/// Empty lines are passed over. Constant memory. Throws InputError naming the line.
void estimate_lines(std::istream& in,
                    const std::string& file,
                    const EstimateOptions& options,
                    std::ostream& out);

}  // namespace truegap::adapters
