#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Paninski's best-upper-bound estimator, in nats.
///     H = sum_{k=1..K} a_{n_k},   items that were not seen (a_0) included
/// The a_j, which depend on N and K, are those that he chooses to make this bound on the mean squared
/// error small, whatever the distribution over K items:
///     K^2 max_p |B(p)|^2 + N min(max_j |a_j - a_(j-1)|^2, 4 max_p min(K, 1/p) V(p)),
///     B(p) = sum_j a_j P(j; N, p) + p ln p,   V(p) = sum_j (j/N) (a_j - a_(j-1))^2 P(j; N, p)
/// with P binomial. By least squares, which stand for the maximum:
///     sum_p K^2 B(p)^2 + N sum_j (a_j - a_(j-1))^2
/// N < 20: over all a_0 .. a_N, p = 0, 1/(5N), ..., 1. N >= 20: over a_0 .. a_(k-1), the rest being
/// Miller and Madow's a_j = -(j/N) ln(j/N) + (1 - j/N)/(2N) and N (a_(k-1) - Miller and Madow's)^2 in
/// place of the last difference, p on 200 points from 1e-4/N to 30/N, each 1.07 times the last or
/// so; k = 1 .. 11 is the one with the least bound, its second maximum over p up to 30/K. With k = 1
/// there is N a_0^2 as well. No further multiplier on a_0 (his lambda_0 = 0).
/// This is what his program minimises, solved by QR instead of the normal equations, of which he
/// drops what is below 1e-7 of the largest: the same up to 1e-6 for K <= 50, 6e-5 for K = 1000.
/// Above N = 2K or so the bound of Miller and Madow's own coefficients can be smaller by a few
/// percent (0.509 against 0.538 at N = 20, K = 5): the program does not try them, nor does this.
/// For Np > 1e4, V(p) takes the difference at j = Np. The work does not grow with N.
/// Nothing when N = 0 or K is not known. It need not lie in [0, ln K]: a_0 is small but not 0, so
/// that K = 1e6 with N = 10 gives a finite 1419 for all singletons (`caveat` says so). N = 1 gives
/// a_1 + (K-1) a_0 (0.1812 for K = 1), a single item a_N + (K-1) a_0, where a_N = 0 for N >= 20; all
/// singletons N a_1 + (K-N) a_0.
/// Source: Paninski, Neural Comput. 15 (2003), and his program BUBfunc (2006).
struct Bub {
    static constexpr std::string_view name = "bub";
    static constexpr std::string_view formula =
        "sum a_{n_i} over all K items, a by regularised least squares to a bound on bias^2 + "
        "variance";
    static constexpr std::string_view source =
        "Paninski 2003, Neural Comput. 15, and his program BUBfunc";
    static constexpr std::string_view limits =
        "made for the worst distribution over K items; may leave [0, ln K], absurdly so for K much "
        "larger than N^2";
    static constexpr ItemsUse items_use = ItemsUse::required;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
    [[nodiscard]] static std::string_view caveat(const CountsView& sample);
};

}  // namespace truegap::metrics
