#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/column.hpp"
#include "sim/drawn_answer.hpp"

namespace truegap::sim {

/// What chance decided for one context in one block.
struct ContextDraws {
    std::size_t items = 0;                                ///< K
    std::array<std::uint32_t, replicates_per_block> n{};  ///< users, a replicate
    std::vector<std::uint32_t> counts;                    ///< replicates x K
    std::vector<std::uint32_t>
        lotteries;  ///< replicates x K, who goes first among the tied; or empty
    std::vector<std::uint32_t> choices;  ///< replicates x n, each user's own; or empty
    /// [predictor][replicate], of those that answer anew in every replicate; empty for the others.
    std::vector<std::vector<DrawnAnswer>> answers;

    [[nodiscard]] std::span<const std::uint32_t> row(std::size_t r) const {
        return std::span(counts).subspan(r * items, items);
    }
    [[nodiscard]] std::span<const std::uint32_t> lottery(std::size_t r) const {
        return std::span(lotteries).subspan(r * items, items);
    }
};

}  // namespace truegap::sim
