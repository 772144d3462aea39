#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "adapters/datasets/event_file.hpp"

namespace truegap::adapters {

/// How many users chose each item, of all users or of each group apart.
class Popularity {
  public:
    /// Counts a user once for each item among his events (or takes him out again: times = -1).
    /// key: of the group; 0 throughout where all are counted together.
    void add(std::uint32_t key, std::span<const Event> events, std::int32_t times);

    struct Chosen {
        std::uint32_t item = 0;
        std::int64_t users = 0;
        [[nodiscard]] bool operator==(const Chosen&) const = default;
    };
    /// The items that a user of a group chose, in the order of their numbers.
    [[nodiscard]] std::vector<Chosen> of(std::uint32_t key);

  private:
    struct Count {
        std::uint64_t cell = 0;  // group, then item
        std::int64_t users = 0;
    };
    void settle();

    std::vector<std::int64_t> first_;     // [item], of key 0, which is by far the largest
    std::vector<Count> settled_, fresh_;  // of other keys: by cell; as they came
    std::vector<std::uint32_t> stamps_;   // [item]
    std::uint32_t now_ = 0;
};

/// The candidates of a group of users.
struct Pool {
    std::vector<std::uint32_t> items;                             ///< most chosen first
    std::vector<std::string> names;                               ///< distinct
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;  ///< item and place, by item

    [[nodiscard]] std::optional<std::uint32_t> place(std::uint32_t item) const;
};

/// The `most` items that most users chose; equally many: by name, then by what tells items apart. suffixed:
/// how many of the names were like another's, added up.
[[nodiscard]] Pool make_pool(std::vector<Popularity::Chosen> chosen,
                             std::size_t most,
                             const Items& items,
                             std::uint64_t& suffixed);

}  // namespace truegap::adapters
