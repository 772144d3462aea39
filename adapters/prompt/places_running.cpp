#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "metrics/response.hpp"
#include "adapters/prompt/named_item.hpp"
#include "adapters/prompt/places.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Text = std::u32string_view;
using Mentions = std::vector<ItemMatcher::Mention>;
using metrics::no_candidate;

bool is_separator(char32_t c) {
    constexpr Text separators = U",;、，|>→≻➔➜➡⟶\n؛،·•";
    return separators.find(c) != Text::npos;
}

bool has_words(Text text) {
    return std::any_of(text.begin(), text.end(), is_word);
}

bool has_letters(Text text) {
    return std::any_of(
        text.begin(), text.end(), [](char32_t c) { return is_word(c) && digit_value(c) < 0; });
}

// Words that join the entries of a list, before one of them.
Text without_joiner(Text text) {
    constexpr std::array<Text, 22> joiners{
        U"and ", U"then ",   U"finally ", U"followed by ", U"next ", U"lastly ", U"& ",   U"or ",
        U"und ", U"et ",     U"y ",       U"e ",           U"और ",   U"फिर ",    U"तथा ", U"ثم ",
        U"و ",   U"وأخيرا ", U"和",       U"然后",         U"最后",  U"以及"};
    text = trimmed(text);
    for (int twice = 0; twice < 2; ++twice)
        for (const Text joiner : joiners)
            if (text.size() > joiner.size() &&
                std::equal(joiner.begin(), joiner.end(), text.begin(), [](char32_t a, char32_t b) {
                    return a == lower(b);
                }))
                text = trimmed(text.substr(joiner.size()));
    return text;
}

struct Segment {
    Text text;
    std::vector<std::uint32_t> named;  // mentions within, or what all of it names
    bool entire = false;               // nothing but what it names, apart from a few words
};

class RunningPlaces {
  public:
    RunningPlaces(const Listing& listing, Text block)
        : listing_(listing), block_(block), mentions_(listing.matcher.mentions(block)) {}

