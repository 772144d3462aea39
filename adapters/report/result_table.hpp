#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// What the report needs of a CSV file that truegap writes.
struct ResultTable {
    std::string file;
    std::vector<std::string> texts;  ///< columns of words that must be there
    std::vector<std::string>
        figures;  ///< columns of numbers that must be there; `inf` and empty are figures
};

/// Reads a table for the page: by columns, in the order of the file. A column of numbers is a list of
/// numbers, to six significant digits, of "inf", "-inf" and null; any other column is
/// {"texts": [the distinct ones], "at": [which of them, a row]}. A column that is not named in `table` is of
/// numbers where all its fields are. label: how messages name the file. Throws InputError for a table that
/// is damaged: no header, a missing or repeated column, a row that is too long or too short, words in a
/// column of numbers.
[[nodiscard]] Json read_result_table(std::string_view text,
                                     const std::string& label,
                                     const ResultTable& table);

}  // namespace truegap::adapters
