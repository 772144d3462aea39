#pragma once

#include "naive_metric.hpp"

/// The approximations that need chance beyond the counts, by enumeration of everything that can
/// happen. Shares no code with `metrics` or `sim`.
namespace truegap::test {

/// What a test predictor that believes q says in words: rounded to 10 %, the last one left out
/// (there NaN).
[[nodiscard]] Vector stated_percentages(const Vector& q);

/// Whether its complete form is q itself.
[[nodiscard]] bool reads_stated(const metrics::Approximation& approximation);

/// sample_frequency, plackett_luce, cross_fitted_rank_matched.
[[nodiscard]] bool needs_chance(const metrics::Approximation& approximation);

struct LawPoint {
    double value = 0.0, probability = 0.0;
};
/// What the cross-entropy can be for these counts, and how probable it is; nothing when undefined.
[[nodiscard]] std::vector<LawPoint> naive_law(const metrics::Approximation& approximation,
                                              const Outcome& outcome,
                                              const Vector& q,
                                              const std::vector<Order>& orders,
                                              std::size_t top);

/// Its expectation for a population, all users of which are known.
[[nodiscard]] double naive_chance_cross_entropy(const metrics::Approximation& approximation,
                                                const Vector& p,
                                                const Vector& q,
                                                std::size_t top);

}  // namespace truegap::test
