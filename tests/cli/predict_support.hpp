#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tests/adapters/openai/fault_server.hpp"
#include "tests/cli/support.hpp"

namespace truegap::test {

inline const std::string secret = "sk-test-0123456789abcdef";

/// A predictor named `m` behind that server, with short pauses and no patience.
[[nodiscard]] Json openai_predictor(const FaultServer& server, const Json& answer);
/// The small study with about `contexts` contexts over two worlds, asked of a predictor alone.
[[nodiscard]] Json asked_study(const Json& predictor, std::size_t contexts);
/// Targets of that many contexts with three candidates each, and a study of them asked of a predictor.
void write_data_study(const std::filesystem::path& folder,
                      const Json& predictor,
                      std::size_t contexts);

/// The options a prompt shows, label by name.
[[nodiscard]] std::map<std::string, std::string> options_shown(const std::string& user_text);
/// The text of a request's last message.
[[nodiscard]] std::string user_text(const adapters::Json& request);
/// Label by label a log-probability that depends on the text alone; the best option as content.
[[nodiscard]] ChatAnswer opinion(const adapters::Json& request);

/// The program with its key in the environment.
[[nodiscard]] Finished predict(const std::filesystem::path& folder,
                               const std::vector<std::string>& more,
                               const std::string& scenario = "s.json");

/// Checks that two predictors have the same rows, to the digits that a protocol carries: in all columns but
/// those that only answers from outside fill (faults, why there is none, covered mass).
void check_same_rows(const Table& cells, const std::string& mock, const std::string& outside);

/// Whether a text stands anywhere below a folder.
[[nodiscard]] bool stands_below(const std::filesystem::path& folder, const std::string& text);

}  // namespace truegap::test
