#pragma once

#include <optional>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Posterior mean of the entropy under a symmetric Dirichlet prior with a pseudo-counts an item, in
/// nats.
///     H = psi(A+1) - sum_{i=1..K} (a_i/A) psi(a_i+1),   a_i = n_i + a, A = N + K a
/// with its exact posterior standard deviation. Value in (0, ln K), 0 for K = 1. K is required, and
/// unseen items count. a in [1e-9, 1e9]; a = 1 if not given. Nothing when n = 0, when K is missing
/// or smaller than the number of items seen. n = 1, a single item and all singletons have no value
/// of their own.
/// Source: Wolpert & Wolf, Phys. Rev. E 52 (1995).
struct WolpertWolf {
    static constexpr std::string_view name = "wolpert_wolf";
    static constexpr std::string_view formula =
        "psi(N+Ka+1) - sum_{i<=K} (n_i+a)/(N+Ka) psi(n_i+a+1)";
    static constexpr std::string_view source = "Wolpert & Wolf 1995, Phys. Rev. E 52";
    static constexpr std::string_view limits =
        "rests on its prior when N is not large against K a: every a > 0 fixes the entropy "
        "beforehand, most of all for large K";
    static constexpr ItemsUse items_use = ItemsUse::required;
    static constexpr double default_parameter = 1.0;
    static constexpr double least_parameter = 1e-9;
    static constexpr double most_parameter = 1e9;
    double parameter = default_parameter;  ///< a
    [[nodiscard]] std::optional<double> operator()(const CountsView& sample) const;
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const;
    [[nodiscard]] double constant(const SampleSize& size) const;
    [[nodiscard]] std::optional<Posterior> posterior(const CountsView& sample) const;
};

}  // namespace truegap::metrics
