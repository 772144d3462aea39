#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace truegap::adapters {

/// Calls each(line, number) for every line of a text, without its end (LF or CRLF), numbered from 1.
template <typename Each>
void each_line(std::string_view text, Each each) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        each(line, number);
    }
}

/// The fields of a line between separators, into `fields`; how many there are, which may be more than
/// there is room for.
inline std::size_t split(std::string_view line,
                         std::string_view separator,
                         std::span<std::string_view> fields) {
    for (std::size_t count = 0;; ++count) {
        const auto end = separator.size() == 1 ? line.find(separator[0]) : line.find(separator);
        if (count < fields.size()) fields[count] = line.substr(0, end);
        if (end == std::string_view::npos) return count + 1;
        line.remove_prefix(end + separator.size());
    }
}

/// Whether this may be the name of a user: letters, digits, `_` and `-`, and not user 0 (`0`, `user_000000`),
/// whom some files have beside the real ones.
[[nodiscard]] inline bool is_user(std::string_view name) {
    bool all_zero = true;
    constexpr std::string_view prefix = "user_";
    std::string_view digits = name;
    if (digits.starts_with(prefix)) digits.remove_prefix(prefix.size());
    for (const char c : digits) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '-')
            return false;
        all_zero = all_zero && c == '0';
    }
    return !name.empty() && !all_zero;
}

}  // namespace truegap::adapters
