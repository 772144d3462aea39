#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "adapters/prompt/item_matcher.hpp"

/// The ways in which an answer may list items, each read by itself; the fullest reading is the answer.
namespace truegap::adapters {

/// What is asked of a text.
struct Listing {
    const ItemMatcher& matcher;
    std::size_t top = 1;
};

/// Places in order, best first: a candidate each, or `metrics::no_candidate`; candidates may repeat.
struct Places {
    std::vector<std::uint32_t> named;
    bool cut = false;
    std::size_t found = 0;  ///< distinct candidates among the first `top` places
};

/// Counts what was found; a reading without any has no places.
[[nodiscard]] Places places_of(const Listing& listing, std::vector<std::uint32_t> named);

/// JSON anywhere in the text: lists of titles, of objects with a title and perhaps a rank, objects by rank
/// or by title. raw: UTF-8.
[[nodiscard]] Places places_in_json(const Listing& listing, std::string_view raw);
/// One a line: numbered, with bullets or letters, rows of a table, or plain. text: `plain`.
[[nodiscard]] Places places_in_lines(const Listing& listing, std::u32string_view text);
/// Several on a line, separated by commas, arrows and the like; else whatever titles a text mentions.
[[nodiscard]] Places places_in_running_text(const Listing& listing, std::u32string_view text);

/// The fullest of these readings.
[[nodiscard]] Places places_in_text(const Listing& listing, std::u32string_view text);
[[nodiscard]] Places places_in_answer(const Listing& listing, std::string_view raw);

}  // namespace truegap::adapters
