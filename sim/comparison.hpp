#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/observed.hpp"
#include "sim/observed_summary.hpp"

/// Two or more predictors on the same observed choices: which is better, and how sure that is. The units
/// are the contexts of one proxy and history length, whose users are not in one another's groups.
namespace truegap::sim {

struct ComparisonPlan {
    std::uint32_t resamples = 2000;  ///< B >= 2, of contexts and of signs
    double level = 0.95;             ///< of intervals; 1 - level of tests
    double margin = 0.1;             ///< nat: what counts as no difference
    unsigned threads = 1;
};

/// A pool x method x pair of predictors: paired over the contexts in which both have a gap.
struct ComparisonRow {
    std::uint32_t pool = 0, first = 0, second = 0, approximation = 0, estimator = 0;
    std::uint64_t contexts = 0;
    Figure difference =
        {};  ///< mean of gap(second) - gap(first), nat; infinite where one of them is
    std::optional<metrics::Interval> interval = {};  ///< BCa
    Figure p = {};                                   ///< of a difference, sign-flipping
    Figure p_equivalent = {};  ///< of |difference| >= margin: two one-sided tests
};
[[nodiscard]] std::vector<ComparisonRow> compare(const ObservedStudy& study,
                                                 const ObservedScores& scores,
                                                 const std::vector<ObservedPool>& pools,
                                                 const ComparisonPlan& plan);

/// A pool x method x predictor: in which share of the resamples its mean gap is the smallest, the second
/// smallest, …; over the contexts in which all predictors have a gap. Equal means share nothing: the
/// predictor named first goes first.
struct OrderingRow {
    std::uint32_t pool = 0, predictor = 0, approximation = 0, estimator = 0;
    std::uint64_t contexts = 0;
    Figure gap = {};             ///< mean, nat
    std::vector<double> shares;  ///< [place]; empty where no context counts
};
[[nodiscard]] std::vector<OrderingRow> order_predictors(const ObservedStudy& study,
                                                        const ObservedScores& scores,
                                                        const std::vector<ObservedPool>& pools,
                                                        const ComparisonPlan& plan);

}  // namespace truegap::sim
