#include "adapters/io/input_error.hpp"

#include <algorithm>
#include <numeric>

namespace truegap::adapters {

namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

// Whatever names and values it quotes.
std::string one_line(std::string text) {
    for (char& c : text)
        if (is_control(c)) c = ' ';
    return text;
}

std::string message(std::string_view file, std::string_view place, std::string_view what) {
    std::string text(file);
    if (!place.empty()) text.append(": ").append(place);
    text.append(": ").append(what);
    return one_line(std::move(text));
}

// Levenshtein distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

InputError::InputError(std::string_view file, std::string_view place, std::string_view what)
    : std::runtime_error(message(file, place, what)),
      lead_(file.size() + 2 + (place.empty() ? 0 : place.size() + 2)) {}

InputError InputError::noted(std::string_view note) const {
    const std::string_view whole = what();
    InputError result(
        one_line(std::string(whole.substr(0, lead_)).append(note).append(whole.substr(lead_))));
    result.lead_ = lead_;
    return result;
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    const auto closer = [&](const std::string& a, const std::string& b) {
        return edit_distance(name, a) < edit_distance(name, b);
    };
    const auto place = std::min_element(known.begin(), known.end(), closer);
    return place == known.end() ? std::string{} : *place;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::size_t length = std::min(text.size(), longest);
    // Not in the middle of a UTF-8 character, whose later bytes are 10xxxxxx.
    while (length < text.size() && length > 0 &&
           (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length;
    std::string result = "\"";
    for (const char c : text.substr(0, length)) result += is_control(c) ? ' ' : c;
    return result + (length < text.size() ? "…\"" : "\"");
}

}  // namespace truegap::adapters
