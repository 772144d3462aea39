#pragma once

#include <span>
#include <vector>

#include "sim/context.hpp"
#include "sim/predictor.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// The questions that the contexts of a synthetic world are, in the same order: `context_id` is
/// WORLD/CONTEXT. Names, the order of candidates and the example users are a pure function of the seed,
/// the world and the context.
[[nodiscard]] std::vector<Question> world_questions(const PromptSpec& spec,
                                                    const sim::World& world,
                                                    std::span<const sim::Context> contexts,
                                                    std::size_t top);

}  // namespace truegap::adapters
