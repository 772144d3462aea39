#pragma once

#include <span>
#include <string>
#include <vector>

#include "metrics/response.hpp"

#include "cli/asked_questions.hpp"

namespace truegap::cli {

/// Throws InputError where one file of responses cannot hold the answers to all of these: two questions
/// of one context and user that differ.
void refuse_ambiguous(const std::vector<AskedPredictor>& asked);

/// Writes responses as JSON lines, whole or not at all, in the order of the questions.
/// responses: [asked][question].
void write_responses(const std::string& file,
                     const std::vector<AskedPredictor>& asked,
                     const std::vector<std::vector<metrics::Response>>& responses);

}  // namespace truegap::cli
