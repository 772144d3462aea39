#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "metrics/estimators/estimator.hpp"
#include "metrics/pooling/counts_table.hpp"

namespace truegap::metrics {

/// How alike the groups are: each group's distribution ~ Dirichlet(A m).
struct DirichletPrior {
    std::vector<double> mean;    ///< m, shape (table.items,): summed counts over their total
    double concentration = 0.0;  ///< A in (0, infinity]; infinity: all groups are the same
};

/// The prior with the largest marginal likelihood (Dirichlet-multinomial) of the table's counts.
/// A group that offers fewer items has the prior restricted to them.
/// Nothing when no group has two observations: A cannot be known then.
/// members: which groups to fit; m is made from these as well.
/// Source: Minka, Estimating a Dirichlet distribution (2000).
[[nodiscard]] std::optional<DirichletPrior> fit_dirichlet_prior(
    const CountsTable& table, const std::vector<std::size_t>& members);

/// Entropy borrowed from the other groups, in nats: one prior Dirichlet(A m) for all, and each
/// group's posterior mean and standard deviation of H.
///     a_i = n_i + A m_i,  a = sum a_i:   E[H] = psi(a+1) - sum_i (a_i/a) psi(a_i+1)
/// A = infinity gives H(m). One posterior a group; nothing for any where A cannot be known, and
/// nothing for a group none of whose items was ever seen. A group without observations gets the
/// prior's.
/// Source: maths in docs/decisions/0005; the posterior moments are Wolpert & Wolf's (Phys. Rev. E 52,
/// 1995) with unequal a_i.
[[nodiscard]] std::vector<std::optional<Posterior>> empirical_bayes(const CountsTable& table);

/// The same with a hierarchy: groups of equal depth (number of ancestors) share a concentration; each
/// is centred on the posterior mean of its parent, and those without a parent on the pooled
/// frequencies. Observations of items that the parent does not offer say nothing of the concentration.
[[nodiscard]] std::vector<std::optional<Posterior>> empirical_bayes_hierarchical(
    const CountsTable& table);

/// What the registry says of them; they estimate nothing from one group's counts alone.
struct EmpiricalBayes {
    static constexpr std::string_view name = "empirical_bayes";
    static constexpr std::string_view formula =
        "E[H] = psi(a+1) - sum (a_i/a) psi(a_i+1), a_i = n_i + A m_i, m pooled over groups, "
        "A by maximum marginal likelihood";
    static constexpr std::string_view source =
        "Wolpert & Wolf 1995, Phys. Rev. E 52; Minka 2000, Estimating a Dirichlet distribution";
    static constexpr std::string_view limits =
        "needs the counts of all groups; believes that they are alike: a group unlike the others "
        "is "
        "drawn to them; nothing when every group has one observation";
};
struct EmpiricalBayesHierarchical {
    static constexpr std::string_view name = "empirical_bayes_hierarchical";
    static constexpr std::string_view formula =
        "empirical_bayes with m the posterior mean of the parent group, one A for each depth";
    static constexpr std::string_view source = EmpiricalBayes::source;
    static constexpr std::string_view limits = EmpiricalBayes::limits;
};

}  // namespace truegap::metrics
