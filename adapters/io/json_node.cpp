#include "adapters/io/json_node.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/distribution.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr double two_to_64 = 18446744073709551616.0;

std::string range(std::uint64_t least, std::uint64_t most) {
    return "(allowed: a whole number from " + std::to_string(least) + " to " +
           std::to_string(most) + ")";
}

}  // namespace

std::string escape_pointer(std::string_view key) {
    std::string result;
    for (const char c : key) {
        if (c == '~') {
            result += "~0";
        } else if (c == '/') {
            result += "~1";
        } else {
            result += c;
        }
    }
    return result;
}

void JsonNode::fail(const std::string& what) const {
    throw InputError(file_, pointer_, what);
}

std::string JsonNode::description() const {
    if (value_->is_null()) return "null";
    if (value_->is_boolean()) return value_->get<bool>() ? "true" : "false";
    if (value_->is_string()) return "the string " + in_quotes(value_->get<std::string>());
    if (value_->is_array()) return value_->empty() ? "an empty list" : "a list";
    if (value_->is_object()) return "an object";
    return value_->is_number_float() ? metrics::shortest(value_->get<double>()) : value_->dump();
}

void JsonNode::require_keys(const std::vector<std::string>& known) const {
    if (!value_->is_object()) fail("is " + description() + " (allowed: an object)");
    for (const auto& [key, member] : value_->items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        throw InputError(file_,
                         pointer_ + '/' + escape_pointer(key),
                         "unknown key; the nearest known key is " + in_quotes(nearest(key, known)) +
                             " (allowed: " + listed(known) + ")");
    }
}

bool JsonNode::has(const std::string& key) const {
    return value_->is_object() && value_->contains(key);
}

JsonNode JsonNode::operator[](const std::string& key) const {
    if (!value_->is_object()) fail("is " + description() + " (allowed: an object)");
    const auto place = value_->find(key);
    const std::string pointer = pointer_ + '/' + escape_pointer(key);
    if (place == value_->end()) throw InputError(file_, pointer, "is missing (it is required)");
    return {*place, file_, pointer};
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::members() const {
    if (!value_->is_object()) fail("is " + description() + " (allowed: an object)");
    std::vector<std::pair<std::string, JsonNode>> result;
    for (const auto& [key, member] : value_->items()) result.emplace_back(key, (*this)[key]);
    return result;
}

std::vector<JsonNode> JsonNode::elements() const {
    if (!value_->is_array()) fail("is " + description() + " (allowed: a list)");
    std::vector<JsonNode> result;
    result.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i)
        result.emplace_back((*value_)[i], file_, pointer_ + '/' + std::to_string(i));
    return result;
}

std::vector<JsonNode> JsonNode::some_elements() const {
    std::vector<JsonNode> result = elements();
    if (result.empty()) fail("is an empty list (allowed: at least one entry)");
    return result;
}

std::string JsonNode::text() const {
    if (!value_->is_string()) fail("is " + description() + " (allowed: a string)");
    return value_->get<std::string>();
}

std::string JsonNode::nonempty_text() const {
    std::string result = text();
    if (result.empty()) fail("is an empty string (allowed: a string of at least one character)");
    return result;
}

bool JsonNode::boolean() const {
    if (!value_->is_boolean()) fail("is " + description() + " (allowed: true or false)");
    return value_->get<bool>();
}

double JsonNode::number() const {
    if (!value_->is_number()) fail("is " + description() + " (allowed: a number)");
    return value_->get<double>();
}

double JsonNode::number_between(double least, double most) const {
    const double value = number();
    if (!(value >= least && value <= most))
        fail("is " + description() + " (allowed: a number from " + metrics::shortest(least) +
             " to " + metrics::shortest(most) + ")");
    return value;
}

std::uint64_t JsonNode::integer(std::uint64_t least, std::uint64_t most) const {
    if (!value_->is_number()) fail("is " + description() + " " + range(least, most));
    std::uint64_t result = 0;
    if (value_->is_number_float()) {
        const double value = value_->get<double>();
        if (!(value >= 0.0 && value < two_to_64 && value == std::floor(value)))
            fail("is " + description() + " " + range(least, most));
        result = static_cast<std::uint64_t>(value);
    } else {
        if (!value_->is_number_unsigned() && value_->get<std::int64_t>() < 0)
            fail("is " + description() + " " + range(least, most));
        result = value_->get<std::uint64_t>();
    }
    if (result < least || result > most) fail("is " + description() + " " + range(least, most));
    return result;
}

std::size_t JsonNode::choice(const std::vector<std::string>& allowed) const {
    const std::string given = text();
    const auto place = std::find(allowed.begin(), allowed.end(), given);
    if (place == allowed.end())
        fail("unknown value " + in_quotes(given) + "; the nearest known one is " +
             in_quotes(nearest(given, allowed)) + " (allowed: " + listed(allowed) + ")");
    return static_cast<std::size_t>(place - allowed.begin());
}

std::vector<double> JsonNode::probabilities(Sums sums) const {
    std::vector<double> p;
    for (const JsonNode& entry : some_elements()) {
        if (!(entry.number() >= 0.0 && std::isfinite(entry.number())))
            entry.fail("is " + entry.description() + " (allowed: a probability from 0 to 1)");
        p.push_back(entry.number());
    }
    if (const auto defect = metrics::probability_defect(p))
        fail("the probabilities sum to " + metrics::shortest(defect->value) +
             " (allowed: 1, within 1e-9)");
    if (sums == Sums::as_given) return p;
    const auto sound = metrics::Distribution::from_probabilities(std::move(p));
    return {sound.begin(), sound.end()};
}

}  // namespace truegap::adapters
