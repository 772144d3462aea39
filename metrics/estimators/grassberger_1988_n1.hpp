#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// The variant of Grassberger's 1988 entropy that several libraries ship under his name, in nats:
/// n_i + 1 where the paper has n_i (n_i+1).
///     H = ln N - (1/N) sum_i n_i [psi(n_i) + (-1)^n_i / (n_i+1)]
/// Nothing when n = 0. n = 1 gives gamma + 1/2 = 1.0772, not 0; a single item seen n times gives
/// ln n - psi(n) - (-1)^n/(n+1), not 0; all singletons give ln n + gamma + 1/2. K is not used. For
/// Poisson counts of mean 2 the mean of n times the bracket misses 2 ln 2 by 0.058.
/// Source: after Grassberger, Phys. Lett. A 128 (1988), which has n_i (n_i+1).
struct Grassberger1988N1 {
    static constexpr std::string_view name = "grassberger_1988_n1";
    static constexpr std::string_view formula =
        "ln N - (1/N) sum n_i [psi(n_i) + (-1)^n_i / (n_i+1)]";
    static constexpr std::string_view source =
        "Grassberger 1988, Phys. Lett. A 128, with n+1 for n(n+1)";
    static constexpr std::string_view limits =
        "not 0 for one item; a variant for comparison with other libraries: less exact than "
        "grassberger_1988";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
