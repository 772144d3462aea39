#pragma once

#include <cstdint>

#include "sim/latent_class_fit.hpp"

/// Users drawn from a known population, as `fit_latent_classes` reads them.
namespace truegap::test {

/// 8 classes, 50 items of popularity zipf 0.8 and tilt 1.5, attributes of 4, 3 and 2 levels.
[[nodiscard]] sim::PopulationSpec planted_population(double concentration);

/// That many users who differ in their levels, each of whom chose once among the candidates.
[[nodiscard]] sim::FitData planted_groups(const sim::Population& population,
                                          std::uint32_t users,
                                          std::uint64_t seed,
                                          const std::vector<sim::ItemId>& candidates);
/// That many users with a history of their own, appended. candidates: of their choice.
void add_sequences(const sim::Population& population,
                   std::uint32_t users,
                   std::size_t length,
                   std::uint64_t seed,
                   const std::vector<sim::ItemId>& candidates,
                   sim::FitData& data);

/// The mean published gap (rank_matched, additive 0.5, top 10, minus plug_in) of a perfect predictor over
/// groups of every level of every attribute, whose sizes are as skewed as those of MovieLens 1M (most below
/// 20, the largest 500), at 256 replicates: the noise floor.
[[nodiscard]] double noise_floor(const sim::Population& population);

}  // namespace truegap::test
