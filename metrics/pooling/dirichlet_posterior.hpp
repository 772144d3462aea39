#pragma once

#include <cstdint>
#include <span>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// The posterior of the entropy under Dirichlet(a), and for each k with without[k] > 0 what its mean
/// was before one observation of item k, in nats:
///     E[H | a - e_k] = (a0 E[H | a] - d_k - 1/a_k + 1/a0) / (a0 - 1),
///     a0 = sum a,  d_k = psi(a0 + 1) - psi(a_k + 1)
/// Adds weight * E[H | a - e_k] to sums[k] (hot loop); to the others nothing.
/// concentrations: shape (K,), > 0, >= 1 where without[k] > 0. Where nothing is left (a0 = 1) and for
/// a single item the entropy is 0.
Posterior dirichlet_entropy_without_one(std::span<const double> concentrations,
                                        std::span<const std::uint32_t> without,
                                        double weight,
                                        std::span<double> sums);

}  // namespace truegap::metrics
