#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace truegap::adapters {

/// What a line of a list begins with: `3.`, `(3)`, `#3`, `3rd:`, `第三名：`, `三、`, `Rank 3 -`, `-`, `•`, `c)`.
struct ListMarker {
    enum class Kind { none, number, bullet, letter };
    Kind kind = Kind::none;
    std::int64_t number = 0;  ///< of a number
    std::size_t indent = 0;   ///< white space before it
    std::size_t length = 0;   ///< characters up to what it marks
    bool weak = false;        ///< a number with nothing after it but a space, or not even that
};

/// line: `plain` (unicode.hpp), digits of any script.
[[nodiscard]] ListMarker list_marker(std::u32string_view line);

/// A decimal number at the beginning of a text, in digits of any script, with what is usual for decimals.
struct StatedNumber {
    double value = 0.0;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<StatedNumber> stated_number(std::u32string_view text);

}  // namespace truegap::adapters
