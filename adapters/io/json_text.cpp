#include "adapters/io/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <vector>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

namespace {

// Follows the parser through the text, so that a duplicate key is caught (the library keeps the
// last silently) and can be named by its pointer.
class DuplicateKeys {
  public:
    explicit DuplicateKeys(std::string_view file) : file_(file) {}

    bool operator()(int /*depth*/, Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        switch (event) {
            case Event::object_start:
            case Event::array_start:
                frames_.push_back(
                    {.array = event == Event::array_start, .index = 0, .keys = {}, .key = {}});
                break;
            case Event::object_end:
            case Event::array_end:
                frames_.pop_back();
                next_element();
                break;
            case Event::key: {
                Frame& frame = frames_.back();
                frame.key = parsed.get<std::string>();
                if (!frame.keys.insert(frame.key).second)
                    throw InputError(file_, pointer(), "the key appears twice (allowed: once)");
                break;
            }
            case Event::value:
                next_element();
                break;
        }
        return true;
    }

  private:
    struct Frame {
        bool array = false;
        std::size_t index = 0;
        std::set<std::string> keys;
        std::string key;
    };
    void next_element() {
        if (!frames_.empty() && frames_.back().array) ++frames_.back().index;
    }
    [[nodiscard]] std::string pointer() const {
        std::string result;
        for (const Frame& frame : frames_)
            result += '/' + (frame.array ? std::to_string(frame.index) : escape_pointer(frame.key));
        return result;
    }
    std::string file_;
    std::vector<Frame> frames_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: …" without its first words, and
// with the line counted from `first_line`.
std::string readable(std::string_view message, std::size_t first_line) {
    constexpr std::string_view lead = "] parse error at line ";
    if (const auto place = message.find(lead); place != std::string_view::npos) {
        const std::string_view rest = message.substr(place + lead.size());
        const auto comma = rest.find(',');
        const std::size_t line = std::stoul(std::string(rest.substr(0, comma)));
        return "line " + std::to_string(line + first_line - 1) + std::string(rest.substr(comma));
    }
    const auto place = message.find("] ");
    return std::string(place == std::string_view::npos ? message : message.substr(place + 2));
}

// `line 3, column 7` of a byte of the text; columns are counted from 1.
std::string position(std::string_view text, std::size_t place, std::size_t first_line) {
    const std::string_view before = text.substr(0, place);
    const std::size_t line =
        first_line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The library builds and copies deep values recursively, so that depth is a way to crash.
void refuse_deep_nesting(std::string_view text, std::string_view file, std::size_t first_line) {
    constexpr std::size_t deepest = 64;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if ((c == '[' || c == '{') && ++depth > deepest) {
            throw InputError(file,
                             "",
                             position(text, i, first_line) + ": nested deeper than " +
                                 std::to_string(deepest) + " levels (allowed: up to " +
                                 std::to_string(deepest) + ")");
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
}

}  // namespace

Json parse_json(std::string_view text, std::string_view file, std::size_t first_line) {
    const std::string keys_place =
        std::string(file) + (first_line > 1 ? ": line " + std::to_string(first_line) : "");
    // The library takes a NUL for the end of the text.
    if (const auto place = text.find('\0'); place != std::string_view::npos)
        throw InputError(
            file, "", position(text, place, first_line) + ": a NUL byte (allowed: one JSON text)");
    refuse_deep_nesting(text, file, first_line);
    try {
        return Json::parse(text.begin(), text.end(), DuplicateKeys(keys_place));
    } catch (const Json::out_of_range& error) {
        // A number too large for a double; the library names it, and not its place.
        const std::string_view what = error.what();
        const auto start = what.find('\'') + 1;
        const std::string_view number = what.substr(start, what.rfind('\'') - start);
        throw InputError(file,
                         "",
                         position(text, text.find(number), first_line) + ": the number " +
                             std::string(number) +
                             " is too large (allowed: up to 1.7976931348623157e+308)");
    } catch (const Json::exception& error) {
        throw InputError(
            file, "", readable(error.what(), first_line) + " (allowed: one JSON text)");
    }
}

void write_json(std::ostream& out, const Json& value) {
    if (value.is_object()) {
        out << '{';
        bool first = true;
        for (const auto& [key, member] : value.items()) {
            out << (first ? "" : ",") << json_string(key) << ':';
            write_json(out, member);
            first = false;
        }
        out << '}';
    } else if (value.is_array()) {
        out << '[';
        bool first = true;
        for (const auto& element : value) {
            out << (first ? "" : ",");
            write_json(out, element);
            first = false;
        }
        out << ']';
    } else if (value.is_number_float()) {
        out << json_number(value.get<double>());
    } else {
        out << value.dump();
    }
}

std::string json_number(std::optional<double> figure) {
    std::string text;
    append_json_number(text, figure);
    return text;
}

void append_json_number(std::string& text, std::optional<double> figure) {
    if (!figure) {
        text += "null";
    } else if (std::isinf(*figure)) {
        text += *figure > 0.0 ? "\"inf\"" : "\"-inf\"";
    } else {
        std::array<char, 32> digits{};
        const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), *figure);
        text.append(digits.data(), result.ptr);
    }
}

std::string json_string(std::string_view text) {
    return Json(text).dump();
}

}  // namespace truegap::adapters
