#include "adapters/prompt/loose_json.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace truegap::adapters {

namespace {

constexpr int most_levels = 32;

bool is_space_byte(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void append_utf8(std::string& text, unsigned code) {
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0U | (code >> 6U));
        text += static_cast<char>(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0U | (code >> 12U));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        text += static_cast<char>(0xF0U | (code >> 18U));
        text += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

class Reader {
  public:
    Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool cut() const { return cut_; }

    // Nothing for what is not a value. At the end of the text, what there is of it.
    std::optional<LooseJson> value(int level) {
        skip_space();
        if (ended()) return LooseJson{};
        const char c = text_[at_];
        if (c == '[' || c == '{') return level < most_levels ? group(level) : std::nullopt;
        if (const auto quote = opening_quote()) {
            LooseJson result;
            result.kind = LooseJson::Kind::text;
            if (!string(*quote, result.text)) return LooseJson{};
            return result;
        }
        if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') return number();
        for (const std::string_view word :
             {"true", "false", "null", "None", "True", "False", "NaN", "…"})
            if (take(word)) return LooseJson{};
        return std::nullopt;
    }

  private:
    [[nodiscard]] bool ended() {
        cut_ = cut_ || at_ >= text_.size();
        return cut_;
    }
    void skip_space() {
        while (at_ < text_.size() && is_space_byte(text_[at_])) ++at_;
    }
    bool take(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) return false;
        at_ += expected.size();
        return true;
    }

    // The closing quotation mark that belongs to the one that stands here, which is taken.
    std::optional<std::string_view> opening_quote() {
        if (take("\"")) return "\"";
        if (take("'")) return "'";
        if (take("“")) return "”";
        if (take("„")) return "“";
        if (take("«")) return "»";
        if (take("「")) return "」";
        return std::nullopt;
    }

    // Whether a quotation mark that ends there ends its string: what follows continues the JSON.
    [[nodiscard]] bool ends_string(std::size_t after) const {
        bool new_line = false;
        for (; after < text_.size() && is_space_byte(text_[after]); ++after)
            new_line = new_line || text_[after] == '\n';
        if (after >= text_.size() || new_line) return true;
        const char next = text_[after];
        return next == ',' || next == ']' || next == '}' || next == ':';
    }

    bool string(std::string_view quote, std::string& result) {
        while (!ended()) {
            const char c = text_[at_];
            if (c == '\\') {
                ++at_;
                escape(result);
            } else if (take(quote)) {
                if (ends_string(at_)) return true;
                result += quote;
            } else {
                result += c;
                ++at_;
            }
        }
        return false;
    }

    void escape(std::string& result) {
        if (ended()) return;
        const char c = text_[at_++];
        if (c == 'n' || c == 'r') {
            result += '\n';
        } else if (c == 't') {
            result += ' ';
        } else if (c == 'u') {
            unsigned code = hex();
            if (code >= 0xD800 && code < 0xDC00 && take("\\u")) {
                const unsigned low = hex();
                code = low >= 0xDC00 && low < 0xE000
                           ? 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U)
                           : 0xFFFDU;
            }
            append_utf8(result, code >= 0xD800 && code < 0xE000 ? 0xFFFDU : code);
        } else if (c != 'b' && c != 'f') {
            result += c;
        }
    }

    unsigned hex() {
        unsigned code = 0;
        const std::string_view digits = text_.substr(at_, 4);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error != std::errc{}) return 0xFFFD;
        at_ += static_cast<std::size_t>(end - digits.data());
        return code;
    }

    std::optional<LooseJson> number() {
        if (take("...")) return LooseJson{};
        LooseJson result;
        result.kind = LooseJson::Kind::number;
        if (text_[at_] == '+') ++at_;
        const char* first = text_.data() + at_;
        const auto [end, error] =
            std::from_chars(first, text_.data() + text_.size(), result.number);
        if (error != std::errc{}) return std::nullopt;
        result.text.assign(first, end);
        at_ += static_cast<std::size_t>(end - first);
        if (ended()) return LooseJson{};  // perhaps not all of its digits
        skip_space();
        if (at_ < text_.size() && text_[at_] == '%') ++at_;
        return result;
    }

    std::optional<LooseJson> group(int level) {
        const bool is_list = text_[at_] == '[';
        const char close = is_list ? ']' : '}';
        ++at_;
        LooseJson result;
        result.kind = is_list ? LooseJson::Kind::list : LooseJson::Kind::object;
        for (;;) {
            skip_space();
            if (ended()) return result;
            if (text_[at_] == ',' || text_[at_] == ';') {
                ++at_;
            } else if (text_[at_] == close) {
                ++at_;
                return result;
            } else if (!(is_list ? entry(level, result) : member(level, result))) {
                return std::nullopt;
            }
        }
    }

    bool entry(int level, LooseJson& list) {
        auto one = value(level + 1);
        if (!one) return false;
        if (one->kind != LooseJson::Kind::nothing) list.items.push_back(std::move(*one));
        return true;
    }

    bool member(int level, LooseJson& object) {
        if (take("...") || take("…")) return true;
        std::string key;
        if (const auto quote = opening_quote()) {
            if (!string(*quote, key)) return true;
        } else {
            while (at_ < text_.size() && text_[at_] != ':' && text_[at_] != '\n' &&
                   text_[at_] != '{' && text_[at_] != '}' && text_[at_] != ',')
                key += text_[at_++];
        }
        skip_space();
        if (ended()) return true;
        if (!take(":") && !take("=>")) return false;
        auto one = value(level + 1);
        if (!one) return false;
        if (one->kind != LooseJson::Kind::nothing)
            object.members.push_back({std::move(key), std::move(*one)});
        return true;
    }

    std::string_view text_;
    std::size_t at_;
    bool cut_ = false;
};

}  // namespace

std::vector<JsonBlock> json_blocks(std::string_view text) {
    std::vector<JsonBlock> blocks;
    for (std::size_t at = text.find_first_of("[{"); at != std::string_view::npos;
         at = text.find_first_of("[{", at)) {
        Reader reader(text, at);
        auto value = reader.value(0);
        if (!value) {
            ++at;
            continue;
        }
        blocks.push_back({std::move(*value), at, reader.at(), reader.cut()});
        at = reader.at();
    }
    return blocks;
}

}  // namespace truegap::adapters
