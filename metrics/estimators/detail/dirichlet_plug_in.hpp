#pragma once

#include "metrics/estimators/estimator.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics::detail {

/// -p ln p with p = (count + a) / (n + total), where a > 0 pseudo-counts an item make `total` = K a
/// in all. K is required.
[[nodiscard]] inline double dirichlet_term(std::uint64_t count,
                                           const SampleSize& size,
                                           double a,
                                           double total) {
    const double all = static_cast<double>(size.n) + total;
    const double p = (static_cast<double>(count) + a) / all;
    if (p <= 0.5) return -p * ln(p);
    // 1 - p from what the other items have, so that ln p keeps its digits near p = 1.
    const double others = a * static_cast<double>(size.items.value_or(1) - 1);
    return -p * ln_1p(-(static_cast<double>(size.n - count) + others) / all);
}

}  // namespace truegap::metrics::detail
