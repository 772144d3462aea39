#pragma once

#include <optional>
#include <string_view>

#include "metrics/counts.hpp"

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
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
};

}  // namespace truegap::metrics
