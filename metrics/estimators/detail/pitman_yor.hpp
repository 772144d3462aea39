#pragma once

#include <cstdint>
#include <vector>

#include "metrics/counts.hpp"

/// The posterior of an entropy under a Pitman-Yor process of given discount d and concentration
/// alpha. The symmetric Dirichlet(a) on K items is the one with d = -a and alpha = K a, so that one
/// set of formulas serves both.
///
/// With A = N + alpha, the seen items have weights c - d and the unseen ones together alpha + S d;
/// x = psi(c - d + 1), for unseen items psi(1 - d); phi(z) = z psi'(z); p = weight / A:
///     mean = sum p (psi(A + 1) - x)
///     variance = [ Var_p(x) + sum p (phi(c - d + 1) - phi(A + 1)) ] / (A + 1)
/// which are Wolpert & Wolf's (Phys. Rev. E 52, 1995) and Archer, Park & Pillow's (JMLR 15, 2014)
/// moments rearranged so that every term is positive and nothing cancels.
namespace truegap::metrics::detail {

/// A sample by its distinct counts. Up to `most_by_products` ratios of Gamma functions are products;
/// beyond, Stirling's series.
struct CountGroups {
    static constexpr std::uint32_t most_by_products = 128;

    explicit CountGroups(const CountsView& sample);

    std::vector<CountMultiplicity> small;  ///< ascending
    std::vector<CountMultiplicity> large;  ///< ascending
    double n = 0.0;
    double seen = 0.0;           ///< S
    double largest = 0.0;        ///< the largest count
    double small_repeats = 0.0;  ///< sum of c - 1 over the small
    double pairs = 0.0;          ///< sum of c (c - 1) / 2 over all
};

/// How ln prod Gamma(c - d) / Gamma(1 - d) is given: less ln Gamma(c) of the large counts (little
/// is left of them when |d| is small), or less (c - 1) ln(-d) of all.
enum class RisingForm { less_constants, less_powers };

/// What the seen items contribute; depends on the discount alone. Differences are from the item
/// with the largest count.
struct SeenItemSums {
    double ln_rising = 0.0;          ///< ln prod Gamma(c - d) / Gamma(1 - d), in the form asked for
    double difference = 0.0;         ///< sum of weight (x_largest - x)
    double square = 0.0;             ///< sum of weight (x_largest - x)^2
    double phi = 0.0;                ///< sum of weight (phi - phi_largest)
    double unseen_difference = 0.0;  ///< x_largest - psi(1 - d)
    double unseen_phi = 0.0;
};

enum class Moments { none, mean, both };

/// d < 1 as 1 - d and -d, each exact where it is small.
struct Discount {
    double one_minus = 1.0;
    double minus = 0.0;
};

[[nodiscard]] SeenItemSums seen_item_sums(const CountGroups& groups,
                                          const Discount& discount,
                                          RisingForm form,
                                          Moments moments);

struct EntropyMoments {
    double mean = 0.0;
    double variance = 0.0;  ///< where asked for
};

/// concentration: alpha; beyond_largest: alpha + d, A + 1 = (largest - d + 1) + (n - largest) + that;
/// unseen: alpha + S d, the weight of what was not seen.
[[nodiscard]] EntropyMoments entropy_moments(const CountGroups& groups,
                                             const Discount& discount,
                                             const SeenItemSums& sums,
                                             double concentration,
                                             double beyond_largest,
                                             double unseen,
                                             Moments moments);

}  // namespace truegap::metrics::detail
