#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/response.hpp"
#include "sim/drawn_answer.hpp"

/// Answers from outside: given once, the same in every replicate, and possibly deficient.
namespace truegap::sim {

/// Whether anything was answered. A mock always answers.
[[nodiscard]] bool answered(const metrics::Response& response);

/// Whether it states probabilities or logits (of an answer from outside, possibly completed ones).
[[nodiscard]] bool states_distribution(const metrics::Response& response);

/// Whether it is an answer from outside that must be read place by place: any but one that states a
/// whole distribution and nothing else, which is as good as a mock's.
[[nodiscard]] bool is_deficient(const metrics::Response& response);

/// An answer from outside with every form filled in that follows from what it says; a mock's as it is.
/// No answer keeps its faults alone. A statement without any mass is none. Probabilities and logits follow
/// from each other; where a distribution is all that is stated, so do the ranking and the percentages, as
/// in `complete_response`. `ranking` is filled where all K candidates are ranked: by the first of the
/// rankings or, without any, by the statement. items: K.
[[nodiscard]] metrics::Response received(metrics::Response response, std::size_t items);

/// A deficient answer as one of a replicate. Its places are those of the first ranking or, without any,
/// the candidates that it states in order of their probability; candidates without a log-probability
/// where those are given are not among them.
/// response: what `received` gives; lottery: who goes first among the tied, or empty.
[[nodiscard]] DrawnAnswer given_answer(const metrics::Response& response,
                                       std::span<const std::uint32_t> lottery,
                                       const Reading& reading);

/// ln q of every candidate, from the samples or rankings that were given: of the first that many asked
/// for, those that name a candidate (samples) or any among their first `top` places (rankings). Nothing
/// where none does, and for approximations that need no draws. items: K.
[[nodiscard]] std::optional<std::vector<double>> given_random_logs(
    const metrics::Approximation& approximation,
    const metrics::Response& response,
    std::size_t items,
    std::size_t top);

/// Sum of the probabilities of the candidates that log-probabilities were given for; nothing without any.
[[nodiscard]] std::optional<double> covered_mass(const metrics::Response& response);

/// Whether every candidate has a log-probability, or none is given at all.
[[nodiscard]] bool all_covered(const metrics::Response& response);

}  // namespace truegap::sim
