#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// A field as RFC 4180 wants it: quoted when it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_field(std::string_view text);

/// A row of a CSV text, with the line on which it starts (1-based).
struct CsvRow {
    std::size_t line = 0;
    std::vector<std::string> fields;
};

/// All rows of a CSV text by RFC 4180: quoted fields, doubled quotes, line breaks within quotes,
/// CRLF or LF, a leading byte order mark. Empty lines are skipped. Throws InputError for an
/// unclosed quote. first_line: the number of the text's first line in its file.
[[nodiscard]] std::vector<CsvRow> parse_csv(std::string_view text,
                                            std::string_view file,
                                            std::size_t first_line = 1);

}  // namespace truegap::adapters