    [[nodiscard]] Places read() {
        cut_segments();
        const std::size_t count = segments_.size();
        std::size_t first = count;
        std::size_t last = 0;
        std::size_t entire = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (segments_[i].named.empty()) continue;
            first = std::min(first, i);
            last = i;
            if (segments_[i].entire) ++entire;
        }
        if (first == count) return {};
        const std::size_t spread = last - first + 1;
        if (entire < 2 || 2 * entire < spread) return prose();
        while (first > 0 && could_be_item(segments_[first - 1], false)) --first;
        while (last + 1 < count && could_be_item(segments_[last + 1], true)) ++last;
        std::vector<std::uint32_t> named;
        for (std::size_t i = first; i <= last; ++i) {
            named.insert(named.end(), segments_[i].named.begin(), segments_[i].named.end());
            if (segments_[i].named.empty() && has_words(segments_[i].text))
                named.push_back(no_candidate);
        }
        return places_of(listing_, std::move(named));
    }

  private:
    // From the end of an introduction, over the mentions, to the end of the last one's sentence.
    void cut_segments() {
        std::size_t begin = 0;
        std::size_t end = block_.size();
        const std::size_t first = mentions_.empty() ? block_.size() : mentions_.front().begin;
        for (std::size_t i = 0; i < first; ++i)
            if (block_[i] == U':' &&
                (i + 1 >= block_.size() || !is_word(block_[i + 1]) || is_unspaced(block_[i + 1])))
                begin = i + 1;
        if (!mentions_.empty()) {
            constexpr Text ends = U".!?。।؟\n";
            std::size_t i = mentions_.back().end;
            while (i < end && !ends_sentence(i, ends)) ++i;
            end = i;
        }
        std::size_t mention = 0;
        std::size_t start = begin;
        for (std::size_t i = begin; i <= end; ++i) {
            while (mention < mentions_.size() && mentions_[mention].end <= i) ++mention;
            const bool inside = mention < mentions_.size() && mentions_[mention].begin < i;
            if (i < end && (inside || !separates(i))) continue;
            add_segment(start, i);
            start = i + 1;
        }
    }

    [[nodiscard]] bool separates(std::size_t i) const {
        if (block_[i] == U'/')
            return i > 0 && block_[i - 1] == U' ' && i + 1 < block_.size() && block_[i + 1] == U' ';
        return is_separator(block_[i]);
    }

    [[nodiscard]] bool ends_sentence(std::size_t i, Text ends) const {
        if (ends.find(block_[i]) == Text::npos) return false;
        // A line that a separator ends goes on in the next.
        if (block_[i] == U'\n') return i == 0 || !is_separator(block_[i - 1]);
        return block_[i] >= 0x80 || i + 1 >= block_.size() || is_space(block_[i + 1]);
    }

    // "2. It"
    [[nodiscard]] bool is_numbered(std::size_t at) const {
        while (at > 0 && (block_[at - 1] == U' ' || block_[at - 1] == U'"')) --at;
        return at > 1 && (block_[at - 1] == U'.' || block_[at - 1] == U')') &&
               digit_value(block_[at - 2]) >= 0;
    }

    void add_segment(std::size_t begin, std::size_t end) {
        Segment segment{.text = block_.substr(begin, end - begin), .named = {}, .entire = false};
        while (next_ < mentions_.size() && mentions_[next_].begin < begin) ++next_;
        std::size_t covered = 0;
        for (; next_ < mentions_.size() && mentions_[next_].begin < end; ++next_) {
            const ItemMatcher::Mention& mention = mentions_[next_];
            if (mention.common && !is_numbered(mention.begin)) continue;
            segment.named.push_back(mention.candidate);
            covered += mention.end - mention.begin;
        }
        const Text text = without_joiner(segment.text);
        constexpr std::size_t few = 24;
        if (segment.named.empty()) {
            if (const auto found = named_after_marker(listing_.matcher, text)) {
                segment.named.push_back(*found);
                segment.entire = true;
            }
        } else {
            segment.entire = trimmed(segment.text).size() <= covered + few;
        }
        if (!segment.named.empty() || has_letters(segment.text))
            segments_.push_back(std::move(segment));
    }

    // Whether what names nothing stands where an item would, and is no longer than one.
    [[nodiscard]] bool could_be_item(const Segment& segment, bool after) const {
        constexpr std::array<Text, 14> talk{U"sure",
                                            U"ok",
                                            U"okay",
                                            U"yes",
                                            U"well",
                                            U"certainly",
                                            U"of course",
                                            U"here",
                                            U"so",
                                            U"my",
                                            U"the ranking",
                                            U"好的",
                                            U"ठीक",
                                            U"حسنا"};
        const Text text = trimmed(segment.text);
        if (text.size() > listing_.matcher.longest() + 4 || text.find(U'\n') != Text::npos)
            return false;
        if (after) return true;
        return std::none_of(talk.begin(), talk.end(), [&](Text word) {
            return text.size() >= word.size() &&
                   std::equal(word.begin(), word.end(), text.begin(), [](char32_t a, char32_t b) {
                       return a == lower(b);
                   });
        });
    }

    // Titles in the order in which they first come up.
    [[nodiscard]] Places prose() const {
        std::vector<bool> seen(listing_.matcher.size(), false);
        std::vector<std::uint32_t> named;
        for (const ItemMatcher::Mention& mention : mentions_) {
            if (mention.common || seen[mention.candidate]) continue;
            seen[mention.candidate] = true;
            named.push_back(mention.candidate);
        }
        return places_of(listing_, std::move(named));
    }

    const Listing& listing_;
    Text block_;
    Mentions mentions_;
    std::vector<Segment> segments_;
    std::size_t next_ = 0;
};

}  // namespace

Places places_in_running_text(const Listing& listing, std::u32string_view text) {
    Places best;
    for (std::size_t at = 0; at < text.size();) {
        // A paragraph: up to an empty line.
        const std::size_t end = std::min(text.find(U"\n\n", at), text.size());
        Places places = RunningPlaces(listing, text.substr(at, end - at)).read();
        if (places.found > 0 && places.found >= best.found) best = std::move(places);
        at = end + 2;
    }
    return best;
}

}  // namespace truegap::adapters
