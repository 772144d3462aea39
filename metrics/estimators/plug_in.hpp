#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Plug-in (maximum-likelihood) Shannon entropy, in nats.
///     H = ln n - (1/n) sum_k c_k ln c_k,   0 ln 0 = 0
/// Returns a value in [0, ln K], or nothing when n = 0 (no data, no estimate).
/// n = 1 and a single seen item give exactly 0; all singletons give ln n.
/// Biased low by about (K - 1) / (2n) (Miller 1955). K is not used.
/// Source: Shannon, Bell Syst. Tech. J. 27 (1948).
struct PlugIn {
    static constexpr std::string_view name = "plug_in";
    static constexpr std::string_view formula = "-sum (n_i/N) ln(n_i/N)";
    static constexpr std::string_view source = "Shannon 1948";
    static constexpr std::string_view limits =
        "biased low by about (S-1)/(2N); exactly 0 for one item";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
    [[nodiscard]] std::optional<double> standard_error(const CountsView& sample) const;
};

}  // namespace truegap::metrics
