#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/estimators/registry.hpp"
#include "sim/plan.hpp"
#include "sim/samplers.hpp"

/// Contexts in which each user has his own history: what is then true of the pooled choices.
namespace truegap::sim {

/// The users of one such context. The first is the one whose history the plan shows, so that a group of
/// one user is the same as with shared histories; the first n are the users at n.
struct OwnHistories {
    std::vector<Context> users;      ///< the same id, group and candidates; each his own history
    std::vector<Truth> truths;       ///< [user]; p_u = P(b | delta, h_u, C)
    std::vector<AliasTable> choose;  ///< [user], his next choice
};

/// Whether the users of a planned context have histories of their own: in a scenario with individual
/// histories, those with a history at all.
[[nodiscard]] bool has_own_histories(const Scenario& scenario, const Context& context);

/// The most users that a context has at any n (no `users` design).
[[nodiscard]] std::uint32_t most_users(const Scenario& scenario, const Context& context);

/// Draws the histories of a planned context's users, each from his own address (so those of a longer
/// context of the same group extend those of a shorter one), and finds their truths.
/// Throws ScenarioError when one of them has none.
[[nodiscard]] OwnHistories own_histories(const Scenario& scenario,
                                         const WorldPlan& plan,
                                         std::size_t context);

/// Throws ScenarioError when the users' distributions would take too much memory.
void refuse_too_many_users(const Scenario& scenario, const WorldPlan& plan);

/// The truth of the pooled comparison at n: p_bar = (1/n) sum_u p_u and H(p_bar); the class posterior and
/// the individual entropy are means over the users too.
[[nodiscard]] Truth pooled_truth(const OwnHistories& own, std::uint32_t n);

/// (1/n) sum_u H(p_u), what the per-event log loss is compared with.
[[nodiscard]] double mean_entropy(const OwnHistories& own, std::uint32_t n);

/// (1/n) sum of the first n of these, normalised.
[[nodiscard]] metrics::Distribution mean_distribution(
    std::span<const metrics::Distribution> distributions, std::uint32_t n);

/// Exact expectations of additive estimators under the pooled counts, [estimator]: an item's count
/// is Poisson-binomial. Nothing for the others, and where n is too large for O(n^2 K).
[[nodiscard]] std::vector<std::optional<double>> expected_pooled_entropies(
    std::span<const metrics::Estimator> estimators, const OwnHistories& own, std::uint32_t n);

}  // namespace truegap::sim
