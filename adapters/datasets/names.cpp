#include "adapters/datasets/names.hpp"

#include <algorithm>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unordered_set>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr unsigned char first_printable = 0x20;
constexpr unsigned char delete_character = 0x7F;
constexpr unsigned char first_beyond_ascii = 0x80;

bool is_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < first_beyond_ascii;
    });
}

// ICU puts U+FFFD where bytes are no UTF-8, as the Unicode standard recommends (one for each
// maximal broken piece).
std::string mended(std::string_view bytes) {
    std::string text;
    icu::UnicodeString::fromUTF8(
        icu::StringPiece(bytes.data(), static_cast<std::int32_t>(bytes.size())))
        .toUTF8String(text);
    return text;
}

// What is equal in this form may be taken for the same in an answer.
std::string folded(const std::string& name) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
    if (U_FAILURE(error) != 0) throw SystemError("ICU's table of normal forms cannot be read");
    std::string text;
    normalizer->normalize(icu::UnicodeString::fromUTF8(name), error).toUTF8String(text);
    return text;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\f\v";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

bool is_utf8(std::string_view bytes) {
    return is_ascii(bytes) || mended(bytes) == bytes;
}

std::string from_latin_1(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (code < first_beyond_ascii) {
            text += c;
        } else {
            text += static_cast<char>(0xC0U | (code >> 6U));
            text += static_cast<char>(0x80U | (code & 0x3FU));
        }
    }
    return text;
}

CleanName clean_name(std::string_view bytes) {
    CleanName name{.text = std::string(trimmed(bytes))};
    for (char& c : name.text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < first_printable || code == delete_character) c = ' ';
    }
    if (is_ascii(name.text)) return name;
    std::string good = mended(name.text);
    name.repaired = good != name.text;
    name.text = std::move(good);
    return name;
}

std::vector<std::string> distinct_names(std::vector<std::string> names, std::uint64_t& suffixed) {
    std::unordered_set<std::string> taken;
    for (std::string& name : names) {
        const std::string plain = name;
        for (std::uint32_t copy = 2; !taken.insert(folded(name)).second; ++copy)
            name = plain + " (" + std::to_string(copy) + ")";
        if (name != plain) ++suffixed;
    }
    return names;
}

}  // namespace truegap::adapters
