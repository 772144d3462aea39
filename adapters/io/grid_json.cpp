#include "adapters/io/grid_json.hpp"

#include <algorithm>
#include <sstream>

#include "adapters/io/input_error.hpp"
#include "adapters/io/results_files.hpp"

namespace truegap::adapters {

namespace {

using Tokens = std::vector<std::string>;

bool is_index(const std::string& token) {
    return !token.empty() && token.size() < 10 &&
           std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           (token == "0" || token.front() != '0');
}

Tokens parse_pointer(const JsonNode& node, const std::string& pointer) {
    const auto fail = [&] {
        node.fail(
            "is no place in the scenario (allowed: a JSON pointer such as "
            "\"/population/items\", with ~0 for ~ and ~1 for /)");
    };
    if (pointer.empty() || pointer.front() != '/') fail();
    Tokens tokens;
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        if (pointer[i] == '/') {
            tokens.emplace_back();
        } else if (pointer[i] != '~') {
            tokens.back() += pointer[i];
        } else {
            ++i;
            if (i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) fail();
            tokens.back() += pointer[i] == '0' ? '~' : '/';
        }
    }
    return tokens;
}

std::string pointer_of(const Tokens& tokens, std::size_t count) {
    std::string pointer;
    for (std::size_t i = 0; i < count; ++i) pointer += '/' + escape_pointer(tokens[i]);
    return pointer;
}

// What says how large or what the study is, rather than what is studied.
void refuse_frame(const JsonNode& node, const Tokens& tokens) {
    const std::string& top = tokens.front();
    const std::string allowed =
        " (allowed: a place that says what is studied, such as "
        "\"/population/items\")";
    if (top == "vary") node.fail("is the grid itself" + allowed);
    if (top == "name" || top == "question" || top == "rows")
        node.fail("is for the study as a whole, so it cannot differ within it" + allowed);
    if (top == "replicates" || top == "worlds")
        node.fail("says how often the study is repeated, at every point alike" + allowed);
    if (top == "seed")
        node.fail(
            "is shared by all points, so that they are compared with the same random "
            "numbers" +
            allowed);
    if (top == "populations" && tokens.size() == 1)
        node.fail(
            "is a list that is compared already (allowed: a place within it, such as "
            "\"/populations/0/population/items\")");
}

// Every part of the pointer but the last must be there, and an element of a list must be.
void require_place(const JsonNode& node, const Json& scenario, const Tokens& tokens) {
    const Json* here = &scenario;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string place = in_quotes(pointer_of(tokens, i));
        const bool last = i + 1 == tokens.size();
        if (here->is_array()) {
            if (here->empty())
                node.fail(place + " is an empty list (allowed: a place that is there)");
            if (!is_index(tokens[i]) || std::stoull(tokens[i]) >= here->size())
                node.fail("is no element of the list " + place + " (allowed: 0 to " +
                          std::to_string(here->size() - 1) + ")");
            here = &(*here)[std::stoull(tokens[i])];
        } else if (here->is_object()) {
            const auto member = here->find(tokens[i]);
            if (member == here->end()) {
                if (last) return;
                Tokens keys;
                for (const auto& [key, value] : here->items()) keys.push_back(key);
                node.fail(in_quotes(pointer_of(tokens, i + 1)) + " is not there; the nearest is " +
                          in_quotes(place.substr(1, place.size() - 2) + '/' +
                                    escape_pointer(nearest(tokens[i], keys))) +
                          " (allowed: a new key of an object that is there)");
            }
            here = &*member;
        } else {
            node.fail(place +
                      " holds no other places (allowed: a key of an object or an element "
                      "of a list)");
        }
    }
}

// A file's rows would have to take the place of its name for the scenario to stand alone.
void refuse_file_names(const JsonNode& value, const Tokens& tokens) {
    const Json& json = value.json();
    const bool sizes = tokens == Tokens{"design", "group_sizes"} && json.is_string();
    const bool design = tokens == Tokens{"design"} && json.is_object() &&
                        json.contains("group_sizes") && json["group_sizes"].is_string();
    if (sizes || design)
        value.fail(
            "names a file, and a grid's scenario stands alone (allowed: the rows as a list)");
}

bool starts_with(const Tokens& tokens, const Tokens& start) {
    return start.size() <= tokens.size() && std::equal(start.begin(), start.end(), tokens.begin());
}

