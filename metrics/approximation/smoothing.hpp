#pragma once

#include <span>
#include <string>

namespace truegap::metrics {

/// How an approximation keeps its q away from zero.
///     none      q
///     additive  (n q + amount) / (n + amount K), renormalised;
///               for a population (n = infinity) q, renormalised
///     mixture   (1 - amount) q + amount / K; mass that a residual policy dropped stays missing
///     floor     max(q, amount), renormalised
struct Smoothing {
    enum class Kind { none, additive, mixture, floor };
    Kind kind = Kind::none;
    double amount = 0.0;  ///< alpha >= 0 pseudo-counts, or eps in (0, 1]
};

/// Smooths q in place. q: shape (K,), >= 0; users: n > 0, or infinity for a population target.
void smooth(const Smoothing& smoothing, double users, std::span<double> q);

/// `none`, `additive 0.5`, `mixture 0.01`, `floor 1e-06`.
[[nodiscard]] std::string label(const Smoothing& smoothing);

/// The shortest decimal digits that read back as exactly this number.
[[nodiscard]] std::string shortest(double number);

}  // namespace truegap::metrics
