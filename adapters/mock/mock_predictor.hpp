#pragma once

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

/// The kinds of mock predictors, in the order in which they are listed.
[[nodiscard]] const std::vector<std::string>& mock_kinds();

/// Reads `{"kind": …}` with the parameters of that kind:
///     bayes, popularity, history_blind, demographic_blind, uniform, reversed   none
///     tempered    temperature > 0
///     noisy       sigma >= 0
///     memorizer   m >= 1 training users, alpha >= 0
///     contaminated   see contaminated.hpp
/// and, with any of them, `"faults"` (see faults.hpp).
[[nodiscard]] sim::PredictorMaker read_mock(const JsonNode& node);

}  // namespace truegap::adapters
