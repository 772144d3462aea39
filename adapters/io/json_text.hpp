#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace truegap::adapters {

using Json = nlohmann::ordered_json;

/// Parses one JSON text, at most 64 levels deep. A syntax error gives line and column, a duplicate key
/// its pointer. first_line: the number of the text's first line in its file, for JSON lines.
/// Throws InputError with `file` in front.
[[nodiscard]] Json parse_json(std::string_view text,
                              std::string_view file,
                              std::size_t first_line = 1);

/// Writes JSON on one line; numbers are the shortest digits that read back exactly, infinities the
/// string "inf" (or "-inf").
void write_json(std::ostream& out, const Json& value);

/// A figure as JSON: a number, "inf", "-inf", or null where it is undefined.
[[nodiscard]] std::string json_number(std::optional<double> figure);
/// The same put at the end of a text.
void append_json_number(std::string& text, std::optional<double> figure);
/// A string as JSON, quoted and escaped. text: UTF-8.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace truegap::adapters
