#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/datasets/format.hpp"
#include "adapters/datasets/profiles.hpp"
#include "adapters/prompt/question.hpp"

namespace truegap::adapters {

/// A set of demographics by name; none for everybody.
using GroupBy = std::vector<std::string>;

/// The groups of users: for each set of demographics, every combination of their levels, numbered one after
/// the other, the first demographic's levels slowest.
class Groups {
  public:
    /// by: sets of names; a name or a set told twice counts once, names are put in the data set's order.
    /// Throws InputError for a name that is no demographic of the data set.
    Groups(const std::vector<Demographic>& demographics, const std::vector<GroupBy>& by);

    [[nodiscard]] std::size_t sets() const { return sets_.size(); }
    [[nodiscard]] std::uint32_t size() const { return size_; }
    /// The numbers of a set's groups: from `first` up to the next set's.
    [[nodiscard]] std::uint32_t first(std::size_t set) const { return sets_[set].first; }
    [[nodiscard]] std::uint32_t end(std::size_t set) const {
        return set + 1 < sets_.size() ? sets_[set + 1].first : size_;
    }
    [[nodiscard]] GroupBy names(std::size_t set) const;

    /// The group of a user in a set; nothing where a level is unknown. levels: of his profile, empty when he
    /// has none.
    [[nodiscard]] std::optional<std::uint32_t> of(std::span<const std::int16_t> levels,
                                                  std::size_t set) const;
    /// `age`, `25-34`; …
    [[nodiscard]] std::vector<Shown> shown(std::size_t set, std::uint32_t group) const;

  private:
    struct Set {
        std::vector<std::size_t> demographics;
        std::uint32_t first = 0;
    };
    std::vector<Demographic> demographics_;
    std::vector<Set> sets_;
    std::uint32_t size_ = 0;
};

/// `age=25-34;gender=F`; `all` for everybody.
[[nodiscard]] std::string group_label(const std::vector<Shown>& group);

/// Everybody, each usual demographic alone, and age and gender together where there are both.
[[nodiscard]] std::vector<GroupBy> usual_groups(const DatasetFormat& format);

}  // namespace truegap::adapters
