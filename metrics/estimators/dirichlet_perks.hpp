#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Plug-in entropy of the Dirichlet posterior mean with a = 1/K (Perks), in nats.
///     H = -sum_{i=1..K} p_i ln p_i,   p_i = (n_i + a) / (N + K a)
/// Value in [0, ln K]. K is required, and unseen items count. Nothing when n = 0, when K is missing
/// or smaller than the number of items seen. n = 1, a single item and all singletons have no value
/// of their own: the formula holds, and is 0 only for K = 1.
/// Source: Holste, Grosse & Herzel, J. Phys. A 31 (1998); Schurmann & Grassberger, Chaos 6 (1996).
struct DirichletPerks {
    static constexpr std::string_view name = "dirichlet_perks";
    static constexpr std::string_view formula =
        "plug_in of (n_i+a)/(N+Ka) over all K items, a = 1/K";
    static constexpr std::string_view source =
        "Holste, Grosse & Herzel 1998; Schurmann & Grassberger 1996";
    static constexpr std::string_view limits =
        "one pseudo-count in all: hardly more than the plug-in, biased low when most items are "
        "unseen";
    static constexpr ItemsUse items_use = ItemsUse::required;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
