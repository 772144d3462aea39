#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

/// Every elementary function that reaches a result passes through this file, so that "same input,
/// same bytes" can be made to hold across processors by changing one place.
namespace truegap::metrics {

/// Natural logarithm; ln(0) = -infinity.
[[nodiscard]] inline double ln(double x) {
    return std::log(x);
}
/// ln(1 + x), exact near x = 0.
[[nodiscard]] inline double ln_1p(double x) {
    return std::log1p(x);
}
/// e^x.
[[nodiscard]] inline double exponential(double x) {
    return std::exp(x);
}
/// e^x - 1, exact near x = 0.
[[nodiscard]] inline double exponential_m1(double x) {
    return std::expm1(x);
}
/// x^y for x >= 0.
[[nodiscard]] inline double power(double x, double y) {
    return std::pow(x, y);
}
/// psi(x), the derivative of ln Gamma, for x > 0.
[[nodiscard]] double digamma(double x);
/// psi'(x), for x > 0.
[[nodiscard]] double trigamma(double x);
/// ln(1 + x) - x for x > -1, without cancellation near 0.
[[nodiscard]] double ln_1p_minus_x(double x);

/// Counts below this limit are looked up; larger ones are computed, by the same functions.
inline constexpr std::size_t log_table_size = std::size_t{1} << 14U;

/// Tables over the integers c = 0 .. log_table_size - 1.
struct IntegerTables {
    std::span<const double> ln;             ///< ln c; -infinity at 0
    std::span<const double> c_ln_c;         ///< c ln c; 0 at 0
    std::span<const double> digamma;        ///< psi(c); -infinity at 0
    std::span<const double> grassberger_g;  ///< G(c) of grassberger_2003; -infinity at 0
};
[[nodiscard]] const IntegerTables& integer_tables();

/// c ln c, 0 at c = 0.
[[nodiscard]] double c_ln_c(std::uint64_t c);
/// psi(c) for an integer c >= 1.
[[nodiscard]] double digamma_of_count(std::uint64_t c);
/// G(c) = psi(c) + (-1)^c int_0^1 t^(c-1) / (1+t) dt = psi(floor(c/2) + 1/2) + ln 2, for c >= 1.
/// Source: Grassberger, arXiv physics/0307138 (2003).
[[nodiscard]] double grassberger_g(std::uint64_t c);
/// ln c - G(c) and psi(c) - ln c, for c >= 1, small for large c and without cancellation.
[[nodiscard]] double ln_minus_grassberger_g(std::uint64_t c);
[[nodiscard]] double digamma_minus_ln(std::uint64_t c);
/// ln(n / c) for 1 <= c <= n, accurate when c is close to n.
[[nodiscard]] double ln_ratio(std::uint64_t n, std::uint64_t c);

}  // namespace truegap::metrics
