#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "metrics/expectation.hpp"

/// Exact moments of any statistic of the counts, by visiting every count vector: for few items and
/// few observations, and for what does not add up over items.
namespace truegap::metrics {

/// How many count vectors there are: C(n + K - 1, n). Exact up to 2^53, rounded or +infinity beyond.
[[nodiscard]] double enumeration_size(std::uint64_t K, std::uint64_t n);

/// Calls visit(counts, probability) for every count vector of shape (K,) and sum n that has a
/// probability under Multinomial(n, p), in lexicographic order. p: shape (K,), not negative, not all
/// 0; divided by its sum. The span is valid during the call only.
void for_each_count_vector(
    std::span<const double> p,
    std::uint32_t n,
    const std::function<void(std::span<const std::uint32_t> counts, double probability)>& visit);

struct EnumeratedMoments {
    /// Given that the statistic is defined; nothing when it never is. An infinite mean and no
    /// variance when it may be +infinity.
    std::optional<Moments2> moments;
    double undefined_probability = 0.0;
    double infinite_probability = 0.0;
};

/// statistic: its value, which may be +infinity, or nothing where it is undefined.
[[nodiscard]] EnumeratedMoments enumerated_moments(
    std::span<const double> p,
    std::uint32_t n,
    const std::function<std::optional<double>(std::span<const std::uint32_t> counts)>& statistic);

}  // namespace truegap::metrics
