#pragma once

#include <span>

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

/// Draws what one user chose before: a class from its distribution at the first of these events, then
/// `length` choices. Without dynamics they come from the user's own theta with replacement, by Polya's
/// urn (theta itself is never drawn: gamma numbers underflow at small shapes).
/// page: what was shown at each event, in display order, under click position bias; else all items.
/// Returned most recent choice first, so that a longer history extends a shorter one backwards in
/// time. Without dynamics the first l entries do not depend on `length`.
[[nodiscard]] History draw_backwards(const Population& population,
                                     const metrics::Distribution& first_class,
                                     std::size_t length,
                                     Stream& stream,
                                     std::span<const ItemId> page = {});

}  // namespace truegap::sim
