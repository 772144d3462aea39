#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/distribution.hpp"
#include "metrics/response.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"
#include "sim/redrawn.hpp"

namespace truegap::sim {

struct Scenario;

/// What is being scored. Each predictor answers each context once; what chance makes of that answer in
/// a replicate (faults, contamination) is not its own doing.
class Predictor {
  public:
    Predictor() = default;
    Predictor(const Predictor&) = delete;
    Predictor& operator=(const Predictor&) = delete;
    Predictor(Predictor&&) = delete;
    Predictor& operator=(Predictor&&) = delete;
    virtual ~Predictor() = default;

    /// One response a context, in the same order.
    [[nodiscard]] virtual std::vector<metrics::Response> predict(
        std::span<const Context> contexts) = 0;

    /// The distribution q that the predictor truly believes, over the candidates in their order.
    /// Nothing when it cannot be known; then the true cross-entropy and gap stay unknown too.
    [[nodiscard]] virtual std::optional<metrics::Distribution> exact(const Context& context) = 0;
};

/// The world a predictor is built in. Live predictors ignore it; mocks take their knowledge from
/// it.
struct World {
    const Population& population;
    std::uint64_t seed = 0;
    std::uint32_t index = 0;
};

/// A predictor as a scenario names it: its label, and how to build it in a world.
struct PredictorMaker {
    std::string label;  ///< the kind with its parameters: `bayes`, `tempered(2)`
    std::function<std::unique_ptr<Predictor>(const World&)> make;
    Faults faults = {};                               ///< of its answers, drawn in every replicate
    std::optional<Contamination> contamination = {};  ///< of what `make` builds
    /// Whether its answers come from outside, so that the scenario alone does not tell them.
    bool outside = false;

    /// Whether it answers anew in every replicate.
    [[nodiscard]] bool redrawn() const { return faults.any() || contamination.has_value(); }
    /// Why it cannot be built in the worlds of a scenario of one population, and what is allowed;
    /// nothing when it can. Empty: it can be built everywhere.
    std::function<std::optional<std::string>(const Scenario&)> objection = {};
};

}  // namespace truegap::sim
