#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// An order of K candidates, best first, that may hold ties. Items are positions 0..K-1 in the
/// candidate list. Candidates of one tier are tied: their order within it carries no information.
struct Ranking {
    std::vector<std::uint32_t> order;       ///< shape (K,), a permutation; tiers are contiguous
    std::vector<std::uint32_t> tier_of;     ///< shape (K,), the tier of each *candidate*, 0 = best
    std::vector<std::uint32_t> tier_begin;  ///< where each tier starts in `order`, and K at the end

    [[nodiscard]] std::size_t size() const { return order.size(); }
    [[nodiscard]] std::size_t tiers() const { return tier_begin.size() - 1; }
    /// Whether breaking a tie differently can change who is among the first `top`, or in which
    /// place.
    [[nodiscard]] bool ties_within(std::size_t top) const;
};

/// Scores whose relative difference is up to this are tied.
inline constexpr double tie_tolerance = 1e-12;

/// The ranking that sorts scores (probabilities, logits are exponentiated first) in descending
/// order. scores: shape (K,), finite, >= 0. Neighbours within `tie_tolerance` of each other share a
/// tier.
[[nodiscard]] Ranking ranking_by(std::span<const double> scores);

/// Writes the order that results when tied candidates are taken in the order of `lottery`.
/// lottery: a permutation of 0..K-1, drawn by the caller. Fills the caller's buffer (hot loop).
void break_ties(const Ranking& ranking,
                std::span<const std::uint32_t> lottery,
                std::vector<std::uint32_t>& order);

/// What a predictor answers for one context: any of these forms, each over all K candidates.
/// A mock gives all of them; an approximation reads the form it is made for.
struct Response {
    std::optional<Ranking> ranking;
    std::vector<double> logits;         ///< shape (K,) or empty; -infinity allowed
    std::vector<double> probabilities;  ///< shape (K,) or empty
    /// Percentages as stated in words, shape (K,) or empty; NaN where none was stated.
    std::vector<double> percentages = {};
};

}  // namespace truegap::metrics
