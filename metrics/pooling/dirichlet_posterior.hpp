#pragma once

#include <span>
#include <vector>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Moments of the entropy H(theta) of theta ~ Dirichlet(a), in nats, for unequal a_i > 0.
///     E[H] = psi(a0+1) - sum_i (a_i/a0) psi(a_i+1),   a0 = sum a_i
/// and the variance by Wolpert & Wolf's second moment, Phys. Rev. E 52 (1995).
/// concentrations: shape (K,), K >= 1, > 0. One item gives 0, 0.
[[nodiscard]] Posterior dirichlet_entropy(std::span<const double> concentrations);

/// E[H | a - e_k] for each k with without[k] > 0, that is, what the posterior mean of the entropy was
/// before one observation of item k; 0 for the others. a_k - 1 >= 0 there.
/// Writes weight * E[H | a - e_k] onto `sums` (hot loop). Returns the posterior of the entropy.
Posterior dirichlet_entropy_without_one(std::span<const double> concentrations,
                                        std::span<const std::uint32_t> without,
                                        double weight,
                                        std::span<double> sums);

}  // namespace truegap::metrics
