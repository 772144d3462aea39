#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/datasets/dirt.hpp"
#include "adapters/datasets/key_table.hpp"

namespace truegap::adapters {

/// A demographic of a data set: `age` with `Under 18`, `18-24`, …
struct Demographic {
    std::string name;
    std::vector<std::string> levels;  ///< in the order in which groups are written
};

/// A level that is not known.
inline constexpr std::int16_t unknown_level = -1;

/// Who the users are: a level of every demographic, or `unknown_level`.
class Profiles {
  public:
    Profiles() = default;
    explicit Profiles(std::vector<Demographic> demographics)
        : demographics_(std::move(demographics)) {}

    /// levels: one a demographic. A user's second profile is not taken: false.
    bool add(std::string_view user, std::span<const std::int16_t> levels);
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view user) const {
        return users_.find(user);
    }
    /// The levels of a profile by its number.
    [[nodiscard]] std::span<const std::int16_t> operator[](std::uint32_t profile) const {
        return std::span(levels_).subspan(profile * demographics_.size(), demographics_.size());
    }
    [[nodiscard]] std::size_t size() const { return users_.size(); }
    [[nodiscard]] const std::vector<Demographic>& demographics() const { return demographics_; }

  private:
    std::vector<Demographic> demographics_;
    KeyTable users_;
    std::vector<std::int16_t> levels_;  // [profile][demographic]
};

/// `Under 18`, `18-24`, `25-34`, `35-44`, `45-49`, `50-55`, `56+`: the bands of MovieLens 1M.
[[nodiscard]] Demographic age_bands();
/// `F` and `M`.
[[nodiscard]] Demographic genders();

/// The level of an age as it is written. Missing, no number and absurd (below `least` or above 100) are
/// counted and unknown.
[[nodiscard]] std::int16_t age_level(std::string_view text, unsigned least, Findings& findings);
/// The level of a gender: m, f, in either case; anything else is counted and unknown.
[[nodiscard]] std::int16_t gender_level(std::string_view text, Findings& findings);

}  // namespace truegap::adapters
