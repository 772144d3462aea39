#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// Observations per item: what an estimator sees. Does not own its counts.
struct CountsView {
    std::span<const std::uint32_t> counts;  ///< shape (S or more,), zeros allowed
    std::uint64_t n = 0;                    ///< their sum
    /// K, the number of items that could have been seen, where it is known. It is what the caller
    /// says, never the length of the array.
    std::optional<std::uint64_t> items = {};
};

/// Sums with the view's contract: the total of the counts, in 64 bits.
[[nodiscard]] CountsView counts_view(std::span<const std::uint32_t> counts,
                                     std::optional<std::uint64_t> items = {});

/// What one pass over the counts tells: how many items were seen, once, twice.
struct SeenItems {
    std::uint64_t items = 0;       ///< S, items with a positive count
    std::uint64_t singletons = 0;  ///< f1
    std::uint64_t doubletons = 0;  ///< f2
};
[[nodiscard]] SeenItems seen_items(std::span<const std::uint32_t> counts);

/// The fingerprint of a sample: each positive count that occurs, with how many items have it,
/// ascending. A sum of a function of the count over items needs that function once an entry.
struct CountMultiplicity {
    std::uint32_t count = 0;
    std::uint32_t items = 0;
};
[[nodiscard]] std::vector<CountMultiplicity> fingerprint(std::span<const std::uint32_t> counts);
/// The same in the caller's buffer, for hot loops: the allocation is most of what a sample costs.
void fingerprint(std::span<const std::uint32_t> counts, std::vector<CountMultiplicity>& ascending);

/// Writes the `top` largest counts in descending order into `largest` (resized to top <= K).
/// Fills the caller's buffer because it runs once a replicate.
void largest_counts(std::span<const std::uint32_t> counts,
                    std::size_t top,
                    std::vector<std::uint32_t>& largest);

}  // namespace truegap::metrics
