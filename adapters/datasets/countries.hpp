#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// A country as profiles name it, and where it is.
struct Country {
    std::string_view name;       ///< its short name in ISO 3166 in the years of Last.fm's files
    std::string_view continent;  ///< one of `continents()`
};

/// The country of a name: that of ISO 3166 of then or of today, or a usual other one. Case, punctuation,
/// accents and `&` for `and` do not matter. Nothing for what is no country.
[[nodiscard]] std::optional<Country> find_country(std::string_view name);

/// All of them: the 249 of ISO 3166-1, and three that were there then or are not in it (Netherlands
/// Antilles, Serbia and Montenegro, Kosovo).
[[nodiscard]] const std::vector<Country>& countries();
/// Africa, Antarctica, Asia, Europe, North America, Oceania, South America. Source: the regions of the
/// United Nations' M49; the Caribbean and Central America are in North America.
[[nodiscard]] const std::vector<std::string_view>& continents();

}  // namespace truegap::adapters
