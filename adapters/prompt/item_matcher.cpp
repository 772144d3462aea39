#include "adapters/prompt/item_matcher.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint32_t nobody = 0xFFFFFFFFU;
constexpr std::uint32_t several = 0xFFFFFFFEU;
constexpr double most_effort = 5e7;       // steps of edit distances, of one answer
constexpr std::size_t wrapping = 64;      // what may stand around a title
constexpr std::size_t least_near = 6;     // shorter titles have no small differences
constexpr std::size_t common_length = 4;  // shorter ones may be words

struct Words {
    std::u32string text;              // lower case, single spaces
    std::vector<std::size_t> origin;  // [character of text]
};

bool is_apostrophe_in_word(std::u32string_view text, std::size_t i) {
    return text[i] == U'\'' && i > 0 && i + 1 < text.size() && is_word(text[i - 1]) &&
           is_word(text[i + 1]);
}

Words words_of(std::u32string_view text) {
    Words words;
    words.text.reserve(text.size());
    words.origin.reserve(text.size());
    const auto add = [&](char32_t c, std::size_t i) {
        words.text.push_back(c);
        words.origin.push_back(i);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        const bool open = words.text.empty() || words.text.back() == U' ';
        if (is_word(c) && c != 0x20E3) {
            add(lower(c), i);
        } else if (c == U'&') {
            if (!open) add(U' ', i);
            for (const char32_t letter : std::u32string_view(U"and ")) add(letter, i);
        } else if (!open && !is_apostrophe_in_word(text, i)) {
            add(U' ', i);
        }
    }
    while (!words.text.empty() && words.text.back() == U' ') {
        words.text.pop_back();
        words.origin.pop_back();
    }
    return words;
}

bool is_article(std::u32string_view word) {
    constexpr std::array<std::u32string_view, 23> articles{
        U"the", U"a",   U"an",   U"le",  U"la",  U"les", U"el", U"los",
        U"las", U"il",  U"lo",   U"der", U"die", U"das", U"un", U"une",
        U"una", U"ein", U"eine", U"det", U"den", U"l",   U"gli"};
    return std::find(articles.begin(), articles.end(), word) != articles.end();
}

// A title without the brackets at its end, and the year that stood in them.
struct Core {
    std::u32string_view text;
    std::optional<int> year;
};

std::optional<int> year_in(std::u32string_view text) {
    if (text.size() != 4) return std::nullopt;
    int year = 0;
    for (const char32_t c : text) {
        if (digit_value(c) < 0) return std::nullopt;
        year = 10 * year + digit_value(c);
    }
    return year >= 1800 && year < 2200 ? std::optional(year) : std::nullopt;
}

Core core_of(std::u32string_view title) {
    Core core{.text = trimmed(title), .year = {}};
    while (!core.text.empty() && (core.text.back() == U')' || core.text.back() == U']')) {
        const char32_t opening = core.text.back() == U')' ? U'(' : U'[';
        const std::size_t open = core.text.rfind(opening);
        if (open == std::u32string_view::npos || open == 0) break;
        const auto inside = core.text.substr(open + 1, core.text.size() - open - 2);
        if (!core.year) core.year = year_in(trimmed(inside));
        core.text = trimmed(core.text.substr(0, open));
    }
    return core;
}

// The words of a title without its article, wherever it stands.
std::u32string without_article(std::u32string_view title) {
    const std::size_t comma = title.rfind(U',');
    if (comma != std::u32string_view::npos && comma > 0 &&
        is_article(words_of(title.substr(comma + 1)).text))
        title = title.substr(0, comma);
    std::u32string words = words_of(title).text;
    const std::size_t space = words.find(U' ');
    if (space != std::u32string::npos && is_article(words.substr(0, space)))
        words.erase(0, space + 1);
    return words;
}

// Digits, and words that are Roman numbers: what tells the parts of a series apart.
std::u32string numbers_in(const std::u32string& words) {
    std::u32string numbers;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find(U' ', at), words.size());
        const auto word = std::u32string_view(words).substr(at, end - at);
        const bool roman = word.find_first_not_of(U"ivx") == std::u32string_view::npos;
        for (const char32_t c : word)
            if (roman || digit_value(c) >= 0) numbers.push_back(c);
        numbers.push_back(U' ');
        at = end + 1;
    }
    numbers.erase(std::remove(numbers.begin(), numbers.end(), U' '), numbers.end());
    return numbers;
}

