#pragma once

#include <cstdint>
#include <span>

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

/// T = s I + (1 - s) 1 w^T: shape (Z, Z). stay: s in [0, 1]; class_weights: w, shape (Z,).
[[nodiscard]] RowMatrix staying_transition(double stay, std::span<const double> class_weights);

}  // namespace truegap::sim
