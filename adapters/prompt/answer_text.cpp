#include "adapters/prompt/answer_text.hpp"

#include <algorithm>
#include <array>

#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

char lower_byte(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool starts_at(std::string_view text, std::size_t at, std::string_view lower_word) {
    if (text.size() - at < lower_word.size()) return false;
    return std::equal(lower_word.begin(),
                      lower_word.end(),
                      text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, char b) { return a == lower_byte(b); });
}

std::size_t find_word(std::string_view text, std::string_view lower_word, std::size_t at) {
    for (at = text.find(lower_word.front(), at); at != std::string_view::npos;
         at = text.find(lower_word.front(), at + 1))
        if (starts_at(text, at, lower_word)) return at;
    return std::string_view::npos;
}

AnswerText without_thoughts(std::string_view raw) {
    struct Thought {
        std::string_view open, close;
    };
    constexpr std::array thoughts{Thought{"<think>", "</think>"},
                                  Thought{"<thinking>", "</thinking>"},
                                  Thought{"<thought>", "</thought>"},
                                  Thought{"<reasoning>", "</reasoning>"},
                                  Thought{"[think]", "[/think]"}};
    AnswerText answer{.text = std::string(raw), .unfinished = false};
    for (const Thought& thought : thoughts) {
        // Servers often swallow the opening tag.
        std::string_view text = answer.text;
        const std::size_t first_close = find_word(text, thought.close, 0);
        if (first_close != std::string_view::npos && find_word(text, thought.open, 0) > first_close)
            text.remove_prefix(first_close + thought.close.size());
        std::string kept;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t open = std::min(find_word(text, thought.open, at), text.size());
            kept += text.substr(at, open - at);
            if (open == text.size()) break;
            const std::size_t close = find_word(text, thought.close, open);
            answer.unfinished = answer.unfinished || close == std::string_view::npos;
            at = close == std::string_view::npos ? text.size() : close + thought.close.size();
        }
        answer.text = std::move(kept);
    }
    return answer;
}

// What stands in place of a tag; nothing for what is no tag of a list.
struct Tag {
    std::string_view name, text;
};

std::string without_tags(std::string_view text) {
    constexpr std::array tags{Tag{"item", "\n"},
                              Tag{"ranking", "\n"},
                              Tag{"title", "\n"},
                              Tag{"li", "\n- "},
                              Tag{"br", "\n"},
                              Tag{"tr", "\n"},
                              Tag{"td", " | "},
                              Tag{"th", " | "},
                              Tag{"p", "\n"},
                              Tag{"ol", ""},
                              Tag{"ul", ""},
                              Tag{"b", ""},
                              Tag{"i", ""},
                              Tag{"em", ""},
                              Tag{"strong", ""},
                              Tag{"table", ""},
                              Tag{"tbody", ""},
                              Tag{"thead", ""},
                              Tag{"answer", "\n"}};
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = std::min(text.find('<', at), text.size());
        result += text.substr(at, open - at);
        at = open;
        if (at == text.size()) break;
        const bool closing = at + 1 < text.size() && text[at + 1] == '/';
        const std::size_t name = at + (closing ? 2 : 1);
        std::size_t end = name;
        while (end < text.size() && lower_byte(text[end]) >= 'a' && lower_byte(text[end]) <= 'z')
            ++end;
        constexpr std::size_t longest = 80;
        const std::size_t close = text.substr(0, end + longest).find_first_of("<>\n", end);
        const auto* tag = std::find_if(tags.begin(), tags.end(), [&](const Tag& one) {
            return one.name.size() == end - name && starts_at(text, name, one.name);
        });
        if (tag == tags.end() || close == std::string_view::npos || text[close] != '>') {
            result += text[at++];
            continue;
        }
        if (!closing || tag->name == "answer") result += tag->text;
        at = close + 1;
    }
    return result;
}

}  // namespace

AnswerText answer_text(std::string_view raw) {
    AnswerText answer = without_thoughts(raw);
    answer.text = without_tags(answer.text);
    return answer;
}

bool says_nothing(std::string_view text) {
    const std::u32string letters = plain(text);
    return std::none_of(letters.begin(), letters.end(), is_word);
}

bool declines(std::string_view text) {
    constexpr std::array<std::u32string_view, 59> phrases{U"i can't",
                                                          U"i cannot",
                                                          U"i can not",
                                                          U"i'm unable",
                                                          U"i am unable",
                                                          U"unable to",
                                                          U"i won't",
                                                          U"i will not",
                                                          U"as an ai",
                                                          U"i'm sorry",
                                                          U"i am sorry",
                                                          U"sorry, ",
                                                          U"not able to",
                                                          U"i must decline",
                                                          U"i decline",
                                                          U"i apologize",
                                                          U"i apologise",
                                                          U"i'm not comfortable",
                                                          U"i don't feel comfortable",
                                                          U"not appropriate for me",
                                                          U"against my guidelines",
                                                          U"i do not have enough information",
                                                          U"i refuse",
                                                          U"नहीं कर सकता",
                                                          U"नहीं कर सकती",
                                                          U"नहीं दे सकता",
                                                          U"नहीं दे सकती",
                                                          U"क्षमा कर",
                                                          U"माफ कर",
                                                          U"माफ़ कर",
                                                          U"असमर्थ",
                                                          U"खेद है",
                                                          U"抱歉",
                                                          U"对不起",
                                                          U"我无法",
                                                          U"无法回答",
                                                          U"无法提供",
                                                          U"我不能",
                                                          U"不便",
                                                          U"拒绝回答",
                                                          U"對不起",
                                                          U"عذرا",
                                                          U"اعتذر",
                                                          U"آسف",
                                                          U"لا استطيع",
                                                          U"لا يمكنني",
                                                          U"لا اقدر",
                                                          U"lo siento",
                                                          U"no puedo",
                                                          U"desole",
                                                          U"je ne peux pas",
                                                          U"tut mir leid",
                                                          U"kann ich nicht",
                                                          U"ich kann nicht",
                                                          U"desculpe",
                                                          U"nao posso",
                                                          U"не могу",
                                                          U"申し訳",
                                                          U"できません"};
    constexpr std::size_t reach = 4000;
    const std::u32string shown = plain(text.substr(0, reach));
    const std::u32string key = without_diacritics(folded(std::u32string_view(shown)));
    return std::any_of(phrases.begin(), phrases.end(), [&](std::u32string_view phrase) {
        return key.find(without_diacritics(folded(phrase))) != std::u32string::npos;
    });
}

}  // namespace truegap::adapters
