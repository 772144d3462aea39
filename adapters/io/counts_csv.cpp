#include "adapters/io/counts_csv.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "adapters/io/csv.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/json_text.hpp"
#include "adapters/io/plain_text.hpp"
#include "adapters/io/whole_number.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_count = std::numeric_limits<std::uint32_t>::max();

std::string_view trimmed(std::string_view text) {
    const auto start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

// Blanks before the line end belong to no field, and must not hide a closing quote.
std::string_view without_end(std::string_view row) {
    return row.substr(0, row.find_last_not_of(" \t\r") + 1);
}

std::vector<std::string> fields_of(std::string_view row,
                                   const std::string& file,
                                   std::size_t number) {
    if (const auto place = row.find('\0'); place != std::string_view::npos)
        throw InputError(
            file, "line " + std::to_string(number), "a NUL byte (allowed: comma separated counts)");
    std::vector<CsvRow> rows = parse_csv(without_end(row), file, number);
    if (rows.empty()) return {std::string{}};
    std::vector<std::string> fields = std::move(rows.front().fields);
    for (std::string& field : fields) field = std::string(trimmed(field));
    return fields;
}

// A number, or several with another separator than the comma: no name in any case.
bool is_numeric(std::string_view text) {
    if (text.empty()) return false;
    double number = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc::invalid_argument && end == text.data() + text.size()) return true;
    return text.find_first_not_of("0123456789.;|\t ") == std::string_view::npos;
}

struct Place {
    const std::string& file;
    std::size_t line = 0;
    std::size_t field = 0;  // from 0
    [[noreturn]] void fail(const std::string& what) const {
        throw InputError(
            file, "line " + std::to_string(line) + ": field " + std::to_string(field + 1), what);
    }
};

std::uint64_t whole(std::string_view text,
                    std::uint64_t least,
                    std::uint64_t most,
                    const Place& place) {
    const std::optional<std::uint64_t> value = parse_whole(text);
    if (!value || *value < least || *value > most)
        place.fail("is " + (text.empty() ? std::string("empty") : in_quotes(text)) +
                   " (allowed: a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most) + ")");
    return *value;
}

std::string id(const std::string& text, const Place& place) {
    try {
        return json_string(text);
    } catch (const Json::exception&) {
        place.fail("is not UTF-8 (allowed: text in UTF-8)");
    }
}

}  // namespace

bool CountsColumns::is_header(std::string_view row, const std::string& file, std::size_t number) {
    try {
        const auto fields = fields_of(row, file, number);
        return std::none_of(fields.begin(), fields.end(), is_numeric) &&
               std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
                   return !field.empty();
               });
    } catch (const InputError&) {
        return false;
    }
}

CountsColumns CountsColumns::from_header(std::string_view row,
                                         const std::string& file,
                                         std::size_t number) {
    CountsColumns columns;
    for (const std::string& name : fields_of(row, file, number)) {
        const Role role = name.empty() || name == "id" ? Role::id
                          : name == "items"            ? Role::items
                                                       : Role::count;
        if (role != Role::count &&
            std::find(columns.roles_.begin(), columns.roles_.end(), role) != columns.roles_.end())
            Place{.file = file, .line = number, .field = columns.roles_.size()}.fail(
                role == Role::id ? "a second column of ids (allowed: one, called id or nothing)"
                                 : "a second column called items (allowed: one)");
        columns.roles_.push_back(role);
    }
    return columns;
}

CountsLine CountsColumns::read(std::string_view row,
                               const std::string& file,
                               std::size_t number) const {
    const auto fields = fields_of(row, file, number);
    if (!fits(fields.size()))
        throw InputError(
            file,
            "line " + std::to_string(number),
            "has " + std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields") +
                " (allowed: " + std::to_string(roles_.size()) + ", as many as the header)");
    CountsLine line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Place place{.file = file, .line = number, .field = i};
        switch (roles_.empty() ? Role::count : roles_[i]) {
            case Role::count:
                line.counts.push_back(
                    static_cast<std::uint32_t>(whole(fields[i], 0, most_count, place)));
                break;
            case Role::items:
                line.items = whole(fields[i], 1, most_estimate_items, place);
                break;
            case Role::id:
                line.id = id(fields[i], place);
                break;
        }
    }
    return line;
}

bool CountsColumns::read_plain(std::string_view row, CountsLine& line) const {
    line.counts.clear();
    line.items.reset();
    line.id.clear();
    PlainText text(without_end(row));
    std::size_t field = 0;
    do {
        if (field >= roles_.size() && !roles_.empty()) return false;
        text.skip_blanks();
        const Role role = roles_.empty() ? Role::count : roles_[field];
        const char* const start = text.place();
        std::uint64_t value = 0;
        if (!text.number(value, role == Role::count ? most_count : most_estimate_items))
            return false;
        if (role == Role::count) {
            line.counts.push_back(static_cast<std::uint32_t>(value));
        } else if (role == Role::items) {
            if (value == 0) return false;
            line.items = value;
        } else {
            line.id.assign(1, '"').append(start, text.place()) += '"';
        }
        text.skip_blanks();
        ++field;
    } while (text.take(','));
    return text.ended() && fits(field);
}

}  // namespace truegap::adapters
