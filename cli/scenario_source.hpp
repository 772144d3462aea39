#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/io/scenario_json.hpp"

namespace truegap::cli {

/// Reads the scenario that SCENARIO names: a file, `-` for standard input, or a shipped study.
/// Throws InputError.
[[nodiscard]] adapters::ScenarioFile load_scenario(
    const std::string& name, const adapters::ScenarioOverrides& overrides = {});

/// Calls `body`, and puts the scenario's file in front of what cannot be studied in it.
void with_scenario_errors(const adapters::ScenarioFile& source, const std::function<void()>& body);

/// The folder of the shipped studies: $TRUEGAP_SCENARIOS, or beside the program.
[[nodiscard]] std::filesystem::path shipped_folder();
/// The names of the shipped studies, sorted.
[[nodiscard]] std::vector<std::string> shipped_names();
/// The text of a shipped study.
[[nodiscard]] std::string shipped_text(const std::string& name);

}  // namespace truegap::cli
