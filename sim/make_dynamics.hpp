#pragma once

#include <cstdint>

#include "sim/population.hpp"

namespace truegap::sim {

/// The dynamics of one world, for a population of these class weights and item probabilities.
/// A pure function of its arguments. spec: what the population was described by, for an earlier regime
/// that is drawn like its own.
[[nodiscard]] Dynamics make_dynamics(const DynamicsSpec& dynamics,
                                     const PopulationSpec& spec,
                                     const PopulationParts& parts,
                                     std::uint64_t seed,
                                     std::uint32_t world);

/// B[z,:] = softmax(popularity + tilt_sd e), drawn under the given purpose: shape (Z, M).
[[nodiscard]] RowMatrix draw_tilted_items(const GeneratedPopulation& spec,
                                          double tilt_sd,
                                          std::uint64_t seed,
                                          std::uint32_t world,
                                          std::uint64_t regime);

}  // namespace truegap::sim