void refuse_nested(const std::vector<std::pair<std::string, JsonNode>>& nodes,
                   const std::vector<Factor>& factors) {
    for (std::size_t i = 0; i < factors.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (starts_with(factors[i].tokens, factors[j].tokens) ||
                starts_with(factors[j].tokens, factors[i].tokens))
                nodes[i].second.fail("and " + in_quotes(factors[j].pointer) +
                                     " are one within the other (allowed: places apart)");
}

std::string last_parts(const Tokens& tokens, std::size_t count) {
    std::string name;
    for (std::size_t i = tokens.size() - count; i < tokens.size(); ++i)
        name += (name.empty() ? "" : ".") + tokens[i];
    return name;
}

// The fewest last parts of the pointer that begin with a key, are no other column's name, and end no
// other factor's pointer.
std::string column_name(const std::vector<Factor>& factors,
                        std::size_t factor,
                        const std::vector<std::string>& taken) {
    const Tokens& tokens = factors[factor].tokens;
    for (std::size_t count = 1; count <= tokens.size(); ++count) {
        const std::string name = last_parts(tokens, count);
        if (name.empty() || is_index(tokens[tokens.size() - count])) continue;
        if (std::find(taken.begin(), taken.end(), name) != taken.end()) continue;
        const auto ends_alike = [&](const Factor& other) {
            return &other != &factors[factor] && other.tokens.size() >= count &&
                   last_parts(other.tokens, count) == name;
        };
        if (std::none_of(factors.begin(), factors.end(), ends_alike)) return name;
    }
    return factors[factor].pointer;
}

std::string as_text(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? *text : csv_value(value);
}

}  // namespace

Grid::Grid(const JsonNode& root) {
    if (!root.has("vary")) return;
    const auto nodes = root["vary"].members();
    if (nodes.empty())
        root["vary"].fail("is an empty object (allowed: at least one place and its values)");
    double points = 1.0;
    for (const auto& [pointer, node] : nodes) {
        Factor& factor = factors_.emplace_back();
        factor.pointer = pointer;
        factor.tokens = parse_pointer(node, pointer);
        refuse_frame(node, factor.tokens);
        require_place(node, root.json(), factor.tokens);
        const std::vector<JsonNode> values = node.some_elements();
        for (const JsonNode& value : values) {
            refuse_file_names(value, factor.tokens);
            factor.values.push_back(value.json());
        }
        refuse_repeats(values, factor.values, "the value");
        points *= static_cast<double>(values.size());
    }
    refuse_nested(nodes, factors_);
    if (points > static_cast<double>(most_points))
        root["vary"].fail("has " + csv_value(sim::Figure(points)) + " points (allowed: at most " +
                          std::to_string(most_points) + ")");
    const std::vector<std::string> taken = result_column_names();
    for (std::size_t i = 0; i < factors_.size(); ++i)
        factors_[i].column = column_name(factors_, i, taken);
}

std::size_t Grid::size() const {
    std::size_t points = 1;
    for (const Factor& factor : factors_) points *= factor.values.size();
    return points;
}

std::vector<std::size_t> Grid::value_numbers(std::size_t point) const {
    std::vector<std::size_t> result(factors_.size());
    for (std::size_t f = factors_.size(); f-- > 0;) {
        result[f] = point % factors_[f].values.size();
        point /= factors_[f].values.size();
    }
    return result;
}

std::vector<Json> Grid::values(std::size_t point) const {
    const std::vector<std::size_t> numbers = value_numbers(point);
    std::vector<Json> result;
    for (std::size_t f = 0; f < factors_.size(); ++f)
        result.push_back(factors_[f].values[numbers[f]]);
    return result;
}

Json Grid::document(const Json& document, std::size_t point) const {
    Json result = document;
    const std::vector<Json> put = values(point);
    for (std::size_t f = 0; f < factors_.size(); ++f) {
        Json* here = &result;
        for (const std::string& token : factors_[f].tokens)
            here = here->is_array() ? &(*here)[std::stoull(token)] : &(*here)[token];
        *here = put[f];
    }
    if (!factors_.empty()) result.erase("vary");
    return result;
}

std::string Grid::json(std::size_t point) const {
    if (factors_.empty()) return {};
    Json object;
    const std::vector<Json> put = values(point);
    for (std::size_t f = 0; f < factors_.size(); ++f) object[factors_[f].column] = put[f];
    std::ostringstream text;
    write_json(text, object);
    return text.str();
}

std::string Grid::note(std::size_t point) const {
    std::string text;
    const std::vector<Json> put = values(point);
    for (std::size_t f = 0; f < factors_.size(); ++f) {
        std::ostringstream value;
        write_json(value, put[f]);
        const std::string cut = in_quotes(value.str());
        text += (text.empty() ? "" : ", ") + factors_[f].pointer + " = " +
                cut.substr(1, cut.size() - 2);
    }
    return text;
}

std::string Grid::heading(std::size_t point) const {
    std::string text;
    const std::vector<Json> put = values(point);
    for (std::size_t f = 0; f < factors_.size(); ++f)
        text += (text.empty() ? "" : ", ") + adapters::heading(factors_[f], put[f]);
    return text;
}

std::string heading(const Factor& factor, const Json& value) {
    return factor.column + " = " + as_text(factor_value(value));
}

Value factor_value(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    if (value.is_number()) return sim::Figure(value.get<double>());
    std::ostringstream text;
    write_json(text, value);
    return text.str();
}

void write_point_json(std::ostream& out, const std::string& point) {
    if (!point.empty()) out << "\"point\":" << point << ",\n";
}

}  // namespace truegap::adapters
