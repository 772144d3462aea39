#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/response.hpp"
#include "sim/results.hpp"

/// Users of one group that were each answered: what the group was answered.
namespace truegap::sim {

/// The mean of the users' answers, of those that there are:
///     probabilities  the mean of what is stated (log-probabilities completed)
///     percentages    the mean of the repaired percentages
///     ranking        by mean place (Borda): a user's v ranked candidates have places 1..v, the others
///                    share the mean of the places left, (v + 1 + K) / 2; candidates that nobody ranks
///                    are not ranked. Equal means are ordered by `lottery`.
///     choices        everybody's first one, then everybody's second one, …
/// Where nobody was answered there is no answer, for the reason that is most frequent.
/// responses: one a user, with `faults`; items: K; lottery: a permutation of 0..K-1.
/// Source: Borda's mean place with ties shared, as in Dwork et al., WWW10 (2001).
[[nodiscard]] metrics::Response mean_answer(std::span<const metrics::Response> responses,
                                            std::size_t items,
                                            std::span<const std::uint32_t> lottery);

/// -(1/n) sum_u ln q_u(b_u), in nats, over the users whose answer states a distribution q_u; nothing
/// without any. choices: b_u, one a user. +infinity where somebody chose what has no probability.
[[nodiscard]] Figure mean_event_loss(std::span<const metrics::Response> responses,
                                     std::span<const std::uint32_t> choices);

}  // namespace truegap::sim
