#pragma once

/// Differences of digamma and trigamma functions that keep their digits when the two arguments are
/// close, as they are for an item that holds nearly all observations.
namespace truegap::metrics {

/// psi(x + d) - psi(x) for x > 0, d >= 0; exactly 0 at d = 0. Relative error of a few roundings.
[[nodiscard]] double digamma_difference(double x, double d);

/// x psi'(x) - (x + d) psi'(x + d) for x > 0, d >= 0: never negative, since x psi'(x) falls towards
/// 1. Exactly 0 at d = 0.
[[nodiscard]] double scaled_trigamma_difference(double x, double d);

}  // namespace truegap::metrics
