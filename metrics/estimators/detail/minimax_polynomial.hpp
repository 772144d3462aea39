#pragma once

#include <cstdint>
#include <vector>

/// The best uniform approximation of -x ln x on [0, 1] by a polynomial, and its unbiased estimate
/// from a count.
namespace truegap::metrics::detail {

inline constexpr unsigned most_degree = 22;

/// p(x) = sum_j chebyshev[j] T_j(2x - 1), T_j Chebyshev's polynomials. The powers' coefficients are
/// not given: at degree 22 they reach 1e16, with alternating signs, and a double does not hold them.
struct MinimaxPolynomial {
    std::vector<double> chebyshev;
    double error = 0.0;  ///< max over [0, 1] of |p(x) + x ln x|, taken at degree + 2 points
};

/// By Remez' exchange, in arithmetic of 34 digits; computed once a degree and then remembered.
/// degree: 1 .. most_degree.
[[nodiscard]] const MinimaxPolynomial& minimax_entropy_polynomial(unsigned degree);

/// An unbiased estimate of t p(x/t), x the probability of an item that was seen `count` times in n:
///     sum_m g_m t^(1-m) c(c-1)...(c-m+1) / (n(n-1)...(n-m+1)),   p(x) = sum_m g_m x^m
/// n >= degree, t > 0.
[[nodiscard]] double unbiased_polynomial(unsigned degree,
                                         std::uint64_t count,
                                         std::uint64_t n,
                                         double t);

}  // namespace truegap::metrics::detail
