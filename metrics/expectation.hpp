#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "metrics/estimators/registry.hpp"

/// Exact expectations, without simulation, of statistics that add up over items:
///     S(c) = constant + sum_{k=1..K} f_k(c_k),   c ~ Multinomial(n, p)
/// Everywhere: p is shape (K,), not negative, and sums to 1 up to rounding; n >= 1.
namespace truegap::metrics {

/// variance: nothing where the mean is infinite.
struct Moments2 {
    double mean = 0.0;
    std::optional<double> variance = {};
};

/// term(k, j): f_k(j), finite. Asked only for counts j that item k can have.
struct AdditiveStatistic {
    std::function<double(std::size_t item, std::uint64_t count)> term;
    double constant = 0.0;
};

/// E[S] = constant + sum_k sum_{j=0..n} f_k(j) Binomial(j; n, p_k). Time O(nK) at most.
[[nodiscard]] double additive_mean(std::span<const double> p,
                                   std::uint64_t n,
                                   const AdditiveStatistic& statistic);

/// Cov(S, T) for two such statistics of the same counts; Cov(S, S) is the variance.
/// The counts are independent Poisson(n p_k) given that they sum to n: item by item, the moments of
/// the sum so far are carried for each running total. With f_k less its own mean and less the
/// multiple of j that makes the sum uncorrelated with the total, no square of a mean is left to
/// cancel. Time about sqrt(n) times the width of a count's distribution, for each item.
[[nodiscard]] double additive_covariance(std::span<const double> p,
                                         std::uint64_t n,
                                         const AdditiveStatistic& first,
                                         const AdditiveStatistic& second);

[[nodiscard]] Moments2 additive_moments(std::span<const double> p,
                                        std::uint64_t n,
                                        const AdditiveStatistic& statistic);

/// Moments of an additive estimator, in nats, with K = p.size() for those that need it. Nothing for
/// one that is not additive, for n = 0, and where the estimator is undefined (jackknife at n = 1).
/// n <= 4294967295.
[[nodiscard]] std::optional<Moments2> expected_entropy(const Estimator& estimator,
                                                       std::span<const double> p,
                                                       std::uint64_t n);

/// The mean alone, in O(nK).
[[nodiscard]] std::optional<double> expected_entropy_mean(const Estimator& estimator,
                                                          std::span<const double> p,
                                                          std::uint64_t n);

/// Moments of the cross-entropy -sum_k (c_k/n) ln q_k of a fixed q, in nats: mean -sum p_k ln q_k,
/// variance Var_p(ln q) / n. Mean +infinity and no variance where q_k = 0 < p_k. ln_q: shape (K,).
[[nodiscard]] Moments2 fixed_cross_entropy_moments(std::span<const double> p,
                                                   std::span<const double> ln_q,
                                                   std::uint64_t n);

/// Moments of the gap, that cross-entropy minus the entropy estimated from the same counts. Nothing
/// where `expected_entropy` is nothing.
[[nodiscard]] std::optional<Moments2> expected_gap(const Estimator& estimator,
                                                   std::span<const double> p,
                                                   std::span<const double> ln_q,
                                                   std::uint64_t n);

}  // namespace truegap::metrics
