#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Asymptotic NSB: the coincidence-counting limit of NSB for severely undersampled data, in nats.
///     H = gamma - ln 2 + 2 ln N - psi(N - S),   S = items seen, N - S = coincidences
/// Nothing when n = 0 and without a coincidence: for n = 1 and all singletons. A single item seen
/// n >= 2 times gives gamma - ln 2 + 2 ln n - psi(n-1), which has no meaning. K is not used, and
/// taken to be infinite.
/// Source: Nemenman, Entropy 13 (2011).
struct Ansb {
    static constexpr std::string_view name = "ansb";
    static constexpr std::string_view formula = "gamma - ln 2 + 2 ln N - psi(N-S)";
    static constexpr std::string_view source = "Nemenman 2011, Entropy 13";
    static constexpr std::string_view limits =
        "only for severe undersampling, N - S far below N and yet not small; its error is about "
        "1/sqrt(N-S) nat";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    /// Why a sample with observations has no estimate.
    [[nodiscard]] static std::string_view why_undefined(const CountsView& sample);
    /// Few coincidences, or so many that the limit does not hold.
    [[nodiscard]] static std::string_view caveat(const CountsView& sample);
};

}  // namespace truegap::metrics
