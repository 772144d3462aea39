#pragma once

#include <cstdint>
#include <span>

/// The coefficients of Paninski's best-upper-bound estimator.
namespace truegap::metrics::detail {

/// Below this many observations every coefficient is free.
inline constexpr std::uint64_t fewest_for_miller_madow = 20;
/// From there on at most so many are free.
inline constexpr std::uint64_t most_free = 11;

/// a_j of Miller and Madow: -(j/N) ln(j/N) + (1 - j/N)/(2N). j <= N, N >= 1.
[[nodiscard]] double miller_madow_coefficient(std::uint64_t j, std::uint64_t n);

/// The free coefficients a_0, a_1, ...; those that follow are Miller and Madow's. Computed once for
/// an (n, K), and remembered for the last few on this thread: valid until the next call.
/// n >= 1, items >= 1.
[[nodiscard]] std::span<const double> bub_coefficients(std::uint64_t n, std::uint64_t items);

}  // namespace truegap::metrics::detail
