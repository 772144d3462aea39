#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace truegap::adapters {

/// A whole number in 64 bits: its digits, or a number like 1e6 or 3.0 that is whole. Nothing for any
/// other text.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text);

}  // namespace truegap::adapters
