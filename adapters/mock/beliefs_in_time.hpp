#pragma once

#include <cstddef>
#include <cstdint>

#include "adapters/mock/beliefs.hpp"

/// What mock predictors believe that get time or the history wrong. All of it is the target of another
/// context or another population, computed as exactly as the truth; errors are those of
/// `believed_target`.
namespace truegap::adapters {

/// The same question `events` events earlier: without the last items of the history, that many at most,
/// and with a target that lies that much further back. What is not shown of the past cannot be less than
/// nothing: a predictor that goes back beyond a user's first event is asked for his first target.
[[nodiscard]] sim::Context earlier(sim::Context context, std::uint32_t events);

/// The target as it was that many events ago.
[[nodiscard]] Belief stale(const sim::World& world, std::uint32_t events);

/// The forward filter that assumes T = s I + (1 - s) 1 w^T, whatever the world does with its classes;
/// what each class does at each event it knows. No class is heterogeneous and nobody chaotic (a
/// contract). stay: s in [0, 1]; 1 in a world whose classes do not change is the target.
/// Keeps a population of its own.
[[nodiscard]] Belief adaptive(const sim::World& world, double stay);

/// P(b | delta, the last `length` items of h, C).
[[nodiscard]] Belief last_items(const sim::World& world, std::size_t length);

/// Diluted as the history grows, L its length:
///     q = (1 - o) P(b | delta, h, C) + o P(b | delta, C),   o = 1 - 1 / (1 + dilution L)
/// dilution >= 0.
[[nodiscard]] Belief diluted(const sim::World& world, double dilution);

}  // namespace truegap::adapters
