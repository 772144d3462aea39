#pragma once

#include <span>
#include <vector>

#include "sim/context.hpp"
#include "sim/predictor.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// The questions that the contexts of a synthetic world are, in the same order: `context_id` is
/// WORLD/CONTEXT; `user` is given where a context stands there several times, or for another user than its
/// first. Names and the order of candidates are a pure function of the seed, the world and the context, and
/// so are the example users of a context (its attributes, length of history and candidates). Those of a
/// world depend on all `contexts`, which should therefore be those of the whole world: they have every
/// attribute that any of them shows and the longest history, and choose among the candidates that all of
/// them offer, else among all items (under click position bias, the first one's candidates).
/// Throws sim::ScenarioError when there are not as many names as items, or no example can be drawn.
[[nodiscard]] std::vector<Question> world_questions(const PromptSpec& spec,
                                                    const sim::World& world,
                                                    std::span<const sim::Context> contexts,
                                                    std::size_t top);

}  // namespace truegap::adapters
