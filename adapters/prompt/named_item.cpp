#include "adapters/prompt/named_item.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/prompt/list_marker.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Text = std::u32string_view;

constexpr std::size_t most_heads = 8;

// Whether what stands before a mention names an item of its own, that no candidate is, and the mention
// belongs to its explanation: "Nothing - much like Alpha", not "My favourite: Alpha".
bool is_explained(const ItemMatcher& matcher, Text before, Text entry) {
    constexpr std::size_t longer = 8;
    std::size_t split = before.size();
    for (std::size_t i = 1; i < before.size() && split == before.size(); ++i)
        if (before[i] == U':' || before[i] == U'(' || (before[i] == U'-' && before[i - 1] == U' '))
            split = i;
    if (split == before.size() || split > matcher.longest() + longer) return false;
    return !matcher.title(entry.substr(split + 1));
}

// What stands between quotes or emphasis at the beginning.
std::optional<Text> marked_part(Text entry) {
    for (const Text mark : {Text(U"**"), Text(U"__"), Text(U"\""), Text(U"*"), Text(U"'")}) {
        if (entry.substr(0, mark.size()) != mark) continue;
        const std::size_t end = entry.find(mark, mark.size());
        if (end == Text::npos) return std::nullopt;
        return entry.substr(mark.size(), end - mark.size());
    }
    return std::nullopt;
}

// "(2017)": part of a title, not the beginning of an explanation.
bool starts_with_year(Text text) {
    constexpr std::size_t digits = 4;
    if (text.size() <= digits || text[digits] != U')') return false;
    text = text.substr(0, digits);
    return std::all_of(text.begin(), text.end(), [](char32_t c) { return digit_value(c) >= 0; });
}

// "Option B"
Text without_option(Text entry) {
    constexpr std::array<Text, 9> words{U"option ",
                                        U"item ",
                                        U"choice ",
                                        U"label ",
                                        U"letter ",
                                        U"选项",
                                        U"विकल्प ",
                                        U"الخيار ",
                                        U"العنصر "};
    for (const Text word : words)
        if (entry.size() > word.size() &&
            std::equal(word.begin(), word.end(), entry.begin(), [](char32_t a, char32_t b) {
                return a == lower(b);
            }))
            return entry.substr(word.size());
    return entry;
}

// Where an explanation may begin, within the reach of a title.
std::vector<std::size_t> head_ends(Text entry, std::size_t reach) {
    constexpr Text always = U":;|=(。<";
    constexpr Text before_space = U",-.؛،";
    std::vector<std::size_t> ends;
    const std::size_t last = std::min(entry.size(), reach);
    for (std::size_t i = 1; i < last; ++i) {
        const char32_t c = entry[i];
        if (c == U'(' && starts_with_year(entry.substr(i + 1))) continue;
        const bool spaced = i + 1 < entry.size() && entry[i + 1] == U' ';
        const bool dash = c == U'-' && entry[i - 1] == U' ';
        if (always.find(c) != Text::npos || dash ||
            (before_space.find(c) != Text::npos && spaced) || c == U'，' || c == U'、')
            ends.push_back(i);
    }
    return ends;
}

// "B. Alpha", "Option B: Alpha", "(B) Alpha": what follows the label.
std::optional<Text> after_label(const ItemMatcher& matcher, Text entry) {
    constexpr std::size_t longest = 12;
    for (std::size_t i = 1; i < std::min(entry.size(), longest); ++i) {
        if (is_word(entry[i]) || entry[i] == U' ') continue;
        const Text head = entry.substr(0, i);
        const std::size_t space = head.rfind(U' ');
        const Text last = space == Text::npos ? head : head.substr(space + 1);
        if (matcher.label(last)) return entry.substr(i + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> named_item(const ItemMatcher& matcher, Text entry) {
    entry = trimmed(entry);
    if (const auto whole = matcher.title(entry)) return whole;
    entry = without_option(entry);
    const auto marked = marked_part(entry);
    if (marked)
        if (const auto found = matcher.item(*marked)) return found;
    if (const auto rest = after_label(matcher, entry))
        if (const auto found = matcher.title(*rest)) return found;
    if (const auto found = matcher.label(entry)) return found;
    const std::vector<std::size_t> ends = head_ends(entry, matcher.longest() + 16);
    std::size_t tried = 0;
    for (auto end = ends.rbegin(); end != ends.rend() && tried < most_heads; ++end, ++tried)
        if (const auto found = matcher.title(entry.substr(0, *end))) return found;
    if (const auto found = matcher.near_title(entry)) return found;
    tried = 0;
    for (auto end = ends.rbegin(); end != ends.rend() && tried < most_heads; ++end, ++tried)
        if (const auto found = matcher.near_title(entry.substr(0, *end))) return found;
    // "B - because …", "B (the best)"; in "B. Something" the letter is that of a list of its own.
    if (!ends.empty() && entry[ends.front()] != U'.' && entry[ends.front()] != U';')
        if (const auto found = matcher.label(entry.substr(0, ends.front()))) return found;
    return std::nullopt;
}

std::optional<std::uint32_t> mentioned_item(const ItemMatcher& matcher, Text entry) {
    if (const auto found = named_item(matcher, entry)) return found;
    for (const ItemMatcher::Mention& mention : matcher.mentions(entry)) {
        const Text before = entry.substr(0, mention.begin);
        const bool leads = std::none_of(before.begin(), before.end(), is_word);
        if (leads || (!mention.common && !is_explained(matcher, before, entry)))
            return mention.candidate;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> named_after_marker(const ItemMatcher& matcher, Text entry) {
    if (const auto whole = matcher.title(entry)) return whole;
    const ListMarker marker = list_marker(entry);
    if (marker.kind == ListMarker::Kind::number || marker.kind == ListMarker::Kind::bullet)
        if (const auto found = named_item(matcher, entry.substr(marker.length))) return found;
    return named_item(matcher, entry);
}

}  // namespace truegap::adapters
