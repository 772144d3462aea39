#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// The sample-frequency approximation: a predictor that only answers is asked m times, and its
/// answers are counted.
namespace truegap::metrics {

/// ln q of every candidate, q_k = (s_k + alpha) / (m + alpha K).
/// samples: shape (K,), how often each candidate was answered; m: their sum, >= 1; alpha >= 0.
/// -infinity where s_k + alpha = 0. Exponentials of the result sum to 1.
[[nodiscard]] std::vector<double> sample_frequency_logs(std::span<const std::uint32_t> samples,
                                                        std::uint64_t m,
                                                        double alpha);

/// The cross-entropy of that approximation under a population, in nats, in expectation over the
/// answers.
///     -sum_k p_k E[ln((s_k + alpha) / (m + alpha K))],   s_k ~ Binomial(m, q_k)
/// exact, O(m K) at most. p, q: shape (K,), distributions, the population and what the predictor answers
/// from; m >= 1; alpha >= 0 and finite.
/// +infinity when alpha = 0 and an item with p_k > 0 can be missing from the answers, that is, when
/// q_k < 1 for it, however unlikely that is. m = 1 is allowed; a single item gives 0.
[[nodiscard]] double expected_sample_frequency_cross_entropy(std::span<const double> p,
                                                             std::span<const double> q,
                                                             std::uint64_t m,
                                                             double alpha);

}  // namespace truegap::metrics