// Insertions, deletions, replacements and swaps of neighbours; `most` + 1 when there are more.
std::size_t differences(std::u32string_view a, std::u32string_view b, std::size_t most) {
    const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (apart > most) return most + 1;
    std::array<std::vector<std::size_t>, 3> rows;
    for (auto& row : rows) row.assign(b.size() + 1, most + 1);
    for (std::size_t j = 0; j <= std::min(most, b.size()); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& before = rows[(i + 1) % 3];
        std::fill(row.begin(), row.end(), most + 1);
        if (i <= most) row[0] = i;
        const std::size_t last = std::min(b.size(), i + most);
        for (std::size_t j = i > most ? i - most : 1; j <= last; ++j) {
            const bool same = a[i - 1] == b[j - 1];
            row[j] = std::min({above[j - 1] + (same ? 0U : 1U), above[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return std::min(rows[a.size() % 3][b.size()], most + 1);
}

// Whether a title that this follows, " (2017)", is one of another year.
bool is_other_year(std::u32string_view after, std::optional<int> year) {
    constexpr std::size_t digits = 4;
    while (!after.empty() && (after.front() == U' ' || after.front() == U'*'))
        after.remove_prefix(1);
    if (!year || after.size() < digits + 2 || after[0] != U'(' || after[digits + 1] != U')')
        return false;
    const auto other = year_in(after.substr(1, digits));
    return other && std::abs(*other - *year) > 1;
}

std::u32string_view without_wrapping(std::u32string_view piece) {
    while (!piece.empty() && !is_word(piece.front())) piece.remove_prefix(1);
    while (!piece.empty() && !is_word(piece.back())) piece.remove_suffix(1);
    return piece;
}

}  // namespace

ItemMatcher::ItemMatcher(const std::vector<std::string>& candidates,
                         const std::vector<std::string>& labels)
    : nodes_{{nobody}}, effort_(most_effort) {
    loose_of_.reserve(candidates.size());
    year_of_.reserve(candidates.size());
    for (std::uint32_t k = 0; k < candidates.size(); ++k) {
        const std::u32string title = plain(candidates[k]);
        longest_ = std::max(longest_, title.size());
        add_key(exact_, folded(trimmed(title)), k);
        const std::u32string words = words_of(title).text;
        add_key(words_, words, k);
        add_mention(words, k);
        const Core core = core_of(title);
        const std::u32string key = without_article(core.text);
        add_key(core_, key, k);
        if (key != words) add_mention(key, k);
        loose_of_.push_back(without_diacritics(key));
        add_key(loose_, loose_of_.back(), k);
        year_of_.push_back(core.year);
    }
    for (std::uint32_t k = 0; k < labels.size(); ++k) add_key(labels_, folded(labels[k]), k);
}

void ItemMatcher::add_key(Keys& keys, std::u32string key, std::uint32_t candidate) {
    if (key.empty()) return;
    const auto [place, is_new] = keys.try_emplace(std::move(key), candidate);
    if (!is_new && place->second != candidate) place->second = several;
}

std::optional<std::uint32_t> ItemMatcher::find(const Keys& keys, const std::u32string& key) {
    const auto place = keys.find(key);
    if (place == keys.end() || place->second == several) return std::nullopt;
    return place->second;
}

bool ItemMatcher::too_long(std::u32string_view piece) const {
    return piece.empty() || piece.size() > longest_ + wrapping;
}

std::optional<std::uint32_t> ItemMatcher::title(std::u32string_view piece) const {
    piece = trimmed(piece);
    if (too_long(piece)) return std::nullopt;
    if (const auto found = find(exact_, folded(piece))) return found;
    if (const auto found = find(words_, words_of(piece).text)) return found;
    std::u32string_view inside = piece;
    while (!inside.empty() && (inside.front() == U'"' || inside.front() == U'*' ||
                               inside.front() == U'_' || inside.front() == U'\''))
        inside.remove_prefix(1);
    while (!inside.empty() && !is_word(inside.back()) && inside.back() != U')' &&
           inside.back() != U']')
        inside.remove_suffix(1);
    const Core core = core_of(inside);
    const std::u32string key = without_article(core.text);
    auto found = find(core_, key);
    if (!found) found = find(loose_, without_diacritics(key));
    if (found && core.year && year_of_[*found] && std::abs(*core.year - *year_of_[*found]) > 1)
        return std::nullopt;
    return found;
}

std::optional<std::uint32_t> ItemMatcher::near_title(std::u32string_view piece) const {
    piece = trimmed(piece);
    if (too_long(piece)) return std::nullopt;
    const Core core = core_of(piece);
    const std::u32string key = without_diacritics(without_article(core.text));
    if (key.size() < least_near) return std::nullopt;
    const std::size_t most = (key.size() + 2) / 8;
    std::size_t least = most + 1;
    std::uint32_t nearest = nobody;
    for (std::uint32_t k = 0; k < loose_of_.size(); ++k) {
        const std::u32string& other = loose_of_[k];
        if (other.size() + most < key.size() || key.size() + most < other.size()) continue;
        effort_ -= static_cast<double>(key.size() * (2 * most + 1) + other.size());
        if (effort_ < 0.0) return std::nullopt;
        const std::size_t count = differences(key, other, most);
        if (count < least) {
            least = count;
            nearest = k;
        } else if (count == least && count <= most) {
            nearest = several;
        }
    }
    if (nearest >= several || numbers_in(key) != numbers_in(loose_of_[nearest]))
        return std::nullopt;
    if (core.year && year_of_[nearest] && std::abs(*core.year - *year_of_[nearest]) > 1)
        return std::nullopt;
    return nearest;
}

std::optional<std::uint32_t> ItemMatcher::label(std::u32string_view piece) const {
    piece = without_wrapping(piece);
    constexpr std::size_t longest_label = 8;
    if (labels_.empty() || piece.empty() || piece.size() > longest_label) return std::nullopt;
    return find(labels_, folded(piece));
}

std::optional<std::uint32_t> ItemMatcher::item(std::u32string_view piece) const {
    if (const auto found = title(piece)) return found;
    if (const auto found = label(piece)) return found;
    return near_title(piece);
}

void ItemMatcher::add_mention(const std::u32string& key, std::uint32_t candidate) {
    if (key.empty()) return;
    std::uint32_t node = 0;
    for (const char32_t c : key) {
        const auto [place, is_new] = children_.try_emplace(
            (std::uint64_t{node} << 32U) | c, static_cast<std::uint32_t>(nodes_.size()));
        if (is_new) nodes_.push_back({nobody});
        node = place->second;
    }
    std::uint32_t& owner = nodes_[node].candidate;
    owner = owner == nobody || owner == candidate ? candidate : several;
}

std::vector<ItemMatcher::Mention> ItemMatcher::mentions(std::u32string_view text) const {
    constexpr char32_t arabic_and = U'\u0648';
    const Words words = words_of(text);
    const std::u32string& line = words.text;
    const auto bound = [&](std::size_t i) {
        if (i == 0 || i == line.size() || line[i - 1] == U' ' || line[i] == U' ') return true;
        return is_unspaced(line[i - 1]) || is_unspaced(line[i]);
    };
    const auto starts = [&](std::size_t i) {
        return line[i] != U' ' &&
               (bound(i) || (line[i - 1] == arabic_and && (i == 1 || line[i - 2] == U' ')));
    };
    std::vector<Mention> found;
    for (std::size_t i = 0; i < line.size();) {
        std::size_t end = i;
        std::uint32_t candidate = nobody;
        if (starts(i)) {
            std::uint32_t node = 0;
            for (std::size_t j = i; j < line.size(); ++j) {
                const auto place = children_.find((std::uint64_t{node} << 32U) | line[j]);
                if (place == children_.end()) break;
                node = place->second;
                if (nodes_[node].candidate == nobody || !bound(j + 1)) continue;
                candidate = nodes_[node].candidate;
                end = j + 1;
            }
        }
        if (candidate < several &&
            !is_other_year(text.substr(words.origin[end - 1] + 1), year_of_[candidate])) {
            const bool common = end - i < common_length && !is_unspaced(line[i]);
            found.push_back({words.origin[i], words.origin[end - 1] + 1, candidate, common});
        }
        i = std::max(i + 1, end);
    }
    return found;
}

}  // namespace truegap::adapters
