#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/block.hpp"
#include "sim/results.hpp"

namespace truegap::sim {

/// How an expectation was found.
enum class ExactBy {
    nothing,      ///< neither way is open
    additive,     ///< a sum over items of binomial expectations
    enumeration,  ///< every count vector (and every order of the tied)
};

/// What a study would measure on average, with no simulation. In nats.
struct ExpectationRow {
    RowKey key;
    Figure true_entropy, true_gap;
    Figure entropy_mean, entropy_bias, entropy_sd;
    ExactBy entropy_by = ExactBy::nothing;
    Figure gap_mean, gap_bias, gap_sd;
    ExactBy gap_by = ExactBy::nothing;
    /// Probability that a replicate's gap is infinite or undefined; then the mean is of the others.
    Figure infinite_fraction, undefined_fraction;
};

/// The rows of one level, in the order of `cells`. largest_enumeration: how many count vectors (times
/// orders of tied candidates) may be visited for one figure. Nothing is expected of methods that need
/// random halves, random rankings or the counts of other groups.
[[nodiscard]] std::vector<ExpectationRow> expected_rows(const WorldStudy& study,
                                                        const Level& level,
                                                        double largest_enumeration);

}  // namespace truegap::sim
