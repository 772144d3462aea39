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
};

}  // namespace truegap::sim
