#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"

/// The top-logprobs approximation: the log-probabilities of the t most probable items are known, as
/// a language model's interface gives them.
namespace truegap::metrics {

/// q by rank: shape (K,), e^l_i for the t known items, then what the K - t unknown ones get.
///     rest = 1 - sum_i e^l_i;   uniform: rest / (K - t) each;   drop: 0
/// top_logprobs: shape (t,), descending, <= 0 up to rounding, -infinity allowed, 1 <= t <= K.
/// residual: uniform or drop, since `sorted` would look at the target (a contract).
/// Known mass above 1, or below it by no more than rounding can have made of 1, is divided by its sum,
/// and nothing is left for the others. For t = K
/// there is no rest: q is divided by its sum, which must be positive (a contract). Nothing keeps
/// `uniform` from giving an unknown item more than the last known one, when K is large for the rest.
[[nodiscard]] std::vector<double> values_by_rank(std::span<const double> top_logprobs,
                                                 std::size_t items,
                                                 Residual residual);

/// The mass that log-probabilities cover: sum of e^l over those given, at most 1.
/// logprobs: shape (K,), <= 0 up to rounding; NaN = not given.
[[nodiscard]] double covered_mass(std::span<const double> logprobs);

/// A distribution over K options of which only some have a log-probability: each of the others gets
///     min(smallest given, (1 - covered) / number of the others),
/// no more than an option that was named, and everything is divided by its sum. Nothing where no mass is
/// given. logprobs: as above; -infinity allowed.
[[nodiscard]] std::optional<std::vector<double>> complete_logprobs(
    std::span<const double> logprobs);

}  // namespace truegap::metrics
