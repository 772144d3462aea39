#include "adapters/io/json_text.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <vector>

#include "metrics/approximation/smoothing.hpp"
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

// "[json.exception.parse_error.101] parse error at line 1, column 2: …" without its first two
// words.
std::string readable(std::string_view message) {
    for (const std::string_view lead : {"] parse error at ", "] "})
        if (const auto place = message.find(lead); place != std::string_view::npos)
            return std::string(message.substr(place + lead.size()));
    return std::string(message);
}

}  // namespace

Json parse_json(std::string_view text, std::string_view file) {
    try {
        return Json::parse(text.begin(), text.end(), DuplicateKeys(file));
    } catch (const Json::exception& error) {
        std::string what = readable(error.what());
        for (char& c : what)
            if (static_cast<unsigned char>(c) < 0x20) c = ' ';
        throw InputError(file, "", what + " (allowed: one JSON text)");
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
    if (!figure) return "null";
    if (std::isinf(*figure)) return *figure > 0.0 ? "\"inf\"" : "\"-inf\"";
    return metrics::shortest(*figure);
}

std::string json_string(std::string_view text) {
    return Json(text).dump();
}

}  // namespace truegap::adapters
