#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Chao-Shen (coverage-adjusted Horvitz-Thompson) entropy, in nats.
///     C = 1 - f1/N  (f1 = N is replaced by N-1),  p_i = C n_i/N,
///     H = -sum p_i ln p_i / (1 - (1 - p_i)^N) over the seen items
/// Nothing when n = 0. n = 1 gives 0; a single item seen n >= 2 times gives 0; all singletons use
/// C = 1/N and stay finite. May exceed ln K. K is not used.
/// Source: Chao & Shen, Environ. Ecol. Stat. 10 (2003).
struct ChaoShen {
    static constexpr std::string_view name = "chao_shen";
    static constexpr std::string_view formula =
        "-sum p_i ln p_i / (1 - (1-p_i)^N), p_i = (1 - f1/N) n_i/N (f1 = N counts as N-1)";
    static constexpr std::string_view source = "Chao & Shen 2003, Environ. Ecol. Stat. 10";
    static constexpr std::string_view limits =
        "needs repeats: with singletons only it rests on one assumed repeat";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
};

}  // namespace truegap::metrics
