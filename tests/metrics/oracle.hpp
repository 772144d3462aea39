#pragma once

#include <cstdint>
#include <span>

/// The definitions of docs `maths.md` and `estimators.md` once more, in arithmetic of 50 digits or
/// more, rounded to double at the end. Shares no code with `metrics/`, and where the code uses a
/// closed form this does not: psi comes from the harmonic sum, G from its integral, the
/// Chao-Wang-Jost bracket from the printed form.
namespace truegap::metrics::oracle {

[[nodiscard]] double c_ln_c(std::uint64_t c);
/// ln(1 + x) - x.
[[nodiscard]] double ln_1p_minus_x(double x);
/// psi(x) = psi(x + m) - sum_{j<m} 1/(x + j), x + m large.
[[nodiscard]] double digamma(double x);
/// psi(c) = -gamma + sum_{k<c} 1/k.
[[nodiscard]] double digamma_of_count(std::uint64_t c);
/// psi(c) + (-1)^c int_0^1 t^(c-1)/(1+t) dt; the integral by Euler's transform of its series
/// sum (-1)^k/(c+k), or by its recurrence I(1) = ln 2, I(c+1) = 1/c - I(c).
[[nodiscard]] double grassberger_g(std::uint64_t c);
[[nodiscard]] double grassberger_g_by_recurrence(std::uint64_t c);

[[nodiscard]] double plug_in(std::span<const std::uint32_t> counts);
[[nodiscard]] double miller_madow(std::span<const std::uint32_t> counts);
[[nodiscard]] double grassberger_2003(std::span<const std::uint32_t> counts);
[[nodiscard]] double chao_shen(std::span<const std::uint32_t> counts);
[[nodiscard]] double chao_wang_jost(std::span<const std::uint32_t> counts);

/// (1-A)^(1-n) [-ln A - sum_{r<n} (1-A)^r / r], x = 1 - A, in several ways.
enum class Tail {
    printed,     ///< as it stands, with 100 or 400 digits; for small n
    series,      ///< sum_{j>=0} x^(j+1)/(n+j); for large A
    quadrature,  ///< int_0^1 x t^(n-1)/(1 - x t) dt, double-exponential; for all
    best         ///< the first of these that is cheap
};
[[nodiscard]] double chao_wang_jost_tail(double A, std::uint64_t n, Tail how = Tail::best);

[[nodiscard]] double shannon_entropy(std::span<const double> p);
[[nodiscard]] double cross_entropy(std::span<const double> p, std::span<const double> q);
/// sum p ln(p/q) with p and q first divided by their sums, exactly.
[[nodiscard]] double kl_divergence(std::span<const double> p, std::span<const double> q);
/// H((p+q)/2) - H(p)/2 - H(q)/2.
[[nodiscard]] double jensen_shannon(std::span<const double> p, std::span<const double> q);

/// Table of maths.md section 5, in two passes. errors: at least 2; variances: at least 2.
struct Performance {
    double bias, bias_mcse;
    double empirical_se, empirical_se_mcse;
    double mse, mse_mcse;
    double rmse, rmse_mcse;
    double model_se, model_se_mcse;
    double relative_error, relative_error_mcse;
};
[[nodiscard]] Performance performance(std::span<const double> errors,
                                      std::span<const double> variances);

}  // namespace truegap::metrics::oracle
