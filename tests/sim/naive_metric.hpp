#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "metrics/approximation/approximation.hpp"

/// Sections 3 and 4 of maths.md once more, written plainly: what a metric makes of counts and of a
/// predictor's q. And what every figure of a study's row is expected to be, by enumeration of all
/// count vectors and all ways to break ties. Shares no code with `metrics` or `sim`.
namespace truegap::test {

using Vector = std::vector<double>;
using Order = std::vector<std::uint32_t>;

[[nodiscard]] double naive_entropy(const Vector& p);
/// -sum p ln q; infinite where q = 0 < p.
[[nodiscard]] double naive_cross_entropy(const Vector& p, const Vector& q);

/// Every order that sorts q in descending order, equally likely; relative differences up to 1e-12
/// are ties.
[[nodiscard]] std::vector<Order> tie_orders(const Vector& q);

/// The distribution that an approximation makes of an answer. `users`: n or infinity.
[[nodiscard]] Vector naive_approximation(const metrics::Approximation& approximation,
                                         const Vector& target,
                                         double users,
                                         const Vector& q,
                                         const Order& order,
                                         std::size_t top);

/// Cross-entropy under the population target, averaged over ties.
[[nodiscard]] double naive_population_cross_entropy(const metrics::Approximation& approximation,
                                                    const Vector& p,
                                                    const Vector& q,
                                                    std::size_t top);
/// The same without smoothing, of the complete answer.
[[nodiscard]] double naive_complete_cross_entropy(metrics::Approximation approximation,
                                                  const Vector& p,
                                                  const Vector& q);

/// plug_in, miller_madow, grassberger_2003, chao_shen, chao_wang_jost, as printed. n >= 1.
[[nodiscard]] double naive_estimate(std::string_view estimator,
                                    const std::vector<std::uint32_t>& counts);

/// One thing that can happen in a replicate. No counts: nobody was in the group.
struct Outcome {
    std::vector<std::uint32_t> counts;
    std::uint32_t n = 0;
    double probability = 0.0;
};
/// All count vectors of n users.
[[nodiscard]] std::vector<Outcome> outcomes(const Vector& p, std::uint32_t n);
/// All group sizes and count vectors when each of `population_users` is in the group with
/// probability `share`.
[[nodiscard]] std::vector<Outcome> outcomes_of_users(const Vector& p,
                                                     std::uint32_t population_users,
                                                     double share);

/// Mean and central moments of x, and mean and variance of x^2; mean infinite when x can be.
struct ExactMoments {
    double mean = 0.0, variance = 0.0, fourth = 0.0;
    double mean_square = 0.0, variance_of_square = 0.0;
};

/// What a row is expected to say, given that its figures are defined.
struct ExactRow {
    double undefined = 0.0;  ///< probability of no figure
    double infinite = 0.0;   ///< probability of an infinite cross-entropy
    ExactMoments entropy, cross_entropy;
    ExactMoments gap_error;  ///< of gap - true gap (or the gap where that is infinite)
};
[[nodiscard]] ExactRow exact_row(const std::vector<Outcome>& outcomes,
                                 const metrics::Approximation& approximation,
                                 std::string_view estimator,
                                 const Vector& q,
                                 const std::vector<Order>& orders,
                                 std::size_t top,
                                 double true_gap);

}  // namespace truegap::test
