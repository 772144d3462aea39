#pragma once

#include <cstddef>
#include <span>

#include "sim/block.hpp"
#include "sim/block_draws.hpp"

/// Users who each have their own history: how they choose, and the log loss of each event on its own.
namespace truegap::sim {

/// Lets each of the first n users choose for himself, replicate by replicate: fills `counts` and
/// `choices` of draws, whose `items` is set.
void draw_users(const OwnHistories& own,
                std::uint32_t n,
                std::size_t replicates,
                Stream& stream,
                ContextDraws& draws);

/// Fills the columns of `per_event` ([predictor x approximation]): -(1/n) sum_u ln q_u(b_u), and where
/// users share one history the cross-entropy of the stated probabilities. Leaves those of predictors
/// that answer anew in every replicate alone.
void score_events(const WorldStudy& study,
                  const Level& level,
                  std::size_t context,
                  const ContextDraws& draws,
                  std::size_t replicates,
                  std::span<Column> cross_entropies);

}  // namespace truegap::sim
