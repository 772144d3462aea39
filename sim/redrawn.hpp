#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

/// What makes a predictor answer anew in every replicate.
namespace truegap::sim {

/// Faults of an answer, each a rate in [0, 1]. An answer is a list of places, best first.
struct Faults {
    double missing = 0.0;     ///< each candidate by itself is left out
    double duplicates = 0.0;  ///< each place repeats an item named before (once there is one)
    double unknown =
        0.0;           ///< each place names an item that does not exist, and not the one due there
    double cut = 0.0;  ///< the answer stops after `length` places
    std::uint32_t length = 1;
    double refusal = 0.0;  ///< there is no answer at all

    [[nodiscard]] bool any() const {
        return missing > 0.0 || duplicates > 0.0 || unknown > 0.0 || cut > 0.0 || refusal > 0.0;
    }
};

/// A predictor that has memorised the choices of some of the very users it is tested on:
///     q = (c + alpha of) / (m + alpha),   m = round(share n)
/// c the counts of m of the n test users, chosen at random in every replicate.
struct Contamination {
    double share = 1.0;  ///< in (0, 1]
    double alpha = 1.0;  ///< > 0, in users

    /// m of n users.
    [[nodiscard]] std::uint32_t memorised(std::uint32_t n) const {
        return static_cast<std::uint32_t>(std::lround(share * static_cast<double>(n)));
    }
};

}  // namespace truegap::sim
