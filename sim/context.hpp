#pragma once

#include <cstdint>
#include <vector>

#include "sim/group.hpp"

namespace truegap::sim {

/// The number of a context within its world: part of every stream address it uses.
using ContextId = std::uint32_t;

/// Items a user chose before, oldest first.
using History = std::vector<ItemId>;

/// What a predictor is shown and asked: it carries no truth.
struct Context {
    ContextId id = 0;
    Group group;
    History history;
    std::vector<ItemId> candidates;  ///< at least 2, distinct, in the order in which they are shown
    /// Events that the user has had before the first one of the history, but that are not shown.
    std::uint32_t unseen = 0;
    /// How many events before the world's present the target lies: 0 but for what a predictor recalls.
    std::uint32_t ago = 0;
    /// Which user of the context this is, where each has his own history. A predictor that answers by
    /// chance does so for each of them anew.
    std::uint32_t user = 0;
};

/// The same question with only the last `length` items of the history known.
[[nodiscard]] Context with_last(Context context, std::size_t length);
/// The same question with none of the history known.
[[nodiscard]] Context without_history(Context context);

}  // namespace truegap::sim
