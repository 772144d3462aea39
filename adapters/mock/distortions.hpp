#pragma once

#include "adapters/mock/beliefs.hpp"

/// Beliefs that distort another one, beside those of beliefs.hpp.
namespace truegap::adapters {

/// q_b proportional to of_b ratio^(i - 1) for the candidate shown i-th: who is shown first is favoured
/// when ratio < 1, ratio > 0. Values below the smallest double are 0.
[[nodiscard]] Belief position_biased(Belief of, double ratio);

/// q = (1 - share) of + share on its most probable item; items that tie for it (see
/// `metrics::tie_tolerance`) have equal parts, so that the order of the candidates tells nothing.
/// share in [0, 1]; at 1 all other items have probability 0.
[[nodiscard]] Belief overconfident(Belief of, double share);

}  // namespace truegap::adapters
