#pragma once

#include <string_view>
#include <vector>

#include "metrics/estimators/estimator.hpp"
#include "metrics/pooling/counts_table.hpp"

namespace truegap::metrics {

/// What the other groups and a group's own counts say of it.
struct PooledGroup {
    Posterior entropy;  ///< of H, in nats
    /// How much of the posterior rests on the other groups' frequencies, in [0, 1]; the rest has fallen
    /// back on K alone. 0 where there are no other observations.
    double pooled_weight = 0.0;
    std::vector<double> mean;  ///< shape (K_g,), the posterior mean of each candidate's probability
    /// shape (K_g,): the posterior mean of H with one observation of a seen candidate less, the prior's
    /// component weights held; 0 for candidates not seen.
    std::vector<double> entropy_without_one;
};

/// Empirical Bayes that need not believe that all groups are alike: a group's distribution comes from
/// one of many Dirichlet(A_j b), with b either what the *other* groups chose or uniform over its
/// candidates, A_j from 0.5 to 3e5 in equal steps of ln A; the weights of these components are
/// estimated by EM from all groups. A group unlike the others is explained by a small A or by the
/// uniform centre, which is the prior of nsb, and so falls back by itself.
///     b_i proportional to N_i - n_i + a,   N the pooled counts, n the group's own,
///     a > 0 the symmetric concentration that explains N best under nsb's prior weight
/// Each component starts with the share of one pseudo-group that nsb's prior (flat in expected
/// entropy) gives it.
/// One answer a group; a group without observations gets the prior's. A group of one candidate has
/// entropy 0.
/// In detail: 14 values A_j; ln a on a grid of 65 points from 0.001 to 1e4; the pseudo-group offers as
/// many candidates as the largest group, at least 2; EM stops when no component's weight moves by
/// 1e-5, or after 300 rounds; components below a weight of 1e-7 are left out of a group's posterior.
/// Sources: Nemenman, Shafee & Bialek 2002 (prior weight); Minka 2000 (Dirichlet-multinomial);
/// Dempster, Laird & Rubin 1977 (EM). The combination is this project's; its evidence is the study
/// scenarios/estimator_choice.json.
[[nodiscard]] std::vector<PooledGroup> mixture_posteriors(const CountsTable& table);

/// Below this pooled weight a group counts as having fallen back; and with fewer groups than this,
/// pooling is doubtful whatever the weights.
inline constexpr double least_pooled_weight = 0.5;
inline constexpr std::size_t least_groups = 10;

/// What the registry says of it.
struct EmpiricalBayesMixture {
    static constexpr std::string_view name = "empirical_bayes_mixture";
    static constexpr std::string_view formula =
        "E[H] under sum_j w_j Dirichlet(A_j b_j), b_j the other groups' frequencies or 1/K, w by "
        "EM";
    static constexpr std::string_view source =
        "this project (scenarios/estimator_choice.json); components as in Nemenman, Shafee & "
        "Bialek "
        "2002";
    static constexpr std::string_view limits =
        "needs the counts of all groups; falls back on K alone for groups unlike the others";
};

}  // namespace truegap::metrics
