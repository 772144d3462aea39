#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// The entropy of Nemenman, Shafee & Bialek, in nats: the posterior mean under a mixture of
/// symmetric Dirichlet priors on K items that is nearly flat in the entropy.
///     H = int E[H | a] w(a) da / int w(a) da,   a in (0, infinity)
///     w(a) = (dxi/da) Gamma(Ka)/Gamma(N+Ka) prod_i Gamma(n_i+a)/Gamma(a),
///     xi(a) = psi(Ka+1) - psi(a+1), the prior mean entropy, from 0 to ln K
///     E[H | a] = sum_i (n_i+a)/(N+Ka) (psi(N+Ka+1) - psi(n_i+a+1)), unseen items included
/// K must be given. Nothing when n = 0, K is missing, or K is smaller than the number of items seen.
/// n = 1 gives exactly (ln K)/2; K = 1 gives 0, the only entropy there is. A single item seen n
/// times gives a value above 0 that falls about as 1/n. With all singletons the answer is driven by
/// the prior and grows with ln K; `caveat` says so.
/// The integral is taken in ln a by the trapezoid rule, whose step is halved until the mean settles;
/// nothing if it does not, which has not been seen. Relative error below 1e-11 for n up to 2^32.
/// Source: Nemenman, Shafee & Bialek, Adv. Neural Inf. Process. Syst. 14 (2002), 471-478;
/// E[H | a]: Wolpert & Wolf, Phys. Rev. E 52 (1995).
struct Nsb {
    static constexpr std::string_view name = "nsb";
    static constexpr std::string_view formula =
        "mean of wolpert_wolf(a) over a, weight (dxi/da) Gamma(Ka)/Gamma(N+Ka) prod "
        "Gamma(n_i+a)/Gamma(a), xi = psi(Ka+1) - psi(a+1)";
    static constexpr std::string_view source =
        "Nemenman, Shafee & Bialek 2002, Adv. Neural Inf. Process. Syst. 14";
    static constexpr std::string_view limits =
        "needs K; driven by its prior until some items have been seen twice; its prior has no "
        "long tails, so that it misses those of power laws";
    static constexpr ItemsUse items_use = ItemsUse::required;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    /// The same mean, and the sd of H under the whole posterior (within and between the a).
    [[nodiscard]] std::optional<Posterior> posterior(const CountsView& sample) const;
    [[nodiscard]] static std::string_view caveat(const CountsView& sample);
};

}  // namespace truegap::metrics
