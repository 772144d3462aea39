#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "sim/block.hpp"
#include "sim/block_draws.hpp"

/// Answers scored replicate by replicate, drawn anew or given and deficient: their draws, and what the metric makes of them, by the
/// plain definitions of `metrics` (nothing is shared between replicates that could be done once).
namespace truegap::sim {

/// The answers of all replicates of a block to one context: [replicate]. `draws` has the counts and,
/// where ties are to be broken, the lotteries.
[[nodiscard]] std::vector<DrawnAnswer> draw_answers(const WorldStudy& study,
                                                    const Level& level,
                                                    std::uint32_t block,
                                                    std::size_t context,
                                                    std::size_t predictor,
                                                    const ContextDraws& draws,
                                                    std::size_t replicates);

/// Whether breaking ties can change an answer that is scored replicate by replicate: then it takes a
/// lottery.
[[nodiscard]] bool redrawn_ties_matter(const WorldStudy& study,
                                       const Level& level,
                                       std::size_t context);

/// The distribution over all K candidates that an approximation makes of one drawn answer:
/// `metrics::approximate` with what is left of the answer, drawn or given. A ranking of v valid items among the
/// first T places is one cut after v; probabilities of candidates that are not named are 0. Nothing
/// when nothing valid is left, and for those that read random answers or other groups.
/// said: what `stated` gives.
[[nodiscard]] std::optional<std::vector<double>> approximate_drawn(
    const metrics::Approximation& approximation,
    const metrics::Target& target,
    const DrawnAnswer& answer,
    const metrics::Response& said,
    std::size_t top);

/// Fills the columns of the predictors whose answers are scored replicate by replicate ([predictor x approximation]) and what the
/// statistics say of their answers. Columns of approximations that need the counts of all groups are
/// filled already.
void score_redrawn(const WorldStudy& study,
                   const Level& level,
                   std::uint32_t block,
                   std::size_t context,
                   const ContextDraws& draws,
                   std::size_t replicates,
                   std::span<Column> cross_entropies,
                   BlockStatistics& statistics);

}  // namespace truegap::sim
