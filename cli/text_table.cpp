#include "cli/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "adapters/io/results_files.hpp"

namespace truegap::cli {

namespace {

constexpr int column_width = 9;

}  // namespace

std::string figure(const sim::Figure& value, bool sign) {
    if (!value) return "-";
    if (std::isinf(*value)) return *value > 0.0 ? "inf" : "-inf";
    std::ostringstream out;
    out << std::fixed << std::setprecision(3) << (sign ? std::showpos : std::noshowpos)
        << (std::abs(*value) < 0.0005 ? 0.0 : *value);
    return out.str();
}

std::string percent(double share) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << 100.0 * share << " %";
    return out.str();
}

std::string column_label(const sim::SizeBin& size) {
    const std::string label = adapters::size_label(size);
    return size.population_users == 0 ? label : std::to_string(size.population_users) + ":" + label;
}

void TextTable::print(std::ostream& out) const {
    std::size_t first = 0;
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        first = std::max(first, row.front().size());
        widths.resize(std::max(widths.size(), row.size()), column_width);
        for (std::size_t i = 1; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size() + 2);
    }
    for (const auto& row : rows_) {
        out << "  " << std::left << std::setw(static_cast<int>(first)) << row.front() << std::right;
        for (std::size_t i = 1; i < row.size(); ++i)
            out << std::setw(static_cast<int>(widths[i])) << row[i];
        out << '\n';
    }
}

}  // namespace truegap::cli
