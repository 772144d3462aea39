#pragma once

#include <span>
#include <string>

#include "metrics/response.hpp"

namespace truegap::cli {

/// What became of answers from outside, in lines: how many could be read, the others by kind, what went
/// wrong within those read, and the mass that named log-probabilities cover.
[[nodiscard]] std::string answer_summary(std::span<const metrics::Response> responses);

}  // namespace truegap::cli
