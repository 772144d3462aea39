#include "adapters/prompt/list_marker.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t most_digits = 4;

using Text = std::u32string_view;

bool is_bullet(char32_t c) {
    constexpr Text bullets = U"-*+>•‣◦▪▫●○■□◆◇▶►▸→⇒✓✔★☆·・∙⁃➤➢❖";
    return bullets.find(c) != Text::npos;
}

// Emphasis, quotes and headings that may stand before a marker.
bool is_decoration(char32_t c) {
    return c == U'*' || c == U'_' || c == U'#' || c == U'"' || c == U' ';
}

bool is_delimiter(char32_t c) {
    constexpr Text delimiters = U".):]-,=|。、}/;";
    return delimiters.find(c) != Text::npos;
}

// Without regard to case; `words` in lower case, longest first.
template <std::size_t Count>
std::size_t word_at(Text text, const std::array<Text, Count>& words) {
    for (const Text word : words) {
        if (text.size() < word.size()) continue;
        if (std::equal(word.begin(), word.end(), text.begin(), [](char32_t a, char32_t b) {
                return a == lower(b);
            }))
            return word.size();
    }
    return 0;
}

struct Number {
    std::int64_t value = 0;
    std::size_t length = 0;
    bool in_words = false;
};

std::optional<Number> digits_at(Text text) {
    Number number;
    while (number.length < text.size() && digit_value(text[number.length]) >= 0 &&
           number.length <= most_digits) {
        number.value = 10 * number.value + digit_value(text[number.length]);
        ++number.length;
    }
    if (number.length == 0 || number.length > most_digits) return std::nullopt;
    if (number.length < text.size() && text[number.length] == 0x20E3) ++number.length;
    return number;
}

// 1 to 99 in Chinese characters.
std::optional<Number> chinese_at(Text text) {
    constexpr Text digits = U"一二三四五六七八九";
    Number number;
    std::int64_t last = 0;
    for (; number.length < text.size(); ++number.length) {
        const char32_t c = text[number.length];
        const std::size_t digit = digits.find(c);
        if (c == U'十' && number.value == 0) {
            number.value = 10 * std::max<std::int64_t>(last, 1);
            last = 0;
        } else if (digit != Text::npos && last == 0) {
            last = static_cast<std::int64_t>(digit) + 1;
        } else {
            break;
        }
    }
    number.value += last;
    if (number.value == 0) return std::nullopt;
    return number;
}

// The medals of the first three.
std::optional<Number> medal_at(Text text) {
    constexpr Text medals = U"🥇🥈🥉";
    const std::size_t place = text.empty() ? Text::npos : medals.find(text.front());
    if (place == Text::npos) return std::nullopt;
    return Number{.value = static_cast<std::int64_t>(place) + 1, .length = 1, .in_words = false};
}

struct Ordinal {
    Text word;
    std::int64_t number;
};

std::optional<Number> ordinal_at(Text text) {
    constexpr std::array ordinals{
        Ordinal{U"first", 1}, Ordinal{U"second", 2}, Ordinal{U"third", 3},   Ordinal{U"fourth", 4},
        Ordinal{U"fifth", 5}, Ordinal{U"sixth", 6},  Ordinal{U"seventh", 7}, Ordinal{U"eighth", 8},
        Ordinal{U"ninth", 9}, Ordinal{U"tenth", 10}, Ordinal{U"पहला", 1},    Ordinal{U"पहली", 1},
        Ordinal{U"दूसरा", 2},  Ordinal{U"दूसरी", 2},   Ordinal{U"तीसरा", 3},   Ordinal{U"तीसरी", 3},
        Ordinal{U"चौथा", 4},  Ordinal{U"पाँचवाँ", 5},  Ordinal{U"أولًا", 1},    Ordinal{U"أولا", 1},
        Ordinal{U"ثانيًا", 2}, Ordinal{U"ثانيا", 2},  Ordinal{U"ثالثًا", 3},   Ordinal{U"ثالثا", 3},
        Ordinal{U"رابعًا", 4}, Ordinal{U"رابعا", 4},  Ordinal{U"خامسًا", 5},   Ordinal{U"خامسا", 5},
        Ordinal{U"الأول", 1}, Ordinal{U"الثاني", 2}, Ordinal{U"الثالث", 3},  Ordinal{U"首先", 1},
        Ordinal{U"其次", 2},  Ordinal{U"最后", 99}};
    for (const Ordinal& one : ordinals)
        if (word_at(text, std::array{one.word}) > 0)
            return Number{.value = one.number, .length = one.word.size(), .in_words = true};
    return std::nullopt;
}

std::size_t spaces_at(Text text) {
    std::size_t count = 0;
    while (count < text.size() && text[count] == U' ') ++count;
    return count;
}

