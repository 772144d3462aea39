#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/predictors.hpp"

#include "adapters/io/scenario_json.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::cli {

/// A predictor outside, and everything that a study asks it.
struct AskedPredictor {
    OutsidePredictor predictor;
    std::vector<adapters::Question> questions;
};

/// What SCENARIO (a scenario, with all worlds of all populations, or a study of users who exist) asks a
/// predictor: one entry for each point of a grid that asks something else. The questions are those that
/// `truegap run` asks. predictor: its label, or nothing where there is only one outside.
/// Throws InputError.
[[nodiscard]] std::vector<AskedPredictor> asked_questions(
    const std::string& scenario,
    const std::optional<std::string>& predictor,
    const OutsideOptions& options,
    const adapters::ScenarioOverrides& overrides = {});

}  // namespace truegap::cli
