#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// James-Stein shrinkage entropy, in nats: the plug-in of the shares shrunk towards 1/K.
///     H = -sum_{i=1..K} p_i ln p_i,   p_i = lam/K + (1-lam) n_i/N,
///     lam = (1 - sum (n_i/N)^2) / ((N-1) sum_{i<=K} (1/K - n_i/N)^2), clipped to [0, 1]; 0/0 is 1
/// Value in [0, ln K]. K is required, and unseen items count. Nothing when n = 0, when K is missing
/// or smaller than the number of items seen. n = 1 gives ln K (0/0); a single item seen n >= 2
/// times gives 0 (lam = 0), except for K = 1, which always gives 0; all singletons give ln K.
/// Source: Hausser & Strimmer, J. Mach. Learn. Res. 10 (2009).
struct Shrinkage {
    static constexpr std::string_view name = "shrinkage";
    static constexpr std::string_view formula =
        "plug_in of lam/K + (1-lam) n_i/N, lam = (1 - sum (n_i/N)^2) / ((N-1) sum (1/K - n_i/N)^2) "
        "clipped to [0, 1]";
    static constexpr std::string_view source = "Hausser & Strimmer 2009, JMLR 10";
    static constexpr std::string_view limits =
        "drawn to ln K when counts are even or few; 0 for one item seen twice or more";
    static constexpr ItemsUse items_use = ItemsUse::required;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
};

}  // namespace truegap::metrics
