#include "cli/predictors.hpp"

#include "adapters/mock/mock_predictor.hpp"

namespace truegap::cli {

sim::PredictorMaker read_predictor(const adapters::JsonNode& node,
                                   const adapters::PredictorSurroundings& surroundings) {
    static_cast<void>(surroundings);
    return adapters::read_mock(node);
}

}  // namespace truegap::cli
