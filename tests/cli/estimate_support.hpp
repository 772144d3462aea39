#pragma once

#include <string>
#include <vector>

#include "tests/cli/support.hpp"

/// What the tests of `truegap estimate` share.
namespace truegap::test {

/// A text of JSON lines, each ended.
[[nodiscard]] std::vector<Json> lines_of(const std::string& text);

/// What `truegap estimate` writes for an input that it must take without a word.
[[nodiscard]] std::vector<Json> estimate(const std::string& input,
                                         std::vector<std::string> options = {});

[[nodiscard]] std::vector<std::string> keys(const Json& object);

/// Its standard output for an input, as it stands; any exit code.
[[nodiscard]] Finished run_estimate(const std::string& input, std::vector<std::string> options);

}  // namespace truegap::test
