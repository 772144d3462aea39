#pragma once

#include <optional>
#include <span>

/// Moments of the entropy of a random distribution theta ~ Dirichlet(a), a_i not all equal. They are
/// written as differences of polygammas at a_i + 1 and at a + 1, a = sum a_i, taken without
/// cancellation: relative errors stay near 1e-14 for a_i from 1e-6 to 1e9.
///     d_i = psi(a + 1) - psi(a_i + 1),   h(x) = (x + 1) psi_1(x + 1)
namespace truegap::metrics {

struct DirichletEntropy {
    double mean = 0.0;      ///< nats
    double variance = 0.0;  ///< nats^2
};

/// Mean and variance of H(theta), in nats.
///     E[H] = sum_i (a_i/a) d_i
///     V(H) = (1/(a + 1)) sum_i (a_i/a) [(d_i - E[H])^2 + h(a_i) - h(a)]
/// which is Wolpert & Wolf's second moment less the squared mean, with the double sum carried out;
/// every term is >= 0, h being decreasing.
/// concentrations: shape (K,), finite, >= 0, with a positive sum (a contract); an item with a_i = 0
/// has theta_i = 0. A single item gives exactly 0 and 0.
/// Source: Wolpert & Wolf, Phys. Rev. E 52 (1995).
[[nodiscard]] DirichletEntropy dirichlet_entropy(std::span<const double> concentrations);

/// The same for a hot loop: also writes d_i into `d`, shape (K,), 0 where a_i = 0.
DirichletEntropy dirichlet_entropy(std::span<const double> concentrations, std::span<double> d);

/// Cov(H(theta), sum_i theta_i g_i) for theta ~ Dirichlet(a), in nats times the unit of g.
///     sum_i g_i (a_i/a) (E[H | a + e_i] - E[H | a]) = (1/(a + 1)) sum_i (a_i/a) (g_i - g) (d_i - E[H])
/// with g = sum_i (a_i/a) g_i. With g_i = -ln q_i it is the covariance of the entropy with the
/// cross-entropy of a fixed q. concentrations as above; g: shape (K,).
/// Nothing where an item with a_i > 0 has a g_i that is not finite.
[[nodiscard]] std::optional<double> dirichlet_covariance(std::span<const double> concentrations,
                                                         std::span<const double> g);

/// Both at once, for about the price of one.
struct DirichletMoments {
    DirichletEntropy entropy;
    std::optional<double> covariance;
};
[[nodiscard]] DirichletMoments dirichlet_moments(std::span<const double> concentrations,
                                                 std::span<const double> g);

}  // namespace truegap::metrics
