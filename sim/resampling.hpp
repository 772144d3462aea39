#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/interval.hpp"
#include "sim/results.hpp"
#include "sim/stream.hpp"

/// What independent units (the contexts of a proxy, the groups of a population) say of a mean.
namespace truegap::sim {

/// How often each unit is drawn in each of B samples with replacement, as many as there are units:
/// [resample][unit].
using Times = std::vector<std::vector<std::uint32_t>>;
[[nodiscard]] Times draw_times(Stream draws, std::size_t units, std::uint32_t resamples);

/// Signs in B random orders of fate: [flip][unit], true for minus; each is a fair coin.
using Flips = std::vector<std::vector<bool>>;
[[nodiscard]] Flips draw_flips(Stream draws, std::size_t units, std::uint32_t flips);

/// A ratio of sums over units, R = sum_i s_i / sum_i w_i: a mean where every w_i is 1, a least-squares
/// slope where s_i is a unit's own sum of products and w_i its sum of squares.
struct UnitSums {
    std::vector<double> sums;     ///< s_i, finite
    std::vector<double> weights;  ///< w_i >= 0

    void add(double sum, double weight) {
        sums.push_back(sum);
        weights.push_back(weight);
    }
    /// R; nothing where no unit weighs anything.
    [[nodiscard]] Figure ratio() const;
};

/// BCa interval of R over units drawn with replacement; nothing for fewer than 2 units that weigh
/// anything, and where no resample differs. times: of these units.
[[nodiscard]] std::optional<metrics::Interval> resampled_interval(const UnitSums& units,
                                                                  const Times& times,
                                                                  double level);

/// Sign-flipping test of R > at: with d_i = s_i - at w_i,
///     p = (1 + #{sum_i e_i d_i >= sum_i d_i}) / (B + 1),   e_i = -+1 by a fair coin
/// Exact where the d_i are independent and symmetric about 0 when R = at, right for many units else.
/// Nothing for fewer than 2 units that weigh anything.
/// Source: Fisher, The Design of Experiments (1935), section 21.
[[nodiscard]] Figure p_above(const UnitSums& units, double at, const Flips& flips);
/// The same of R < at.
[[nodiscard]] Figure p_below(const UnitSums& units, double at, const Flips& flips);
/// The same of R != 0: twice the smaller of the two, at most 1.
[[nodiscard]] Figure p_not_zero(const UnitSums& units, const Flips& flips);
/// Two one-sided tests of -margin < R < margin: the larger of the two p.
/// Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987).
[[nodiscard]] Figure p_within(const UnitSums& units, double margin, const Flips& flips);

}  // namespace truegap::sim
