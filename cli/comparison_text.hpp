#pragma once

#include <iosfwd>
#include <optional>
#include <utility>

#include "adapters/io/comparison_files.hpp"

namespace truegap::cli {

/// Set-ups: `first` was told the demographics, `second` is the same predictor without them.
using SetUps = std::pair<std::size_t, std::size_t>;

/// Which predictor is better, how sure that is, and what a longer history does: of the recommended metric
/// where it was asked for, else of the first method.
void print_comparisons(std::ostream& out,
                       const adapters::ScoreResults& results,
                       const adapters::Comparisons& comparisons,
                       const std::optional<SetUps>& set_ups,
                       const adapters::ScoreSettings& settings,
                       double margin);

}  // namespace truegap::cli
