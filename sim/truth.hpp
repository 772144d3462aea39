#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"

/// The exact truth of a population: no random number touches anything here.
namespace truegap::sim {

/// P(delta | z) = prod_{j in delta} A_j[z, l_j], in [0, 1].
[[nodiscard]] double group_likelihood(const Population& population,
                                      const Group& group,
                                      std::size_t z);

/// P(delta) = sum_z w[z] prod_{j in delta} A_j[z, l_j], in [0, 1].
[[nodiscard]] double group_probability(const Population& population, const Group& group);

/// P(z at the first event shown | delta), after that many unseen ones: shape (Z,). Where the class does
/// not change that is P(z | delta). Nothing when the group is impossible.
[[nodiscard]] std::optional<metrics::Distribution> classes_at_first_event(
    const Population& population, const Group& group, std::uint32_t unseen);

/// P(z at the target | delta, h): shape (Z,). Proportional to w[z] prod_j A_j[z, l_j] P(h|z) with
///     P(h|z) = prod_b rising(kappa[z] B[z,b], n_b) / rising(kappa[z], L),
///     prod_i B_i[z,b_i] for kappa[z] = infinity, B_i that of the event's lag
/// as scaled products, not sums of logarithms: one rounding a factor, and no underflow.
/// Where the class changes, by forward filtering: attributes belong to the class at the first event,
///     P(z_i | b_1..b_i) proportional to sum_y P(y | b_1..b_i-1) T[y,z] B_i[z,b_i],
/// and the target `steps` events after the last one has P(z_L | h) T^steps; with no events at all
/// P(z | delta) T^(steps - 1).
/// Under click position bias every event of the history was a click on this page; see Examination.
/// Nothing when the group or the history is impossible.
[[nodiscard]] std::optional<metrics::Distribution> class_posterior(const Population& population,
                                                                   const Context& context);

/// P(b | delta, h, C) = sum_z P(z|delta,h) alpha_zb / sum_{c in C} alpha_zc,
///     alpha_zb = kappa[z] B[z,b] + n_b   (B[z,b] e_pos(b) for kappa[z] = infinity)
/// in the order of the candidates: shape (K,). Luce's forced choice; exact, because a Dirichlet
/// restricted to C and renormalised is Dirichlet again. Chaotic users of class z choose b with the
/// probability that their start, given the history, leads there.
/// Nothing when the context is impossible, and when a class that is possible gives every candidate
/// probability 0.
[[nodiscard]] std::optional<metrics::Distribution> target_distribution(const Population& population,
                                                                       const Context& context);
/// The same for another distribution of the class at the target. posterior: shape (Z,).
[[nodiscard]] std::optional<metrics::Distribution> target_distribution(
    const Population& population, const metrics::Distribution& posterior, const Context& context);

/// E[H(theta_C) | delta, h], the entropy of one user's own choices, in nats:
///     sum_z P(z|delta,h) [psi(a0+1) - sum_{b in C} (alpha_zb/a0) psi(alpha_zb+1)],
///     a0 = sum_{c in C} alpha_zc;  H(B_z restricted to C) for kappa[z] = infinity;
/// 0 for chaotic users, of whom everything is known.
/// posterior: of the class at the target, shape (Z,).
[[nodiscard]] double individual_entropy(const Population& population,
                                        const metrics::Distribution& posterior,
                                        const Context& context);

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
