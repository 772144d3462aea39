#include <algorithm>
#include <array>
#include <optional>

#include "adapters/prompt/answer_text.hpp"
#include "adapters/prompt/item_matcher.hpp"
#include "adapters/prompt/named_item.hpp"
#include "adapters/prompt/places.hpp"
#include "adapters/prompt/read_answer.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Text = std::u32string_view;
using Found = std::optional<std::uint32_t>;

template <class Visit>
void for_each_line(Text text, const Visit& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(U'\n', at), text.size());
        const Text line = trimmed(text.substr(at, end - at));
        if (std::any_of(line.begin(), line.end(), is_word)) visit(line);
        at = end + 1;
    }
}

// "Answer: Alpha", "The answer is B.", "选项 B"
Found after_announcement(const ItemMatcher& matcher, Text line) {
    constexpr std::array<Text, 12> announcements{U": ",
                                                 U":",
                                                 U" is ",
                                                 U" option ",
                                                 U" choose ",
                                                 U" pick ",
                                                 U" be ",
                                                 U"选择",
                                                 U"选项",
                                                 U"विकल्प ",
                                                 U"هو ",
                                                 U"الخيار "};
    for (const Text announcement : announcements) {
        const std::size_t at = line.rfind(announcement);
        if (at == Text::npos) continue;
        const Text rest = line.substr(at + announcement.size());
        if (const auto found = named_item(matcher, rest)) return found;
    }
    return std::nullopt;
}

// The only title that a text mentions; the last one in its last line where there are several.
Found mentioned(const ItemMatcher& matcher, Text text) {
    Found found;
    for (const ItemMatcher::Mention& mention : matcher.mentions(text)) {
        if (mention.common) continue;
        if (found && *found != mention.candidate) return std::nullopt;
        found = mention.candidate;
    }
    return found;
}

Found choice_in(const ItemMatcher& matcher, Text text) {
    if (const auto found = named_after_marker(matcher, trimmed(text))) return found;
    Found first;
    Found announced;
    Text last;
    for_each_line(text, [&](Text line) {
        if (!first) first = named_after_marker(matcher, line);
        if (const auto found = after_announcement(matcher, line)) announced = found;
        last = line;
    });
    if (announced) return announced;
    if (first) return first;
    if (const auto found = mentioned(matcher, text)) return found;
    return mentioned(matcher, last);
}

}  // namespace

std::uint32_t read_choice(std::string_view text, const Question& question, const Prompt& prompt) {
    const ItemMatcher matcher(question.candidates, prompt.labels);
    const AnswerText answer = answer_text(text);
    const Places json = places_in_json({.matcher = matcher, .top = 1}, answer.text);
    if (json.found > 0) return json.named.front();
    return choice_in(matcher, plain(answer.text)).value_or(metrics::no_candidate);
}

}  // namespace truegap::adapters
