#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "metrics/approximation/approximation.hpp"

/// The gap and where its bias comes from.
namespace truegap::metrics {

/// Cross-entropy of an approximated answer under a *population* target (n = infinity), in nats.
///     CE(p, A(p, answer)), exact in expectation over the random breaking of ties in the ranking
/// p: shape (K,), the population; top: how much of the ranking is used, 1 <= top <= K.
/// For sampled answers the expectation over samples. +infinity where an item with p > 0 can get q = 0;
/// nothing when the response lacks the form read, and where there is no closed form: plackett_luce, a
/// learned curve (see below), recommended from a ranking.
[[nodiscard]] std::optional<double> population_cross_entropy(const Approximation& approximation,
                                                             std::span<const double> p,
                                                             const Response& response,
                                                             std::size_t top);

/// The same with the complete answer: the full ranking, all probabilities or infinitely many random
/// answers; no residual policy and no smoothing.
[[nodiscard]] std::optional<double> complete_cross_entropy(const Approximation& approximation,
                                                           std::span<const double> p,
                                                           const Response& response);

/// The same as `population_cross_entropy` for a learned rank curve, given the curve.
/// curve: shape (K,), descending, sums to 1.
[[nodiscard]] std::optional<double> curve_cross_entropy(const RankCurve& approximation,
                                                        std::vector<double> curve,
                                                        std::span<const double> p,
                                                        const Response& response,
                                                        std::size_t top);

/// What a decomposition is made from, in nats.
struct GapLevels {
    double entropy = 0.0;                          ///< H(p)
    double true_gap = 0.0;                         ///< G0 = KL(p||q)
    std::optional<double> complete_cross_entropy;  ///< of G1
    std::optional<double> answered_cross_entropy;  ///< of G2
    std::optional<double> mean_entropy;            ///< E[H_est]
    std::optional<double> mean_cross_entropy;      ///< E[CE(p_hat, A(p_hat))]
    std::optional<double> mean_gap;                ///< G3 = E[CE - H_est]
};

/// The terms that lead from the true gap to the measured one, in nats:
///     approximation   G1 - G0          answer          G2 - G1
///     entropy         H(p) - E[H_est]  cross_entropy   E[CE(p_hat, A(p_hat))] - CE(p, A(p))
///     total_bias      G3 - G0, their sum
/// A term that would be infinity - infinity, or that lacks a level, is nothing.
struct GapDecomposition {
    std::optional<double> approximation, answer, entropy, cross_entropy, total_bias;
};
[[nodiscard]] GapDecomposition decompose(const GapLevels& levels);

}  // namespace truegap::metrics
