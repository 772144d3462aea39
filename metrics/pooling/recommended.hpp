#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/pooling/mixture_prior.hpp"

/// The recommended metric: the unbiased cross-entropy of the predictor's own distribution minus the
/// entropy of `mixture_posteriors`. Chosen on the evidence of scenarios/estimator_choice.json.
namespace truegap::metrics {

/// One group's gap, in nats.
struct RecommendedGap {
    double cross_entropy = 0.0;  ///< +infinity where an observed candidate has q = 0
    double gap = 0.0;            ///< cross_entropy minus the posterior mean of H; may be below 0
    /// Standard error of the gap; +infinity where a candidate that could be chosen has q = 0.
    double standard_error = 0.0;
};

/// gap = -(1/n) sum_k c_k ln q_k - E[H],  and its standard error
///     SE^2 = Var_pi(ln q)/n + Var[H] - 2 min(0, C) + order_error^2,
/// pi the posterior mean of the group, C the delete-one covariance between the cross-entropy and E[H].
/// A positive C would make the interval narrower; it is not used, because the spread of H between
/// groups is larger than any Dirichlet prior says (docs/decisions/0005).
/// counts, ln_q: shape (K,); n: the counts' sum, > 0.
[[nodiscard]] RecommendedGap recommended_gap(const PooledGroup& group,
                                             std::span<const std::uint32_t> counts,
                                             std::uint64_t n,
                                             std::span<const double> ln_q,
                                             double order_error = 0.0);

/// How well a predictor's first `top` candidates are chosen, in [-1, 1]: 1 as well as can be, 0 as by
/// chance, -1 as badly as can be.
///     rho = (m - T/K) / (most - T/K), or (m - T/K) / (T/K - least) when m is below T/K,
/// m the share of choices that fell on the first T, most and least the posterior mass of the T most
/// and least probable candidates, each averaged over the groups added. 0 where no ranking is better than
/// another: T = K in all groups, equally probable candidates, no groups.
class RankingQuality {
  public:
    /// order: the ranking with ties broken, at least `top` long. n > 0.
    void add(const PooledGroup& group,
             std::span<const std::uint32_t> counts,
             std::uint64_t n,
             std::span<const std::uint32_t> order,
             std::size_t top);
    [[nodiscard]] double value() const;

  private:
    double mass_ = 0.0, chance_ = 0.0, most_ = 0.0, least_ = 0.0;
};

/// ln q of every candidate, and how uncertain the cross-entropy is for not knowing the order of the
/// unranked, in nats.
struct RankedLogs {
    std::vector<double> ln_q;  ///< shape (K,)
    double order_error = 0.0;  ///< half the distance between a random and the best order
};

/// ln q for a predictor that only ranks, for the estimand G1 (the gap of the ranking with the target's
/// own sorted probabilities). The first `top` candidates get the sorted posterior means; the others
/// all get the mean ln q that their posterior means would meet if they were ranked as well as the
/// first: (1 - |rho|) times a random order plus |rho| times the best (rho > 0) or the worst.
/// order_error is half the difference that it makes whether they are ranked best or at random; what
/// cannot be seen in the answer belongs in the interval.
[[nodiscard]] RankedLogs ranked_logs(const PooledGroup& group,
                                     std::span<const std::uint32_t> order,
                                     std::size_t top,
                                     double quality);

}  // namespace truegap::metrics
