#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "metrics/response.hpp"
#include "adapters/openai/asking.hpp"
#include "adapters/openai/journal.hpp"
#include "adapters/openai/settings.hpp"
#include "adapters/prompt/outside.hpp"
#include "adapters/prompt/prompt.hpp"

namespace truegap::adapters {

/// What a journal says of a predictor's questions.
struct JournalResponses {
    std::vector<metrics::Response> responses;  ///< one a question; `failed` where nothing is there
    std::uint64_t missing = 0;                 ///< requests without an answer
    std::string first_missing;                 ///< the context of the first of them
};

/// Reads the answers to all questions. A pure function of the journal's content. journal: or null, which
/// holds nothing.
[[nodiscard]] JournalResponses journal_responses(const Asked& asked, Journal* journal);

/// The server's capabilities as the requests of this journal have been written: what the settings state,
/// laid over what was found, laid over what is assumed where nothing was. journal: or null.
[[nodiscard]] Capabilities kept_capabilities(const OpenaiSettings& settings, Journal* journal);

/// Where a journal predictor's answers are, and what to do where some are not.
struct JournalPlace {
    std::filesystem::path path;
    bool partial = false;  ///< what is missing counts as `failed`
    std::string command;   ///< that asks for what is missing, for messages
};

/// Answers from a journal alone, without the network.
[[nodiscard]] std::unique_ptr<Outside> journal_predictor(OpenaiSettings settings,
                                                         PromptSpec prompts,
                                                         JournalPlace place);

}  // namespace truegap::adapters
