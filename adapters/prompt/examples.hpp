#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim/context.hpp"
#include "sim/predictor.hpp"
#include "sim/stream.hpp"

namespace truegap::adapters {

/// A user of the population whose choice is told, in numbers: the levels that are recorded of him, what he
/// chose before and what next.
struct DrawnUser {
    sim::Context context;
    std::uint32_t choice = 0;  ///< the item
};

/// Draws a user as the world makes them: recorded levels of these attributes from P(delta), a history of
/// `length` from P(h | delta) after `unseen` events that nobody sees, and the choice among the candidates
/// from the exact P(b | delta, h, C). So heterogeneity and whatever changes with time are those of the world.
/// Users who could choose none of the candidates are passed over; nothing when a hundred in a row are such.
[[nodiscard]] std::optional<DrawnUser> draw_user(const sim::Population& population,
                                                 const sim::Proxy& shown,
                                                 std::size_t length,
                                                 std::uint32_t unseen,
                                                 std::span<const sim::ItemId> candidates,
                                                 sim::Stream& stream);

}  // namespace truegap::adapters
