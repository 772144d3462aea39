#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/datasets/dirt.hpp"
#include "adapters/datasets/event_file.hpp"
#include "adapters/datasets/format.hpp"
#include "adapters/datasets/groups.hpp"
#include "adapters/io/targets.hpp"

namespace truegap::adapters {

/// Whose most chosen items the candidates are: everybody's, or those of the group itself.
enum class PoolOf : std::uint8_t { everybody, group };
/// What a user's choice after his history is: the first event whose item is a candidate and not in the
/// history, or the very next event, if its item is a candidate.
enum class ChoiceRule : std::uint8_t { next_in_pool, next };

/// How targets are made of a data set.
struct DatasetOptions {
    std::string name;  ///< one of `dataset_names()`
    ItemKind items = ItemKind::artists;
    std::vector<std::uint32_t> histories{0, 1, 3, 5, 10, 20};
    std::vector<GroupBy> groups;  ///< empty: `usual_groups`
    std::size_t candidates = 50;  ///< at least 2; fewer where there are not so many items
    PoolOf pool = PoolOf::everybody;
    ChoiceRule choice = ChoiceRule::next_in_pool;
    std::size_t asked = 20;       ///< at least 1: users listed in a context with a history
    std::uint64_t min_users = 1;  ///< contexts with fewer are not written
    std::uint64_t seed = 1;
};

/// How many users a set of demographics has at a history length.
struct LengthTally {
    GroupBy by;
    std::uint32_t history_length = 0;
    std::uint64_t contexts = 0;        ///< written
    std::uint64_t users = 0;           ///< counted
    std::uint64_t too_few_events = 0;  ///< no event after the history
    std::uint64_t no_choice = 0;       ///< events enough, but no choice by the rule
    std::uint64_t unknown_group = 0;   ///< no profile, or a level unknown
};

/// What was read and what was made of it.
struct DatasetSummary {
    Findings findings;
    std::vector<LengthTally> tallies;  ///< by set of demographics, then length
};

/// Reads a data set and writes its targets: for each set of demographics, each of its groups and each history
/// length, in this order. The history of a user is his first L events in order of time, so each has his own.
///
/// The file of events is read twice, user by user: once to count who chose what, once for the targets. Beside
/// the counts no more than one user's events are kept; users whose lines are scattered are read again from
/// their places.
/// write: called for each target, after all reading. Throws InputError for files that are missing or of
/// another data set and for options that do not fit it, sim::Interrupted after `stop`.
[[nodiscard]] DatasetSummary make_targets(const DatasetOptions& options,
                                          const std::filesystem::path& folder,
                                          const std::atomic<bool>& stop,
                                          ReadingProgress& progress,
                                          const std::function<void(const Target&)>& write);

}  // namespace truegap::adapters
