#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Grassberger's 2003 entropy, in nats, in its psi(N) form.
///     H = psi(N) - (1/N) sum_i n_i G(n_i),   G as in grassberger_2003
/// Nothing when n = 0. n = 1 gives ln 2, not 0; a single item seen n times gives psi(n) - G(n),
/// small but not 0; all singletons give psi(n) + gamma + ln 2. K is not used. Exactly unbiased for
/// a fair coin.
/// Source: Grassberger, arXiv physics/0307138 (2003).
struct Grassberger2003Psi {
    static constexpr std::string_view name = "grassberger_2003_psi";
    static constexpr std::string_view formula =
        "psi(N) - (1/N) sum n_i G(n_i), G as in grassberger_2003";
    static constexpr std::string_view source = "Grassberger 2003, arXiv physics/0307138";
    static constexpr std::string_view limits =
        "not 0 for one item, by its definition; biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
