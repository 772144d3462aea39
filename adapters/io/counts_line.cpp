#include "adapters/io/counts_line.hpp"

#include <cmath>
#include <limits>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/plain_text.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_count = std::numeric_limits<std::uint32_t>::max();

// An id beyond these would come out as another number.
constexpr double most_exact = 9007199254740992.0;

std::string read_id(const JsonNode& node) {
    const Json& value = node.json();
    if (value.is_string()) return value.dump();
    if (!value.is_number() ||
        (value.is_number_float() && !(std::abs(value.get<double>()) < most_exact)))
        node.fail("is " + node.description() +
                  " (allowed: a string, or a number that 64 bits hold exactly)");
    return value.is_number_float() ? json_number(value.get<double>()) : value.dump();
}

// Reads one JSON line left to right; gives up at whatever it does not know.
class PlainReader {
  public:
    PlainReader(std::string_view text, CountsLine& line) : text_(text), line_(line) {}

    bool read() {
        text_.skip_space();
        const bool read = text_.at('[') ? counts() : text_.take('{') && members();
        text_.skip_space();
        return read && text_.ended();
    }

  private:
    bool members() {
        bool has_counts = false;
        do {
            text_.skip_space();
            if (text_.take("\"counts\"")) {
                if (has_counts || !colon() || !counts()) return false;
                has_counts = true;
            } else if (text_.take("\"items\"")) {
                std::uint64_t items = 0;
                if (line_.items || !colon() || !text_.number(items, most_estimate_items) ||
                    items == 0)
                    return false;
                line_.items = items;
            } else if (text_.take("\"id\"")) {
                if (!line_.id.empty() || !colon() || !id()) return false;
            } else {
                return false;
            }
            text_.skip_space();
        } while (text_.take(','));
        return has_counts && text_.take('}');
    }

    bool colon() {
        text_.skip_space();
        if (!text_.take(':')) return false;
        text_.skip_space();
        return true;
    }

    // On a copy of the place, which stays in registers while the counts are stored.
    bool counts() {
        PlainText text = text_;
        if (!text.take('[')) return false;
        text.skip_space();
        bool more = !text.at(']');
        while (more) {
            std::uint64_t count = 0;
            if (!text.number(count, most_count)) return false;
            line_.counts.push_back(static_cast<std::uint32_t>(count));
            text.skip_space();
            more = text.take(',');
            if (more) text.skip_space();
        }
        if (!text.take(']')) return false;
        text_ = text;
        return true;
    }

    bool id() {
        const char* const start = text_.place();
        if (text_.take('"')) {
            while (!text_.ended() && *text_.place() >= ' ' && *text_.place() < '\x7f' &&
                   *text_.place() != '"' && *text_.place() != '\\')
                text_.skip(1);
            if (!text_.take('"')) return false;
        } else {
            std::uint64_t number = 0;
            if (!text_.number(number, most_estimate_items)) return false;
        }
        line_.id.assign(start, text_.place());
        return true;
    }

    PlainText text_;
    CountsLine& line_;
};

}  // namespace

CountsLine read_json_counts(std::string_view text, const std::string& file, std::size_t number) {
    const Json json = parse_json(text, file, number);
    const JsonNode node(json, file + ": line " + std::to_string(number));
    CountsLine line;
    const bool bare = node.is_array();
    if (!bare && !node.json().is_object())
        node.fail("is " + node.description() +
                  " (allowed: a list of counts, or an object with \"counts\")");
    if (!bare) node.require_keys({"counts", "items", "id"});
    const JsonNode counts = bare ? node : node["counts"];
    for (const JsonNode& count : counts.elements())
        line.counts.push_back(static_cast<std::uint32_t>(count.integer(0, most_count)));
    if (!bare && node.has("items")) line.items = node["items"].integer(1, most_estimate_items);
    if (!bare && node.has("id")) line.id = read_id(node["id"]);
    return line;
}

bool read_plain_json_counts(std::string_view text, CountsLine& line) {
    line.counts.clear();
    line.items.reset();
    line.id.clear();
    return PlainReader(text, line).read();
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace truegap::adapters
