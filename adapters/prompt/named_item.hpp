#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/prompt/item_matcher.hpp"

namespace truegap::adapters {

/// The candidate that one entry of an answer names: all of it, or what stands in quotes or emphasis at its
/// beginning, or what stands before an explanation ("Alpha - because …", "B: …"), after a label ("B. Alpha").
[[nodiscard]] std::optional<std::uint32_t> named_item(const ItemMatcher& matcher,
                                                      std::u32string_view entry);

/// The same, else the title that an entry begins with, else the first one within it that can be no common
/// word: for lines that are plainly entries of a list.
[[nodiscard]] std::optional<std::uint32_t> mentioned_item(const ItemMatcher& matcher,
                                                          std::u32string_view entry);

/// Without a list marker, unless the whole names a candidate.
[[nodiscard]] std::optional<std::uint32_t> named_after_marker(const ItemMatcher& matcher,
                                                              std::u32string_view entry);

}  // namespace truegap::adapters
