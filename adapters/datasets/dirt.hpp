#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// What is counted while a data set is read: its size, and its dirt.
enum class Found : std::uint8_t {
    lines,   ///< of the file of events
    events,  ///< kept
    users,   ///< with at least one event
    items,   ///< with at least one event
    profiles,
    malformed_lines,        ///< of any file: left out
    stray_user_lines,       ///< user 0, or what is no user's name: left out
    unnamed_items,          ///< lines whose item has no name or title: left out
    no_plays,               ///< lines with zero or negative plays: left out
    duplicate_events,       ///< the same user, item and time again: left out
    scattered_users,        ///< users whose lines are not together: joined
    repaired_names,         ///< items whose names had broken UTF-8: U+FFFD in its place
    latin_1_names,          ///< items whose names were read as Latin-1
    suffixed_names,         ///< candidates like an earlier one of their pool: ` (2)` behind
    repeated_profiles,      ///< a user's second profile: left out
    users_without_profile,  ///< in no group but everybody
    profiles_without_events,
    missing_ages,         ///< profiles; in no group by age
    absurd_ages,          ///< profiles; in no group by age
    missing_genders,      ///< profiles; in no group by gender
    missing_occupations,  ///< profiles; in no group by occupation
    missing_countries,    ///< profiles; in no group by country or continent
    unknown_countries,    ///< profiles; in no group by country or continent
    small_contexts,       ///< groups and lengths with too few users: not written
    count_
};

/// How a count is called: as a JSON key, and in words.
struct FoundName {
    std::string_view key, words;
};
[[nodiscard]] FoundName name_of(Found found);

/// Counts of what was found, and the first few bad lines.
class Findings {
  public:
    void add(Found found, std::uint64_t times = 1) {
        counts_[static_cast<std::size_t>(found)] += times;
    }
    [[nodiscard]] std::uint64_t operator[](Found found) const {
        return counts_[static_cast<std::size_t>(found)];
    }
    /// Counts a malformed line, and keeps what is wrong with the first few.
    void malformed(std::string_view file, std::uint64_t line, std::string_view what);
    /// Counts a country that is not in the table, and keeps the first few names.
    void unknown_country(std::string_view name);

    [[nodiscard]] const std::vector<std::string>& first_malformed() const {
        return first_malformed_;
    }
    [[nodiscard]] const std::vector<std::string>& strange_countries() const {
        return strange_countries_;
    }

  private:
    std::array<std::uint64_t, static_cast<std::size_t>(Found::count_)> counts_{};
    std::vector<std::string> first_malformed_, strange_countries_;
};

/// Throws InputError when more than 1 % of a file's lines, and more than ten of them or all, are malformed:
/// it is another file. before: how many malformed lines there were in the files before.
void check_share(const Findings& findings,
                 std::string_view file,
                 std::uint64_t lines,
                 std::uint64_t before);

}  // namespace truegap::adapters
