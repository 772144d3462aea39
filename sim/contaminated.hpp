#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "metrics/approximation/approximation.hpp"
#include "sim/answers.hpp"

/// What is known beforehand of a predictor that has memorised some of its test users' choices:
///     q_k = (X_k + alpha of_k) / (m + alpha),   X ~ Multinomial(m, p), part of C ~ Multinomial(n, p)
/// Its truth is an expectation over what it memorised, exact in O(mK): X_k is binomial.
namespace truegap::sim {

/// E[CE(p, q)], in nats. +infinity where an item with p_k > 0 and of_k = 0 can be missing from what was
/// memorised. p, of: shape (K,), distributions; n >= 1.
[[nodiscard]] double expected_contaminated_level(const Contamination& contamination,
                                                 std::span<const double> p,
                                                 std::span<const double> of,
                                                 std::uint32_t n);

/// E[KL(p || q)]: that less H(p), without the cancellation.
[[nodiscard]] double expected_contaminated_gap(const Contamination& contamination,
                                               std::span<const double> p,
                                               std::span<const double> of,
                                               std::uint32_t n);

/// E[-sum_k (C_k/n) ln q_k], what the very test users' choices cost on average: less than
/// E[CE(p, q)], since X is part of C. Given X the other n - m are fresh:
///     -(1/n) sum_k E[(X_k + (n - m) p_k) ln q_k]
/// Nothing when it is infinite.
[[nodiscard]] std::optional<double> expected_contaminated_measure(
    const Contamination& contamination,
    std::span<const double> p,
    std::span<const double> of,
    std::uint32_t n);

/// Whether an approximation reads the stated distribution as it is: then the level of the complete
/// answer is E[CE(p, q)], and where nothing is done to it, that of the answer as given too.
[[nodiscard]] bool reads_stated_distribution(const metrics::Approximation& approximation);
[[nodiscard]] bool takes_stated_distribution(const metrics::Approximation& approximation);

/// The answer of the contaminated predictor at n users, from that of the predictor it contaminates.
/// Levels that depend on the memorised ranking are left to Monte Carlo.
[[nodiscard]] Answer contaminated_answer(const Scenario& scenario,
                                         const PredictorMaker& maker,
                                         const Answer& of,
                                         const Truth& truth,
                                         std::uint32_t n);

}  // namespace truegap::sim
