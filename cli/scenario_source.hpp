#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/io/scenario_json.hpp"

namespace truegap::cli {

/// The text that SCENARIO names: a file, `-` for standard input, or a shipped study.
struct ScenarioText {
    std::string text;
    std::string file;                 ///< how messages name it
    std::filesystem::path directory;  ///< what relative paths in it start from
};
/// Throws InputError.
[[nodiscard]] ScenarioText scenario_text(const std::string& name);

/// Reads the scenario that SCENARIO names. read_predictor: empty: as `truegap run` reads them without
/// options. Throws InputError.
[[nodiscard]] adapters::ScenarioFile load_scenario(
    const std::string& name,
    const adapters::ScenarioOverrides& overrides = {},
    const adapters::PredictorReader& read_predictor = {});
/// The same of a text.
[[nodiscard]] adapters::ScenarioFile load_scenario(const ScenarioText& source,
                                                   const adapters::ScenarioOverrides& overrides,
                                                   const adapters::PredictorReader& read_predictor);

/// Calls `body`, and puts the scenario's file in front of what cannot be studied in it.
void with_scenario_errors(const adapters::ScenarioFile& source, const std::function<void()>& body);

/// The folder of the shipped studies: $TRUEGAP_SCENARIOS, or beside the program.
[[nodiscard]] std::filesystem::path shipped_folder();
/// The names of the shipped studies, sorted.
[[nodiscard]] std::vector<std::string> shipped_names();
/// The text of a shipped study.
[[nodiscard]] std::string shipped_text(const std::string& name);

}  // namespace truegap::cli
