#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Chao-Wang-Jost entropy, in nats: Zhang's estimator plus an estimate of the entropy of the
/// unseen.
///     H = sum (n_i/N)(psi(N) - psi(n_i)) + (f1/N) (1-A)^(1-N) [-ln A - sum_{r<N} (1-A)^r / r],
///     A = 2 f2 / ((N-1) f1 + 2 f2);  f2 = 0: A = 2 / ((N-1)(f1-1) + 2);  f1 = f2 = 0: A = 1
/// Nothing when n = 0. n = 1 and a single item seen n times give 0; all singletons stay finite.
/// May exceed ln K. K is not used. (With f2 = 0 others write f1 for f1-1 in A: not this variant.)
/// Source: Chao, Wang & Jost, Methods Ecol. Evol. 4 (2013).
struct ChaoWangJost {
    static constexpr std::string_view name = "chao_wang_jost";
    static constexpr std::string_view formula =
        "sum (n_i/N)(psi(N)-psi(n_i)) + (f1/N)(1-A)^(1-N) [-ln A - sum_{r<N} (1-A)^r/r], "
        "A = 2f2/((N-1)f1+2f2), f2 = 0: 2/((N-1)(f1-1)+2)";
    static constexpr std::string_view source = "Chao, Wang & Jost 2013, Methods Ecol. Evol. 4";
    static constexpr std::string_view limits =
        "a lower bound where items have very unequal chances of being unseen; with singletons only "
        "it rests on an assumed doubleton";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
};

/// The stable form of that bracket: (1-A)^(1-N) [-ln A - sum_{r<N} (1-A)^r / r]
///     = sum_{j>=0} x^(j+1) / (N+j),   x = 1 - A
/// A in (0, 1], N >= 1. Value in [0, -ln A]. The printed form loses every digit for large N.
[[nodiscard]] double chao_wang_jost_tail(double A, std::uint64_t n);

}  // namespace truegap::metrics
