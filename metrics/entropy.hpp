#pragma once

#include <span>

/// Exact information quantities of known distributions, in nats. All sums are compensated.
namespace truegap::metrics {

/// Shannon entropy of a known distribution, in nats.
///     H(p) = -sum_k p_k ln p_k,   0 ln 0 = 0
/// p: shape (K,), a distribution. Returns a value in [0, ln K].
[[nodiscard]] double shannon_entropy(std::span<const double> p);

/// Cross-entropy of predictions q under the distribution p, in nats.
///     CE(p, q) = -sum_k p_k ln q_k,   0 ln q = 0 for every q, p ln 0 = -infinity for p > 0
/// p, q: shape (K,) each; q may be a sub-distribution (mass dropped by an approximation).
/// Returns a value in [H(p), +infinity]; +infinity where q has a zero and p has none, never
/// skipped.
[[nodiscard]] double cross_entropy(std::span<const double> p, std::span<const double> q);

/// The same from ln q: -sum_k p_k ln_q[k], with 0 times -infinity = 0.
[[nodiscard]] double cross_entropy_of_logs(std::span<const double> p, std::span<const double> ln_q);

/// Kullback-Leibler divergence, in nats.
///     KL(p||q) = sum_k [p_k ln(p_k / q_k) - p_k + q_k]
/// The last two terms sum to 0 for distributions; with them each term is >= 0, so the result is
/// too, and is exactly 0 for q = p. p, q: shape (K,), distributions. Range [0, +infinity]. Source:
/// Kullback & Leibler, Ann. Math. Stat. 22 (1951).
[[nodiscard]] double kl_divergence(std::span<const double> p, std::span<const double> q);

/// Jensen-Shannon divergence, in nats, through the mixture m = (p + q) / 2.
///     JS(p, q) = KL(p||m) / 2 + KL(q||m) / 2
/// p, q: shape (K,), distributions. Range [0, ln 2]; ln 2 for disjoint supports; symmetric.
/// Source: Lin, IEEE Trans. Inf. Theory 37 (1991).
[[nodiscard]] double jensen_shannon(std::span<const double> p, std::span<const double> q);

}  // namespace truegap::metrics
