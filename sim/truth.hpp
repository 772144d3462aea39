#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"

/// The exact truth of a population: no random number touches anything here.
namespace truegap::sim {

/// P(delta | z) of recorded levels, in [0, 1]: prod_{j in delta} A_j[z, l_j] where attributes are
/// independent given the class and recorded as they are; see `Attributes::likelihood`.
[[nodiscard]] double group_likelihood(const Population& population,
                                      const Group& group,
                                      std::size_t z);

/// P(delta) = sum_z w[z] P(delta | z), in [0, 1].
[[nodiscard]] double group_probability(const Population& population, const Group& group);

/// P(z | delta, h) proportional to w[z] P(delta|z) P(h|z): shape (Z,), with
///     P(h|z) = prod_b rising(kappa[z] B[z,b], n_b) / rising(kappa[z], L),
///     prod_b B[z,b]^n_b for kappa[z] = infinity
/// as scaled products, not sums of logarithms: one rounding a factor, and no underflow.
/// Nothing when the group or the history is impossible.
[[nodiscard]] std::optional<metrics::Distribution> class_posterior(const Population& population,
                                                                   const Group& group,
                                                                   std::span<const ItemId> history);

/// P(b | delta, h, C) = sum_z P(z|delta,h) alpha_zb / sum_{c in C} alpha_zc,
///     alpha_zb = kappa[z] B[z,b] + n_b   (B[z,b] for kappa[z] = infinity)
/// in the order of the candidates: shape (K,). Luce's forced choice; exact, because a Dirichlet
/// restricted to C and renormalised is Dirichlet again.
/// Nothing when a class that is possible gives every candidate probability 0.
[[nodiscard]] std::optional<metrics::Distribution> target_distribution(
    const Population& population,
    const metrics::Distribution& posterior,
    std::span<const ItemId> history,
    std::span<const ItemId> candidates);

/// E[H(theta_C) | delta, h], the entropy of one user's own choices, in nats:
///     sum_z P(z|delta,h) [psi(a0+1) - sum_{b in C} (alpha_zb/a0) psi(alpha_zb+1)],
///     a0 = sum_{c in C} alpha_zc;  H(B_z restricted to C) for kappa[z] = infinity
[[nodiscard]] double individual_entropy(const Population& population,
                                        const metrics::Distribution& posterior,
                                        std::span<const ItemId> history,
                                        std::span<const ItemId> candidates);

/// Everything that is known of one context, in nats.
struct Truth {
    double group_probability = 0.0;
    metrics::Distribution class_posterior;
    metrics::Distribution distribution;  ///< over the context's candidates, in their order
    double entropy = 0.0;                ///< H(B | delta, h, C)
    double individual_entropy = 0.0;     ///< E[H(theta_C) | delta, h]
};

/// Why a context has no truth.
enum class NoTruth { impossible_group, impossible_history, impossible_candidates };

/// The truth, or why there is none.
struct TruthOrReason {
    std::optional<Truth> truth;
    NoTruth reason = NoTruth::impossible_group;
};
[[nodiscard]] TruthOrReason find_truth(const Population& population, const Context& context);

}  // namespace truegap::sim
