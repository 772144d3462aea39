#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/io/counts_line.hpp"

namespace truegap::adapters {

/// What the columns of a CSV file of histograms mean. Without a header every field is a count, and
/// rows may differ in length. With one, rows have its length, and a column called `id` or without a
/// name (what pandas and R write for the index) is the row's id, `items` its K.
class CountsColumns {
  public:
    CountsColumns() = default;
    /// Whether this row is a header: a name, or nothing, in every field, and a name in one. A row that
    /// is not CSV is none.
    [[nodiscard]] static bool is_header(std::string_view row,
                                        const std::string& file,
                                        std::size_t number);
    /// Throws InputError where two columns are the row's id, or its items.
    static CountsColumns from_header(std::string_view row,
                                     const std::string& file,
                                     std::size_t number);

    /// Throws InputError naming file, line and field.
    [[nodiscard]] CountsLine read(std::string_view row,
                                  const std::string& file,
                                  std::size_t number) const;
    /// The same by hand for rows of plain whole numbers; returns false for any other row, good or
    /// bad; `line` is then unspecified. Fills the caller's line (hot loop).
    [[nodiscard]] bool read_plain(std::string_view row, CountsLine& line) const;

  private:
    enum class Role { count, id, items };
    [[nodiscard]] bool fits(std::size_t fields) const {
        return roles_.empty() || fields == roles_.size();
    }

    std::vector<Role> roles_;  // empty: all counts
};

}  // namespace truegap::adapters
