#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "tests/temporary_folder.hpp"

#include "adapters/io/json_text.hpp"
#include "adapters/io/scenario_json.hpp"

/// What the tests of the adapters share.
namespace truegap::test {

/// Random numbers for making cases, the same everywhere: SplitMix64.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] std::uint64_t bits();
    [[nodiscard]] std::size_t below(std::size_t n) { return bits() % n; }

  private:
    std::uint64_t state_;
};

/// What the InputError says that `action` throws; empty when it throws none.
[[nodiscard]] std::string complaint(const std::function<void()>& action);

/// A small scenario, as text that can be parsed and changed.
[[nodiscard]] adapters::Json scenario_json();
/// Reads predictors, mocks alone.
[[nodiscard]] sim::PredictorMaker read_mocks(const adapters::JsonNode& node,
                                             const adapters::PredictorSurroundings& surroundings);
/// Reads it the way the program does.
[[nodiscard]] sim::Scenario read(const adapters::Json& scenario,
                                 const std::filesystem::path& directory = ".");

}  // namespace truegap::test
