#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Zhang's entropy, in nats.
///     H = sum_i (n_i/N) (psi(N) - psi(n_i))
/// Nothing when n = 0. n = 1 and a single item seen n times give 0; all singletons give
/// psi(N) + gamma. Its bias falls exponentially in N for a fixed finite distribution, but is still
/// negative. K is not used.
/// Source: Zhang, Neural Comput. 24 (2012).
struct Zhang {
    static constexpr std::string_view name = "zhang";
    static constexpr std::string_view formula = "sum (n_i/N) (psi(N) - psi(n_i))";
    static constexpr std::string_view source = "Zhang 2012, Neural Comput. 24";
    static constexpr std::string_view limits = "biased low when most items are unseen";
    static constexpr ItemsUse items_use = ItemsUse::ignored;
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
};

}  // namespace truegap::metrics
