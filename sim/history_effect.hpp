#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/comparison.hpp"
#include "sim/observed.hpp"

/// What a longer history does to a predictor, within the groups that were asked about at several lengths.
namespace truegap::sim {

/// What is looked at against the length.
enum class HistoryFigure { gap, cross_entropy };

/// A predictor x method x figure. With L the length, y the figure and a bar a group's own mean:
///     slope = sum_g sum (L - L_g)(y - y_g) / sum_g sum (L - L_g)^2
/// over the contexts of each group that have the figure. Intervals resample groups.
struct HistoryRow {
    std::uint32_t predictor = 0, approximation = 0, estimator = 0;
    HistoryFigure figure = HistoryFigure::gap;
    std::uint64_t groups = 0;  ///< with the figure at two lengths or more
    std::uint32_t shortest = 0, longest = 0;
    Figure slope = {};  ///< nat an event
    std::optional<metrics::Interval> interval = {};
    Figure p_rising = {};  ///< of slope > 0, sign-flipping over groups
    /// Mean over the groups that have both of what it is at the longest minus at the shortest, nat.
    Figure contrast = {};
    std::optional<metrics::Interval> contrast_interval = {};
};

/// The contexts of one proxy, of every history length: groups that do not share users.
/// figures: [context x predictor x method] as `scores.rows`; a figure that is infinite counts as none.
[[nodiscard]] std::vector<HistoryRow> history_effects(const ObservedStudy& study,
                                                      const ObservedScores& scores,
                                                      const std::vector<std::uint32_t>& contexts,
                                                      const ComparisonPlan& plan);

}  // namespace truegap::sim
