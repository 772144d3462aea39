#pragma once

#include <map>
#include <string>
#include <vector>

#include "naive_metric.hpp"

#include "sim/results.hpp"
#include "sim/scenario.hpp"

#include "support.hpp"

/// A study whose every row can be computed by full enumeration, and the comparison with it.
namespace truegap::test {

/// Contexts given outright over `small_population`, every kind of mock predictor.
struct EnumerableStudy {
    sim::Scenario scenario;
    std::vector<sim::Context> contexts;
    std::vector<Vector> p;               ///< [context], in 50-digit arithmetic
    std::vector<std::vector<Vector>> q;  ///< [predictor][context], by formulas of the test's own
                                         ///< (noisy and memorizer, which draw, as they say)
};
[[nodiscard]] EnumerableStudy enumerable_study();
/// The contexts that a scenario over `small_population` generates, and what its predictors say
/// themselves that they believe.
[[nodiscard]] EnumerableStudy planned_study(sim::Scenario scenario);

/// rank_matched with every residual x smoothing; every other approximation, and smoothings of them.
[[nodiscard]] std::vector<metrics::Approximation> rank_matched_approximations();
[[nodiscard]] std::vector<metrics::Approximation> other_approximations();
[[nodiscard]] std::vector<metrics::Estimator> all_estimators();

/// An error planted into the oracle, which the comparison must then notice.
enum class Planted { nothing, one_user_more, ties_by_item };

/// Measured against exact, over all rows of a study.
struct Comparison {
    ZScores means;      ///< entropy, cross-entropy and gap, by the row's own standard error
    ZScores spreads;    ///< standard deviations and RMSE, by their exact asymptotic error
    ZScores fractions;  ///< of infinite and undefined replicates
    std::size_t infinite_rows = 0;
    std::size_t wrong_constants =
        0;  ///< figures that involve no chance, or that break a definition
};
/// `group_share`: [context] P(group) under the `users` design, where `users` is that of everybody.
[[nodiscard]] Comparison compare(const EnumerableStudy& study,
                                 const sim::Results& results,
                                 Planted planted = Planted::nothing,
                                 const std::vector<double>& group_share = {});

}  // namespace truegap::test
