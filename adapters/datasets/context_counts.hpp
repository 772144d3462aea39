#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace truegap::adapters {

/// A user who is to be asked about.
struct AskedUser {
    std::uint64_t lot = 0;
    std::uint32_t user = 0;
    std::uint32_t choice = 0;            ///< which candidate
    std::vector<std::uint32_t> history;  ///< items, oldest first
};

/// What the users of a context chose, and some of them.
class ContextCounts {
  public:
    /// choice: one of `candidates`.
    void count(std::uint32_t choice, std::size_t candidates);
    /// Of all users offered, the `most` with the smallest lots stay (equal lots: the first numbers).
    void offer(AskedUser user, std::size_t most);
    /// Whether a user with this lot would stay.
    [[nodiscard]] bool wants(std::uint64_t lot, std::size_t most) const {
        return asked_.size() < most || lot <= asked_.front().lot;
    }

    [[nodiscard]] std::uint64_t users() const { return users_; }
    [[nodiscard]] const std::vector<std::uint32_t>& counts() const { return counts_; }
    /// Those who stayed, by their numbers.
    [[nodiscard]] std::vector<AskedUser> asked() const;

  private:
    std::uint64_t users_ = 0;
    std::vector<std::uint32_t> counts_;  // [candidate]; empty before the first user
    std::vector<AskedUser> asked_;       // a heap, the largest lot in front
};

}  // namespace truegap::adapters
