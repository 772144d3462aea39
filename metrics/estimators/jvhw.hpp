#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// The minimax estimator of Jiao, Venkat, Han and Weissman, in nats, as their program has it.
///     H = sum_{observed} max(0, r L(c) + (1-r) U(c)),   r = clip(2 c/(N t) - 1, 0, 1)
///     L(c) = -(c/N) ln(c/N) + 1/(2N)
///     U(c) = sum_m g_m t^(1-m) c(c-1)...(c-m+1)/(N(N-1)...(N-m+1)) - (c/N) ln t
/// g: the best uniform approximation of -x ln x on [0, 1] of degree D = min(4 + ceil(1.2 ln N), 22).
/// t = 4 a ln N / N, b = ln(N/f1): a = 0.3303 b + 0.4679, or for N >= 200 and b <= 1.5
/// a = -0.530556484842359 b^2 + 1.09787328176926 b + 0.184831781602259; at least 1/(1.9 ln N).
/// Without singletons, or when N < D (that is N <= 6), r = 1 for every item.
/// The program's, not the paper's: the constant g_0 is kept (once for each observed item), D and t
/// are fitted by the authors, and t depends on f1, so that H is not a sum over items of a function
/// of c and N alone. 1/(2N) is added for every observed item, so one item alone does not give 0.
/// Nothing when N = 0. N = 1 gives 1/2, a single item seen N times 1/(2N); all singletons give
/// ln N + 1/2 for N <= 6, and from there a finite value that rises in steps, ln N + 2.5 at N = 100
/// and ln N + 3.5 at N = 1000. K is not used.
/// Source: Jiao, Venkat, Han & Weissman, IEEE Trans. Inf. Theory 61 (2015), and the authors'
/// program est_entro_JVHW; the polynomials are computed here, not theirs.
struct Jvhw {
    static constexpr std::string_view name = "jvhw";
    static constexpr std::string_view formula =
        "sum max(0, r [-p ln p + 1/(2N)] + (1-r) [unbiased best polynomial of -p ln p]), p = n_i/N";
    static constexpr std::string_view source =
        "Jiao, Venkat, Han & Weissman 2015, IEEE Trans. Inf. Theory 61, and the authors' program";
    static constexpr std::string_view limits =
        "not 0 for a single item (1/(2N)); needs about K/ln K observations; "
        "without singletons it is plug_in + S/(2N)";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
};

}  // namespace truegap::metrics
