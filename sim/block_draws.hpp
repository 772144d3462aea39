#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/response.hpp"
#include "sim/block.hpp"
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

/// Draws the first so many replicates of a block: what chance decides, before anything is scored. A replicate
/// is the same however many follow it.
class BlockDraws {
  public:
    BlockDraws(const WorldStudy& study,
               const Level& level,
               std::uint32_t block,
               std::size_t replicates);

    /// Called once a context, in any order.
    [[nodiscard]] ContextDraws operator()(std::size_t context);

  private:
    void draw_counts(std::size_t context, ContextDraws& draws);

    const WorldStudy& study_;
    const Level& level_;
    std::uint32_t block_;
    std::size_t replicates_;
    std::optional<JointUsers::Block> joint_;
};

/// A predictor that has a ranking of a context, the same in every replicate, and whether its ties matter.
struct RankedAnswer {
    std::size_t predictor = 0;
    const metrics::Ranking* ranking = nullptr;
    bool lottery = false;
};
/// Those of a context: none where no approximation reads an order.
[[nodiscard]] std::vector<RankedAnswer> ranked_answers(const WorldStudy& study,
                                                       const Level& level,
                                                       std::size_t context);

/// The most places of a ranking that any approximation reads; 0: none reads an order. The recommended
/// metric reads the first `top` of a predictor that says nothing better.
[[nodiscard]] std::size_t ranks_read(const Scenario& scenario);

}  // namespace truegap::sim
