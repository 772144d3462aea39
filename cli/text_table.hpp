#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sim/results.hpp"

/// How figures stand in a text that a person reads.
namespace truegap::cli {

/// Three decimals; `-` where undefined. sign: whether a plus is shown.
[[nodiscard]] std::string figure(const sim::Figure& value, bool sign);
/// A share in percent, one decimal.
[[nodiscard]] std::string percent(double share);
/// How the column of a size is headed: `n=5`, `n=1000:20-49` under the `users` design.
[[nodiscard]] std::string column_label(const sim::SizeBin& size);

/// Rows of text cells: the first column left, the others right.
class TextTable {
  public:
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(std::ostream& out) const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace truegap::cli
