#include "tests/adapters/support.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "adapters/io/input_error.hpp"
#include "adapters/mock/mock_predictor.hpp"

namespace truegap::test {

namespace fs = std::filesystem;

std::uint64_t Dice::bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

std::string complaint(const std::function<void()>& action) {
    try {
        action();
    } catch (const adapters::InputError& error) {
        return error.what();
    }
    return {};
}

adapters::Json scenario_json() {
    return adapters::Json::parse(R"({
        "name": "small", "question": "Does it work?", "seed": 1, "replicates": 10,
        "population": {"items": 12, "classes": 3, "attributes": [
            {"name": "age", "levels": ["young", "old"]},
            {"name": "gender", "levels": ["f", "m"], "informativeness": 0.4}]},
        "contexts": {},
        "design": {"users_per_group": 5},
        "predictors": [{"kind": "bayes"}],
        "responses": {"top": 4},
        "approximations": [{"kind": "rank_matched"}],
        "estimators": ["plug_in"]})");
}

sim::PredictorMaker read_mocks(const adapters::JsonNode& node,
                               const adapters::PredictorSurroundings& /*surroundings*/) {
    return adapters::read_mock(node);
}

sim::Scenario read(const adapters::Json& scenario, const fs::path& directory) {
    return adapters::read_scenario(scenario.dump(), "test.json", directory, read_mocks).scenario;
}

}  // namespace truegap::test
