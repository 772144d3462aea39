#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Grassberger's 2003 entropy, in nats, in its ln N form.
///     H = ln N - (1/N) sum_i n_i G(n_i),
///     G(n) = psi(n) + (-1)^n int_0^1 t^(n-1)/(1+t) dt;  G(1) = -gamma - ln 2, G(2) = 2 + G(1),
///     G(2m+1) = G(2m)
/// Nothing when n = 0. n = 1 gives gamma + ln 2 = 1.2704, not 0; a single item seen n times gives
/// ln n - G(n), small but not 0; all singletons give ln n + gamma + ln 2. K is not used.
/// Source: Grassberger, arXiv physics/0307138 (2003).
struct Grassberger2003 {
    static constexpr std::string_view name = "grassberger_2003";
    static constexpr std::string_view formula =
        "ln N - (1/N) sum n_i G(n_i), G(n) = psi(n) + (-1)^n int_0^1 t^(n-1)/(1+t) dt";
    static constexpr std::string_view source = "Grassberger 2003, arXiv physics/0307138";
    static constexpr std::string_view limits =
        "not 0 for one item, by its definition; biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
