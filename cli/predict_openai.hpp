#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/response.hpp"

#include "cli/asked_questions.hpp"

namespace truegap::cli {

struct PredictArguments {
    std::string scenario;
    std::optional<std::string> predictor, journal, out, batch, seed;
    bool resume = false, dry_run = false, quiet = false;
};

/// Asks a server for what the journal does not hold, and tells the responses to all questions,
/// [asked][question]; nothing after `--dry-run`. Prints what it did. Throws Exit where some remain without
/// an answer; the others are kept.
[[nodiscard]] std::optional<std::vector<std::vector<metrics::Response>>> predict_openai(
    const PredictArguments& arguments, const std::vector<AskedPredictor>& asked);

}  // namespace truegap::cli
