#pragma once

#include <span>
#include <vector>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// E[H | a - e_k] for each k with without[k] > 0, that is, what the posterior mean of the entropy was
/// before one observation of item k; 0 for the others. a_k - 1 >= 0 there, a_k > 0 elsewhere; one item gives 0.
/// Writes weight * E[H | a - e_k] onto `sums` (hot loop). Returns the posterior of the entropy.
Posterior dirichlet_entropy_without_one(std::span<const double> concentrations,
                                        std::span<const std::uint32_t> without,
                                        double weight,
                                        std::span<double> sums);

}  // namespace truegap::metrics