// A number with what stands around it, from `at` on.
ListMarker number_marker(Text line, std::size_t at) {
    constexpr std::array<Text, 14> before{U"number",
                                          U"place",
                                          U"rank",
                                          U"क्रम",
                                          U"स्थान",
                                          U"المرتبة",
                                          U"المركز",
                                          U"no.",
                                          U"nr.",
                                          U"top",
                                          U"第",
                                          U"no",
                                          U"#",
                                          U"("};
    constexpr std::array<Text, 16> after{U"वाँ",
                                         U"वां",
                                         U"place",
                                         U"st",
                                         U"nd",
                                         U"rd",
                                         U"th",
                                         U"er",
                                         U"名",
                                         U"位",
                                         U"项",
                                         U"个",
                                         U"º",
                                         U"ª",
                                         U"o",
                                         U"a"};
    ListMarker marker;
    std::size_t i = at;
    if (i < line.size() && line[i] == U'[') ++i;
    const std::size_t title = word_at(line.substr(i), before);
    i += title;
    if (title > 0) i += spaces_at(line.substr(i));
    auto number = digits_at(line.substr(i));
    const auto medal = medal_at(line.substr(i));
    if (!number) number = medal;
    if (!number) number = chinese_at(line.substr(i));
    const bool in_digits = number && digit_value(line[i]) >= 0;
    if (!number) number = ordinal_at(line.substr(i));
    if (!number) return marker;
    i += number->length;
    std::size_t suffix = word_at(line.substr(i), after);
    // "1st", but not the beginning of a word: "1 storm".
    if (in_digits && i + suffix < line.size() && suffix > 0 && is_word(line[i + suffix]) &&
        line[i + suffix] < 0x250)
        suffix = 0;
    i += suffix;
    std::size_t spaces = spaces_at(line.substr(i));
    const std::size_t delimiter = i + spaces;
    bool delimited = false;
    while (i + spaces < line.size() && (is_delimiter(line[i + spaces]) ||
                                        line[i + spaces] == U'*' || line[i + spaces] == U'_')) {
        delimited = delimited || is_delimiter(line[i + spaces]);
        i += spaces + 1;
        spaces = spaces_at(line.substr(i));
    }
    // "12-year", "3,000", "2.5": not a marker.
    if (delimited && i == delimiter + 1 && spaces == 0 && i < line.size() &&
        digit_value(line[i]) >= 0)
        return marker;
    if (!delimited && !in_digits && !medal && suffix == 0) return marker;
    if (number->in_words && !delimited) return marker;
    marker.kind = ListMarker::Kind::number;
    marker.number = number->value;
    marker.weak = !delimited && title == 0 && suffix == 0;
    marker.length = i + spaces;
    return marker;
}

// a)  b.  (c)  iv)
ListMarker letter_marker(Text line, std::size_t at) {
    ListMarker marker;
    std::size_t i = at;
    const bool open = i < line.size() && (line[i] == U'(' || line[i] == U'[');
    if (open) ++i;
    constexpr std::size_t most_letters = 4;
    const std::size_t first = i;
    while (i < line.size() && i - first < most_letters &&
           ((line[i] >= U'a' && line[i] <= U'z') || (line[i] >= U'A' && line[i] <= U'Z')))
        ++i;
    const Text letters = line.substr(first, i - first);
    const bool roman = letters.find_first_not_of(U"ivxIVX") == Text::npos;
    if (letters.empty() || (letters.size() > 2 && !roman) || i >= line.size()) return marker;
    if (line[i] != U')' && line[i] != U']' && (open || (line[i] != U'.' && line[i] != U':')))
        return marker;
    while (i < line.size() && (is_delimiter(line[i]) || line[i] == U'*')) ++i;
    const std::size_t spaces = spaces_at(line.substr(i));
    if (spaces == 0 && i < line.size()) return marker;
    marker.kind = ListMarker::Kind::letter;
    marker.length = i + spaces;
    return marker;
}

}  // namespace

ListMarker list_marker(std::u32string_view line) {
    const std::size_t indent = spaces_at(line);
    std::size_t at = indent;
    ListMarker marker;
    const bool spaced = at + 1 < line.size() && line[at + 1] == U' ';
    const bool tight = at < line.size() && line[at] >= 0x80 && is_bullet(line[at]);
    if (at < line.size() && is_bullet(line[at]) && (spaced || tight)) {
        ++at;
        at += spaces_at(line.substr(at));
        if (line.substr(at, 4) == U"[ ] " ||
            lower(line.size() > at + 1 ? line[at + 1] : U' ') == U'x')
            if (line.substr(at, 1) == U"[" && line.substr(at + 2, 2) == U"] ") at += 4;
        marker.kind = ListMarker::Kind::bullet;
        marker.length = at;
        marker.indent = indent;
    }
    std::size_t inner = at;
    while (inner < line.size() && is_decoration(line[inner])) ++inner;
    // "#3": the sign belongs to the number.
    ListMarker number = number_marker(line, inner);
    if (number.kind == ListMarker::Kind::none) number = letter_marker(line, inner);
    if (number.kind == ListMarker::Kind::none) return marker;
    // What follows a bullet is a number only when it is plainly one.
    if (marker.kind == ListMarker::Kind::bullet &&
        (number.weak || number.kind == ListMarker::Kind::letter))
        return marker;
    number.indent = indent;
    return number;
}

std::optional<StatedNumber> stated_number(std::u32string_view text) {
    StatedNumber number;
    constexpr std::size_t longest = 18;
    double scale = 0.0;
    std::size_t i = 0;
    for (; i < text.size() && i < longest; ++i) {
        const int digit = digit_value(text[i]);
        const bool point = text[i] == U'.' || text[i] == U',' || text[i] == U'\u066B';
        if (digit >= 0) {
            if (scale > 0.0) {
                number.value += digit * scale;
                scale /= 10.0;
            } else {
                number.value = 10.0 * number.value + digit;
            }
        } else if (point && i > 0 && scale == 0.0 && i + 1 < text.size() &&
                   digit_value(text[i + 1]) >= 0) {
            scale = 0.1;
        } else {
            break;
        }
    }
    if (i == 0) return std::nullopt;
    number.length = i;
    return number;
}

}  // namespace truegap::adapters
