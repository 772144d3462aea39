#pragma once

#include <cstdint>

namespace truegap::metrics {

/// Where the asymptotic series of `ln_rising_over_power` begins to be exact to rounding.
inline constexpr double least_rising = 16.0;

/// ln [x (x + 1) ... (x + n - 1) / x^n] = sum_{j<n} ln(1 + j/x), for x >= least_rising (a contract), at
/// a price that does not grow with n. As the difference of two logarithms of Gamma it would lose all
/// its digits for large x; here its relative error stays near 1e-14. Exactly 0 for n = 0 and n = 1.
///     (x + n - 1/2) ln(1 + n/x) - n + S(x + n) - S(x),   S the rest of Stirling's series
[[nodiscard]] double ln_rising_over_power(double x, std::uint64_t n);

}  // namespace truegap::metrics
