#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Zahl's delete-one jackknife of the plug-in entropy, in nats.
///     H = N H(n) - ((N-1)/N) sum_i n_i H(n - e_i) = sum_i (n_i/N) (g(N) - g(n_i)),
///     g(c) = c ln c - (c-1) ln(c-1), g(1) = 0
/// Nothing when n = 0, and nothing when n = 1: what is left out must leave something behind. A
/// single item seen n >= 2 times gives 0; all singletons give g(n) = ln n + 1 or so. May exceed ln
/// K. K is not used.
/// Source: Zahl, Ecology 58 (1977).
struct Jackknife {
    static constexpr std::string_view name = "jackknife";
    static constexpr std::string_view formula = "N H - (N-1)/N sum_i n_i H(n - e_i), H the plug-in";
    static constexpr std::string_view source = "Zahl 1977, Ecology 58";
    static constexpr std::string_view limits =
        "undefined for N = 1; biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
    /// Why a sample with observations has no estimate.
    [[nodiscard]] static std::string_view why_undefined(const CountsView& sample);
};

}  // namespace truegap::metrics
