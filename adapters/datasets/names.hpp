#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Names of items as data sets write them, made fit to be shown.
namespace truegap::adapters {

/// A name in UTF-8: without white space at its ends, control characters as spaces.
struct CleanName {
    std::string text;
    bool repaired = false;  ///< broken UTF-8 in it was replaced, U+FFFD for each piece
};
[[nodiscard]] CleanName clean_name(std::string_view bytes);

/// Without white space (ASCII) at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view bytes);
/// ISO 8859-1 as UTF-8: each byte is the character of its number.
[[nodiscard]] std::string from_latin_1(std::string_view bytes);

/// The same names, where one is like an earlier one (but for case and compatibility forms, so that an
/// answer could mean both) with ` (2)`, ` (3)`, … behind it. suffixed: how many were changed, added up.
[[nodiscard]] std::vector<std::string> distinct_names(std::vector<std::string> names,
                                                      std::uint64_t& suffixed);

}  // namespace truegap::adapters
