#pragma once

#include <filesystem>
#include <vector>

#include "sim/comparison.hpp"
#include "sim/history_effect.hpp"
#include "adapters/io/score_files.hpp"

namespace truegap::adapters {

/// How the scored predictors compare with one another, and with themselves at other history lengths.
/// `pool` is an index into the results' pools.
struct Comparisons {
    std::size_t judged = 0;  ///< the pool that statements rest on: `sim::judged_pool`
    std::vector<sim::ComparisonRow> pairs;
    std::vector<sim::OrderingRow> ordering;
    std::vector<sim::HistoryRow> history;  ///< over the judged pool's proxy
};

/// Of one predictor there is nothing to compare, of one history length no effect.
[[nodiscard]] Comparisons compare_predictors(const ScoreResults& results,
                                             const sim::ComparisonPlan& plan);

/// Writes `comparisons.csv` and `ordering.csv` (of two predictors or more) and `history_length.csv` (of
/// two lengths or more) into a folder. Throws SystemError when a file cannot be written whole.
void write_comparisons(const ScoreResults& results,
                       const Comparisons& comparisons,
                       Unit unit,
                       const std::filesystem::path& directory);

}  // namespace truegap::adapters
