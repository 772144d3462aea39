#pragma once

#include <functional>
#include <optional>

#include "metrics/counts.hpp"

namespace truegap::metrics {

/// Delete-one jackknife standard error of an estimator, in its own unit.
///     se^2 = ((n - 1) / n) sum_j (e_j - mean e)^2,   e_j without observation j
/// Observations of items with the same count leave equal samples behind (the estimator must not care
/// which item is which), so each distinct count is left out once and weighted.
/// Nothing for n < 2, or where leaving one out makes the estimate undefined. 0 when all counts are
/// equal, whatever the estimator's true error.
/// Source: Efron & Stein, Ann. Stat. 9 (1981).
[[nodiscard]] std::optional<double> jackknife_standard_error(
    const CountsView& sample,
    const std::function<std::optional<double>(const CountsView&)>& estimator);

}  // namespace truegap::metrics
