#pragma once

#include <vector>

#include "naive_truth.hpp"

/// Worlds in which class, item probabilities and page all matter, by summing over every path of classes
/// in 50-digit arithmetic. Shares no code with `sim/truth`.
namespace truegap::test {

struct PathWorld {
    std::vector<Big> first;               ///< P(z) at the user's first event, given the group
    std::vector<std::vector<Big>> moves;  ///< T[y][z]
    std::vector<std::vector<std::vector<Big>>> items;  ///< [lag][z][b]; the last for all earlier
    std::vector<Big> examination;                      ///< by position
};

/// A user who has had `unseen` events, then those of the history, and whose next choice but
/// (steps - 1) is asked for, from a page of candidates, `ago` events before the present.
struct PathQuestion {
    std::size_t unseen = 0;
    sim::History history;
    std::size_t steps = 1;
    std::size_t ago = 0;
    std::vector<sim::ItemId> page;
    bool all_items = false;  ///< the events were not clicks on the page but choices among all items
};

struct PathAnswer {
    Big probability;                ///< of the history
    std::vector<Big> classes;       ///< at the target
    std::vector<Big> distribution;  ///< over the page
    Big individual_entropy;
};

[[nodiscard]] PathAnswer by_paths(const PathWorld& world, const PathQuestion& question);

}  // namespace truegap::test
