#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

inline constexpr std::uint64_t most_estimate_items = std::uint64_t{1} << 62U;

/// One histogram of the input, as it stands on its line.
struct CountsLine {
    std::vector<std::uint32_t> counts;
    std::optional<std::uint64_t> items;  ///< K, where the line says it
    std::string id;                      ///< as JSON, to be copied out; empty where there is none
    [[nodiscard]] bool operator==(const CountsLine&) const = default;
};

/// Reads `{"counts": [...], "items": K, "id": …}` or a bare array. Strict: the JSON parser, every
/// type checked. Throws InputError naming file, line and pointer.
[[nodiscard]] CountsLine read_json_counts(std::string_view text,
                                          const std::string& file,
                                          std::size_t number);

/// The same by hand, for lines that hold nothing unusual: plain whole numbers, the known keys once
/// each, an id without escapes. Returns false for any other line, good or bad; `line` is then
/// unspecified. Fills the caller's line, whose memory is used again (hot loop).
[[nodiscard]] bool read_plain_json_counts(std::string_view text, CountsLine& line);

/// A line of nothing but spaces, tabs and a carriage return.
[[nodiscard]] bool is_blank(std::string_view text);

}  // namespace truegap::adapters
