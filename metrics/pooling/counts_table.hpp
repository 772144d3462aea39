#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// One group's observations beside those of the others. Does not own its counts.
struct GroupCounts {
    std::span<const std::uint32_t> counts;  ///< shape (K_g,), K_g >= 1, observations per candidate
    std::span<const std::uint32_t> items;  ///< shape (K_g,), which item each candidate is, distinct
    std::uint64_t n = 0;                   ///< the counts' sum; a group may have none
    /// The group that this one is part of (without the last-listed attribute), listed before it.
    std::optional<std::size_t> parent = {};
};

/// The counts of all groups: what estimators that borrow strength see.
struct CountsTable {
    std::vector<GroupCounts> groups;
    std::size_t items = 0;  ///< how many items there are in all; every group's items are below it
};

/// Observations of each item, summed over all groups: shape (table.items,).
[[nodiscard]] std::vector<std::uint64_t> pooled_counts(const CountsTable& table);

}  // namespace truegap::metrics
