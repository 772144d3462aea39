#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/predictor.hpp"

/// What mock predictors believe: exact distributions q over a context's candidates.
/// p = P(b | delta, h, C), the target.
namespace truegap::adapters {

/// q as a function of the context. Refers to the world's population, which must outlive it.
using Belief = std::function<metrics::Distribution(const sim::Context&)>;

/// Weights given by their logarithms (-infinity for 0, not all of them), normalised: shape (K,).
[[nodiscard]] metrics::Distribution from_log_weights(std::vector<double> logs);

/// P(b | delta, h, C) of what a predictor sees of a context, in the population that it assumes.
/// Throws ScenarioError where that cannot happen in this population, and where a class that is then
/// possible gives every candidate probability 0.
[[nodiscard]] metrics::Distribution believed_target(const sim::Population& population,
                                                    const sim::Context& seen);

/// Which parts of a context a belief is allowed to see.
struct Sees {
    bool group = true;
    bool history = true;
};

/// The target as seen through part of the context: p itself (`bayes`), P(b|C) (`popularity`),
/// P(b|delta,C) (`history_blind`), P(b|h,C) (`demographic_blind`).
/// Throws what `believed_target` does.
[[nodiscard]] Belief posterior_belief(const sim::World& world, Sees sees);

/// q proportional to of^(1/temperature), temperature > 0; zeros stay zero.
[[nodiscard]] Belief tempered(Belief of, double temperature);

/// q proportional to of exp(sigma e_b), e standard normal, drawn once per context, world and layer.
/// layer: 0, but for noise on what is noisy already, which has e of its own.
[[nodiscard]] Belief noisy(const sim::World& world,
                           Belief of,
                           double sigma,
                           std::uint32_t layer = 0);

/// q = (c + alpha) / (m + alpha K), c the choices of m training users of the context's group and
/// history, c ~ Multinomial(m, p), drawn once per context and world. m >= 1, alpha >= 0.
[[nodiscard]] Belief memorizer(const sim::World& world, std::uint32_t m, double alpha);

/// q = 1/K.
[[nodiscard]] Belief uniform();

/// The values of `of` in reversed order of the candidates.
[[nodiscard]] Belief reversed(Belief of);

}  // namespace truegap::adapters
