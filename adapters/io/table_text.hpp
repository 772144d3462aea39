#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "sim/results.hpp"
#include "adapters/io/csv.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// A cell of a result table: text, a whole number, or a figure that may be infinite or undefined.
using Value = std::variant<std::string, std::uint64_t, sim::Figure>;

/// As CSV: quoted where needed, `inf`, empty where undefined. As JSON: `"inf"`, null.
[[nodiscard]] std::string csv_value(const Value& value);
[[nodiscard]] std::string json_value(const Value& value);

/// A table as its contract names it: one accessor a column, written to CSV by rows, to JSON by
/// columns.
template <class Row>
struct Column {
    std::string name;
    std::function<Value(const Row&)> value;
};
template <class Row>
using Columns = std::vector<Column<Row>>;

/// The column of a figure that is a member of the row.
template <class Row>
Column<Row> figure(std::string name, sim::Figure Row::*member) {
    return {std::move(name), [member](const Row& row) -> Value { return row.*member; }};
}

/// The header, and a row: each a line with its end.
template <class Row>
std::string csv_header(const Columns<Row>& columns) {
    std::string line;
    for (const auto& column : columns) line += (line.empty() ? "" : ",") + csv_field(column.name);
    return line + '\n';
}
template <class Row>
std::string csv_line(const Row& row, const Columns<Row>& columns) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i)
        line.append(i > 0 ? "," : "").append(csv_value(columns[i].value(row)));
    return line + '\n';
}

/// Rows with accessors of their own; the parts of a table have columns of the same names.
template <class Row>
struct TablePart {
    const std::vector<Row>& rows;
    Columns<Row> columns;
};
template <class Row>
using TableParts = std::vector<TablePart<Row>>;

/// One array a column. parts: at least one.
template <class Row>
void write_json_table(const TableParts<Row>& parts, std::ostream& out) {
    out << '{';
    for (std::size_t i = 0; i < parts.front().columns.size(); ++i) {
        out << (i > 0 ? ",\n" : "") << json_string(parts.front().columns[i].name) << ":[";
        bool first = true;
        for (const TablePart<Row>& part : parts)
            for (const Row& row : part.rows) {
                out << (first ? "" : ",") << json_value(part.columns[i].value(row));
                first = false;
            }
        out << ']';
    }
    out << '}';
}
template <class Row>
void write_json_table(const std::vector<Row>& rows,
                      const Columns<Row>& columns,
                      std::ostream& out) {
    write_json_table<Row>({TablePart<Row>{.rows = rows, .columns = columns}}, out);
}

}  // namespace truegap::adapters
