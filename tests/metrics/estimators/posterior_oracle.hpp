#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// nsb and pym by quadratures that share nothing with `metrics/`: Gauss-Legendre panels instead of
/// trapezoid rules, other variables, the moments as Wolpert & Wolf and Archer, Park & Pillow print
/// them, and 64-bit mantissas or 50 digits.
namespace truegap::metrics::oracle {

struct Moments {
    double mean = 0.0;
    double sd = 0.0;
};

enum class Digits { nineteen, fifty };

/// Over s = a / (a + b), b near the peak of the integrand, on panels that shrink towards 0, 1/2, 1.
/// order: nodes a panel, 15, 20, 25 or 30.
[[nodiscard]] Moments nsb(std::span<const std::uint32_t> counts,
                          double items,
                          Digits digits = Digits::nineteen,
                          int order = 20);

/// A part of the (eta, gamma) plane, cut into equal panels of 20 x 20 nodes.

struct Box {
    double eta_from, eta_to;
    double gamma_from, gamma_to;
    int eta_panels, gamma_panels;
};
/// Over (eta, gamma) itself, alpha and d found by Newton's method. The integrand on the edges that
/// are not edges of the domain must be negligible (below e^-36 of the highest): nothing otherwise.
[[nodiscard]] std::optional<Moments> pym(std::span<const std::uint32_t> counts, const Box& box);

/// E[H | d, alpha, counts] and E[H^2 | d, alpha, counts] of a Pitman-Yor process.
struct RawMoments {
    double first = 0.0;
    double second = 0.0;
};
[[nodiscard]] RawMoments pitman_yor_entropy(double d,
                                            double alpha,
                                            std::span<const std::uint32_t> counts);

}  // namespace truegap::metrics::oracle
