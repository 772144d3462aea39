#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Bonachela, Hinrichsen and Munoz's entropy for small samples, in nats.
///     H = (1/(N+2)) sum_{seen i} (n_i+1) sum_{j=n_i+2..N+2} 1/j
/// Nothing when n = 0. n = 1 gives 2/9, not 0; a single item seen n times gives (n+1)/(n+2)^2; all
/// singletons give (2n/(n+2)) (1/3 + 1/4 + ... + 1/(n+2)). K is not used: unseen items add nothing.
/// Source: Bonachela, Hinrichsen & Munoz, J. Phys. A 41 (2008).
struct Bonachela {
    static constexpr std::string_view name = "bonachela";
    static constexpr std::string_view formula =
        "(1/(N+2)) sum_{seen} (n_i+1) sum_{j=n_i+2..N+2} 1/j";
    static constexpr std::string_view source = "Bonachela, Hinrichsen & Munoz 2008, J. Phys. A 41";
    static constexpr std::string_view limits =
        "not 0 for one item, by its definition; made for few items, overestimates the entropy of "
        "many rare ones";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
