#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "metrics/response.hpp"
#include "sim/predictor.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// A predictor outside: it is asked in words, of a synthetic world or of real data.
class Outside {
  public:
    Outside() = default;
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;
    Outside(Outside&&) = delete;
    Outside& operator=(Outside&&) = delete;
    virtual ~Outside() = default;

    /// One response a question, in the same order, each with `faults`.
    [[nodiscard]] virtual std::vector<metrics::Response> answer(
        std::span<const Question> questions) = 0;
};

/// The predictor of a study that puts its contexts to one outside. What it truly believes is known where it
/// states a whole distribution.
/// make_outside: called once a world.
[[nodiscard]] sim::PredictorMaker outside_predictor(
    std::string label,
    PromptSpec prompts,
    std::size_t top,
    std::function<std::unique_ptr<Outside>()> make_outside);

}  // namespace truegap::adapters
