#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Valiant and Valiant's entropy of the simplest distribution that explains how many items were
/// seen once, twice, and so on, in nats.
///     H = -sum_j h_j x_j ln x_j + sum_{i in E} F_i [-(i/N) ln(i/N) + 1/(2N)]
/// F_i: items seen i times. E, the empirical part: the i with fewer than sqrt(i) items seen
/// i - ceil(sqrt i) to i + ceil(sqrt i) times, and every i > 500. The rest, F'_i, is explained by
/// h_j items of probability x_j each, x_j = x_0 1.05^j from x_0 = 1/(N max(10, N)) up to the largest
/// i of the rest over N, with sum h_j x_j equal to the rest's share of the sample. First the least
///     D = sum_i |F'_i - sum_j h_j Poisson(i; N x_j)| / sqrt(F'_i + 1),   i <= i_max + ceil(sqrt i_max)
/// then, of all h with at most that D + 1/2, the one with the fewest items sum h_j. Without
/// singletons x_0 = i_min/N and the first h is the answer.
/// Nothing when N = 0. A single item seen N > 1 times gives 1/(2N) (nothing is left to explain).
/// N = 1 gives 0.0690: the grid ends above 1. All singletons: the distribution that explains them
/// best is the one of the smallest probability that the grid has, so that the answer, nearly 2 ln N,
/// is the grid's and not the sample's: `caveat` says so. K is not used; the answer may exceed ln K.
/// Source: Valiant & Valiant, "Estimating the Unseen", J. ACM 64 (2017) and NIPS 2013, as in their
/// program entropy_estC; the limit of 500 is their unseen_largescale's (there it is the only split).
struct Unseen {
    static constexpr std::string_view name = "unseen";
    static constexpr std::string_view formula =
        "-sum h_j x_j ln x_j, h the fewest items that explain the fingerprint nearly as well as "
        "can "
        "be; plug-in + 1/(2N) for items seen often";
    static constexpr std::string_view source =
        "Valiant & Valiant 2017, J. ACM 64, and the authors' program entropy_estC";
    static constexpr std::string_view limits =
        "with singletons only its answer is set by its grid; needs tens of observations; slow "
        "(two linear programmes)";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] static std::string_view why_undefined(const CountsView& sample);
    [[nodiscard]] static std::string_view caveat(const CountsView& sample);
};

}  // namespace truegap::metrics
