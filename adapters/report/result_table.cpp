#include "adapters/report/result_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/io/csv.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr int digits = 6;  // more than can be seen in a chart, and than most standard errors allow

// A figure as JSON, or nothing where the field is none.
std::optional<Json> figure_of(const std::string& field) {
    if (field.empty()) return Json(nullptr);
    if (field == "inf" || field == "-inf") return Json(field);
    double value = 0.0;
    const char* const end = field.data() + field.size();
    const auto [stop, error] = std::from_chars(field.data(), end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    std::array<char, 32> shorter{};
    const auto written = std::to_chars(
        shorter.data(), shorter.data() + shorter.size(), value, std::chars_format::general, digits);
    std::from_chars(shorter.data(), written.ptr, value);
    return Json(value);
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_header(const CsvRow& header, const std::string& label, const ResultTable& table) {
    const std::string place = "line " + std::to_string(header.line);
    for (std::size_t i = 0; i < header.fields.size(); ++i)
        if (std::find(header.fields.begin(),
                      header.fields.begin() + static_cast<std::ptrdiff_t>(i),
                      header.fields[i]) != header.fields.begin() + static_cast<std::ptrdiff_t>(i))
            throw InputError(label,
                             place,
                             "the column " + in_quotes(header.fields[i]) +
                                 " is there twice (allowed: a table as truegap writes it)");
    for (const auto* names : {&table.texts, &table.figures})
        for (const std::string& name : *names)
            if (!holds(header.fields, name))
                throw InputError(label,
                                 place,
                                 "the column " + in_quotes(name) +
                                     " is missing (allowed: a table as truegap writes it)");
}

Json texts_of(const std::vector<CsvRow>& rows, std::size_t column) {
    Json texts = Json::array();
    Json at = Json::array();
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto [place, is_new] = known.emplace(rows[i].fields[column], known.size());
        if (is_new) texts.push_back(rows[i].fields[column]);
        at.push_back(place->second);
    }
    return {{"texts", std::move(texts)}, {"at", std::move(at)}};
}

Json column_of(const std::vector<CsvRow>& rows,
               std::size_t column,
               const std::string& label,
               const ResultTable& table) {
    const std::string& name = rows.front().fields[column];
    if (holds(table.texts, name)) return texts_of(rows, column);
    Json figures = Json::array();
    for (std::size_t i = 1; i < rows.size(); ++i) {
        auto figure = figure_of(rows[i].fields[column]);
        if (!figure && holds(table.figures, name))
            throw InputError(label,
                             "line " + std::to_string(rows[i].line),
                             name + " is " + in_quotes(rows[i].fields[column]) +
                                 " (allowed: a number, inf, -inf or nothing)");
        if (!figure) return texts_of(rows, column);
        figures.push_back(std::move(*figure));
    }
    return figures;
}

}  // namespace

Json read_result_table(std::string_view text, const std::string& label, const ResultTable& table) {
    const std::vector<CsvRow> rows = parse_csv(text, label);
    if (rows.empty())
        throw InputError(label, "", "is empty (allowed: a table as truegap writes it)");
    check_header(rows.front(), label, table);
    const std::size_t width = rows.front().fields.size();
    for (const CsvRow& row : rows)
        if (row.fields.size() != width)
            throw InputError(label,
                             "line " + std::to_string(row.line),
                             "has " + std::to_string(row.fields.size()) + " fields (allowed: " +
                                 std::to_string(width) + ", as the header has)");
    Json columns = Json::object();
    for (std::size_t i = 0; i < width; ++i)
        columns[rows.front().fields[i]] = column_of(rows, i, label, table);
    return columns;
}

}  // namespace truegap::adapters
