#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/predictor.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/mock/beliefs.hpp"

namespace truegap::adapters {

/// A predictor that answers exactly what it believes, in every form: probabilities q, logits ln q,
/// and the ranking of q with its ties marked.
class MockPredictor final : public sim::Predictor {
  public:
    explicit MockPredictor(Belief belief) : belief_(std::move(belief)) {}

    [[nodiscard]] std::vector<metrics::Response> predict(
        std::span<const sim::Context> contexts) override;
    [[nodiscard]] std::optional<metrics::Distribution> exact(const sim::Context& context) override;

  private:
    Belief belief_;
};

/// A belief as a scenario names it, before there is a world.
struct MockBelief {
    std::string label;  ///< `bayes`, `tempered(2)`, `tempered(2,memorizer(20,0.5))`
    std::function<Belief(const sim::World&)> make;
    /// See `sim::PredictorMaker`.
    std::function<std::optional<std::string>(const sim::Scenario&)> objection = {};
    std::uint32_t noises = 0;  ///< how many `noisy` it is made of
};

/// The kinds of mock predictors, in the order in which they are listed.
[[nodiscard]] const std::vector<std::string>& mock_kinds();

/// Reads `{"kind": …}` with the parameters of that kind:
///     bayes, popularity, history_blind, demographic_blind, uniform   none
///     memorizer         m >= 1 training users, alpha >= 0
///     stale             ago >= 0 events
///     adaptive          stay in [0, 1]
///     lost_in_context   last >= 0 items, or dilution >= 0
///     back_off          users >= 1, strength > 0
/// and of those that do something to another one, `"of": {a belief}`, bayes where it is not given, up to
/// 8 deep:
///     tempered          temperature > 0
///     noisy             sigma >= 0
///     reversed          none
///     position_biased   ratio > 0
///     overconfident     share in [0, 1]
[[nodiscard]] MockBelief read_belief(const JsonNode& node);

/// The predictor that answers what `read_belief` reads, or a contaminated one (see contaminated.hpp), and
/// with any of them `"faults"` (see faults.hpp).
[[nodiscard]] sim::PredictorMaker read_mock(const JsonNode& node);

}  // namespace truegap::adapters
