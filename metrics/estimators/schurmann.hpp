#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Schurmann's entropy at xi = e^(-1/2), in nats.
///     H = psi(N) - (1/N) sum_i n_i [psi(n_i) + (-1)^n_i int_0^(1/xi - 1) t^(n_i-1)/(1+t) dt]
/// Nothing when n = 0. n = 1 gives ln(1/xi) = 1/2, not 0; a single item seen n times gives -(-1)^n
/// times the integral, small but not 0, negative for even n; all singletons give psi(n) + gamma +
/// 1/2. K is not used. (xi = 1/2 would give grassberger_2003_psi, xi = 1 zhang.)
/// Source: Schurmann, J. Phys. A 37 (2004), arXiv cond-mat/0403192.
struct Schurmann {
    static constexpr std::string_view name = "schurmann";
    static constexpr std::string_view formula =
        "psi(N) - (1/N) sum n_i [psi(n_i) + (-1)^n_i int_0^(1/xi-1) t^(n_i-1)/(1+t) dt], xi = "
        "e^(-1/2)";
    static constexpr std::string_view source = "Schurmann 2004, arXiv cond-mat/0403192";
    static constexpr std::string_view limits =
        "not 0 for one item, by its definition; biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
