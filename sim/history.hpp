#pragma once

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

/// Draws what one user of a group chose before: a class from its posterior, then `length` choices
/// from the user's own theta with replacement, by Polya's urn (theta itself is never drawn: gamma
/// numbers underflow at small shapes).
/// Returned most recent choice first, so that a longer history extends a shorter one backwards in
/// time: the first l entries do not depend on `length`.
[[nodiscard]] History draw_backwards(const Population& population,
                                     const metrics::Distribution& class_posterior,
                                     std::size_t length,
                                     Stream& stream);

}  // namespace truegap::sim
