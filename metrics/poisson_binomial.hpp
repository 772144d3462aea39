#pragma once

#include <span>
#include <vector>

namespace truegap::metrics {

/// P(j of n independent trials succeed), j = 0..n, trial i with probability chances[i].
/// chances: shape (n,), each in [0, 1]. Shape (n + 1,). One trial after another, O(n^2); nothing is
/// subtracted but chances from 1, so each probability is right to about n rounding errors.
[[nodiscard]] std::vector<double> poisson_binomial(std::span<const double> chances);

}  // namespace truegap::metrics
