#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "adapters/datasets/dirt.hpp"
#include "adapters/datasets/event_file.hpp"
#include "adapters/datasets/groups.hpp"
#include "adapters/datasets/pools.hpp"
#include "adapters/datasets/profiles.hpp"

namespace truegap::adapters {

/// The first reading of the file of events: who there is, whose lines are scattered, and how many users chose
/// each item.
class Survey {
  public:
    /// keys(levels, each): calls each(key) for every key of `Popularity` under which a user with these levels is counted.
    using Keys = std::function<void(std::span<const std::int16_t> levels,
                                    const std::function<void(std::uint32_t)>& each)>;

    Survey(EventFile& file, const Profiles& profiles, Findings& findings, const Keys& keys);

    /// What a user's profile says; empty where he has none.
    [[nodiscard]] std::span<const std::int16_t> levels(std::uint32_t user) const;
    /// Reads the file again: each user once, with all his events in the order of the file. Users whose lines
    /// are scattered come last.
    void each_user(
        const std::function<void(std::uint32_t user, std::vector<Event>& events)>& visit);
    [[nodiscard]] Popularity& popularity() { return popularity_; }

  private:
    void note(const UserLines& lines, std::span<const Event> events);
    void count(const UserLines& lines, std::span<const Event> events, std::int32_t times);
    void join_scattered();
    void each_scattered(const std::function<void(std::span<const UserLines>)>& visit) const;
    void match_profiles(Findings& findings) const;

    EventFile& file_;
    const Profiles& profiles_;
    const Keys& keys_;
    Popularity popularity_;
    std::vector<std::optional<std::uint32_t>> profile_of_;  // [user]
    std::vector<UserLines> runs_;                           // in the order of the file
    std::vector<std::uint32_t> runs_of_;                    // [user]: how many
    std::vector<bool> chosen_;                              // [item]: by anybody
};

}  // namespace truegap::adapters
