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

/// Why there is no answer from outside that could be scored.
enum class NoAnswer {
    none,     ///< there is one
    refused,  ///< the model declined
    empty,  ///< nothing was said (a reasoning model that ran out of tokens): unscorable, not wrong
    unreadable,  ///< something was said that names no candidate
    failed,      ///< the request was never answered
};

/// What went wrong with an answer from outside.
struct AnswerFaults {
    NoAnswer no_answer = NoAnswer::none;
    std::uint32_t missing = 0;     ///< of the first `top` places, how many were not filled
    std::uint32_t duplicates = 0;  ///< places among them that repeat an item
    std::uint32_t unknown = 0;     ///< places among them (or samples) that name no candidate
    bool cut = false;              ///< the answer was cut short
};

/// A place of a ranking, or a sampled answer, that names no candidate or repeats one.
inline constexpr std::uint32_t no_candidate = 0xFFFFFFFFU;

/// What a predictor answers for one context: any of these forms, each over all K candidates.
/// A mock gives the first four; what comes from outside gives what it said, and `faults`. An
/// approximation reads the form it is made for.
struct Response {
    std::optional<Ranking> ranking;
    std::vector<double> logits;         ///< shape (K,) or empty; -infinity allowed
    std::vector<double> probabilities;  ///< shape (K,) or empty
    /// Percentages as stated in words, shape (K,) or empty; NaN where none was stated.
    std::vector<double> percentages = {};
    /// Rankings from outside, each the candidate named at each place, best first, or `no_candidate`;
    /// possibly shorter than `top`. The first one is read where one ranking is, in place of `ranking`.
    std::vector<std::vector<std::uint32_t>> rankings = {};
    /// Sampled answers: a candidate each, or `no_candidate`.
    std::vector<std::uint32_t> choices = {};
    /// First-token log-probabilities of the options, shape (K,) or empty; NaN where the server gave none.
    /// `probabilities` then holds the same, completed (see `complete_logprobs`).
    std::vector<double> logprobs = {};
    std::optional<AnswerFaults> faults = {};  ///< of an answer from outside; nothing for a mock's
};

}  // namespace truegap::metrics
