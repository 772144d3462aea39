#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "adapters/io/json_node.hpp"
#include "adapters/process/program.hpp"
#include "adapters/prompt/outside.hpp"

namespace truegap::adapters {

/// Any program that reads questions and writes responses, a JSON line each, in any order (docs/formats.md).
struct ProcessSettings {
    std::string label;
    std::string place;  ///< file and pointer of the predictor, for messages
    ProgramCall call;
};

/// Reads `{"kind": "process", "command": ["…"], "name": …, "timeout": seconds}`; `prompts` is left to
/// others. directory: where the program runs.
[[nodiscard]] ProcessSettings read_process(const JsonNode& node,
                                           const std::filesystem::path& directory);

/// Runs the program once for each call of `answer`. A program that cannot be started, fails, is killed or
/// hangs, a line that is no response, one about no question, and a question without a response are
/// InputErrors that name the context.
[[nodiscard]] std::unique_ptr<Outside> process_predictor(ProcessSettings settings,
                                                         const std::atomic<bool>* stop);

}  // namespace truegap::adapters
