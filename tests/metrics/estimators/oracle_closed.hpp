#pragma once

#include <cstdint>
#include <span>

/// The closed forms of `estimators.md` as they are printed there, in arithmetic of 50 or 100 digits,
/// rounded to double at the end. Shares no code with `metrics/`, which has rearranged all of them.
namespace truegap::metrics::oracle {

using CountsSpan = std::span<const std::uint32_t>;

/// Every observation left out in turn, as Zahl writes it.
[[nodiscard]] double jackknife(CountsSpan counts);
[[nodiscard]] double grassberger_1988(CountsSpan counts);
[[nodiscard]] double grassberger_1988_n1(CountsSpan counts);
[[nodiscard]] double grassberger_2003_psi(CountsSpan counts);
[[nodiscard]] double schurmann(CountsSpan counts);
[[nodiscard]] double zhang(CountsSpan counts);
/// From a table of harmonic numbers.
[[nodiscard]] double bonachela(CountsSpan counts);
[[nodiscard]] double ansb(CountsSpan counts);

[[nodiscard]] double shrinkage(CountsSpan counts, std::uint64_t K);
[[nodiscard]] double dirichlet_jeffreys(CountsSpan counts, std::uint64_t K);
[[nodiscard]] double dirichlet_laplace(CountsSpan counts, std::uint64_t K);
[[nodiscard]] double dirichlet_perks(CountsSpan counts, std::uint64_t K);
[[nodiscard]] double dirichlet_minimax(CountsSpan counts, std::uint64_t K);

/// Wolpert and Wolf's E[H], and sqrt(E[H^2] - E[H]^2) with E[H^2] as their double sum over pairs of
/// items.
struct MeanAndSd {
    double mean, sd;
};
[[nodiscard]] MeanAndSd wolpert_wolf(CountsSpan counts, std::uint64_t K, double a);

/// int_0^x t^(c-1)/(1+t) dt, x = e^(1/2) - 1: by its recurrence I(1) = 1/2, I(c+1) = x^c/c - I(c),
/// and by double-exponential quadrature.
[[nodiscard]] double schurmann_integral_by_recurrence(std::uint64_t c);
[[nodiscard]] double schurmann_integral_by_quadrature(std::uint64_t c);

/// psi(x + d) - psi(x), and x psi'(x) - (x + d) psi'(x + d), as they stand.
[[nodiscard]] double digamma_difference(double x, double d);
[[nodiscard]] double scaled_trigamma_difference(double x, double d);

}  // namespace truegap::metrics::oracle
