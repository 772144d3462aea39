#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// The Pitman-Yor mixture entropy of Archer, Park & Pillow, in nats, for an unknown and possibly
/// infinite number of items.
///     H = int int E[H | d, alpha] p(n | d, alpha) q(gamma) deta dgamma / int int p q deta dgamma
///     eta = psi(1+alpha) - psi(1-d) in (0, infinity), the prior mean entropy
///     gamma = (psi(1) - psi(1-d)) / eta in (0, 1),   q(gamma) = exp(-10 / (1-gamma))
///     p(n | d, alpha) = prod_{l<S} (alpha + l d) prod_i Gamma(n_i-d)/Gamma(1-d)
///                       Gamma(1+alpha) / Gamma(alpha+N),   l = 1..S-1
///     E[H | d, alpha] = psi(alpha+N+1) - (alpha + S d)/(alpha+N) psi(1-d)
///                       - sum_i (n_i-d)/(alpha+N) psi(n_i-d+1)
/// The prior is flat in eta over the whole domain alpha >= 0, 0 <= d < 1; the authors' program
/// integrates over a box around the mode, in (alpha, d).
/// Nothing when n = 0, and nothing without a coincidence (all singletons, n = 1 among them): p then
/// tends to 1 as alpha grows, and the integral over eta diverges. A single item seen n >= 2 times
/// gives a value above 0 that falls about as 1/n. K is not used.
/// The integrals are taken by nested trapezoid rules over ln(d/(1-d)) and ln alpha, whose steps are
/// halved until mean and variance settle; nothing if they do not, which has not been seen.
/// Source: Archer, Park & Pillow, J. Mach. Learn. Res. 15 (2014).
struct Pym {
    static constexpr std::string_view name = "pym";
    static constexpr std::string_view formula =
        "posterior mean under a Pitman-Yor mixture, prior flat in expected entropy eta > 0 times "
        "exp(-10/(1-gamma)), 0 < gamma < 1";
    static constexpr std::string_view source =
        "Archer, Park & Pillow 2014, J. Mach. Learn. Res. 15";
    static constexpr std::string_view limits =
        "needs an item seen twice; allows for infinitely many items, so it is high when they are "
        "few and most have been seen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    /// The same mean, and the sd of H under the whole posterior.
    [[nodiscard]] std::optional<Posterior> posterior(const CountsView& sample) const;
    [[nodiscard]] static std::string_view why_undefined(const CountsView& sample);
    [[nodiscard]] static std::string_view caveat(const CountsView& sample);
};

}  // namespace truegap::metrics
