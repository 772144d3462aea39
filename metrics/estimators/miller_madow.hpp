#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Miller-Madow entropy, in nats: the plug-in with its first-order bias removed for the seen items.
///     H = H_plug_in + (S - 1) / (2N),   S = items with a positive count
/// Nothing when n = 0. n = 1 and a single seen item give 0; all singletons give ln n + (n-1)/(2n).
/// May exceed ln K. K is not used.
/// Source: Miller, in Information Theory in Psychology (1955).
struct MillerMadow {
    static constexpr std::string_view name = "miller_madow";
    static constexpr std::string_view formula = "plug_in + (S-1)/(2N)";
    static constexpr std::string_view source = "Miller 1955";
    static constexpr std::string_view limits = "biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
    [[nodiscard]] std::optional<double> standard_error(const CountsView& sample) const;
};

}  // namespace truegap::metrics
