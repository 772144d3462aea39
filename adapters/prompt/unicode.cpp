#include "adapters/prompt/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

namespace truegap::adapters {

namespace {

constexpr std::size_t most_marks = 30;
constexpr std::size_t most_bytes = std::numeric_limits<std::int32_t>::max() / 8;

UChar32 point(char32_t c) {
    return static_cast<UChar32>(c);
}

// Appends a character unless it is one combining mark too many.
class Builder {
  public:
    explicit Builder(std::size_t size) : text_(static_cast<std::int32_t>(size), 0, 0) {}
    void add(UChar32 c) {
        if (c < 0 || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) c = 0xFFFD;
        marks_ = c >= 0x300 && u_getCombiningClass(c) != 0 ? marks_ + 1 : 0;
        if (marks_ <= most_marks) text_.append(c);
    }
    [[nodiscard]] const icu::UnicodeString& text() const { return text_; }

  private:
    icu::UnicodeString text_;
    std::size_t marks_ = 0;
};

std::u32string to_points(const icu::UnicodeString& text) {
    std::u32string result;
    result.reserve(static_cast<std::size_t>(text.length()));
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        result.push_back(static_cast<char32_t>(c));
        i += U16_LENGTH(c);
    }
    return result;
}

icu::UnicodeString from_utf8(std::string_view utf8) {
    utf8 = utf8.substr(0, most_bytes);
    const auto text = icu::UnicodeString::fromUTF8(
        icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
    Builder builder(utf8.size());
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        builder.add(c);
        i += U16_LENGTH(c);
    }
    return builder.text();
}

icu::UnicodeString from_points(std::u32string_view text) {
    text = text.substr(0, most_bytes);
    Builder builder(text.size());
    for (const char32_t c : text) builder.add(point(c));
    return builder.text();
}

// Normalisers are built into the library; where its data are missing the text stays as it is.
icu::UnicodeString normalized(const icu::UnicodeString& text,
                              const icu::Normalizer2* (*instance)(UErrorCode&)) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = instance(error);
    if (U_FAILURE(error) != 0) return text;
    icu::UnicodeString result = normalizer->normalize(text, error);
    return U_FAILURE(error) != 0 ? text : result;
}

const icu::Normalizer2* compatibility(UErrorCode& error) {
    return icu::Normalizer2::getNFKCInstance(error);
}
const icu::Normalizer2* compatibility_casefold(UErrorCode& error) {
    return icu::Normalizer2::getNFKCCasefoldInstance(error);
}
const icu::Normalizer2* decomposition(UErrorCode& error) {
    return icu::Normalizer2::getNFDInstance(error);
}

bool is_diacritic(char32_t c) {
    return (c >= 0x300 && c <= 0x36F) ||  // Latin, Greek, Cyrillic
           (c >= 0x591 && c <= 0x5C7 && u_charType(point(c)) == U_NON_SPACING_MARK) ||  // Hebrew
           (c >= 0x610 && c <= 0x61A) || (c >= 0x64B && c <= 0x65F) || c == 0x670 ||    // Arabic
           c == 0x640;  // the stretch between Arabic letters
}

char32_t plain_letter(char32_t c) {
    switch (c) {
        case U'\u0649':
        case U'\u06CC':
            return U'\u064A';  // yeh
        case U'\u0629':
            return U'\u0647';  // teh marbuta as heh
        case U'\u06A9':
            return U'\u0643';  // kaf
        case U'\u0671':
            return U'\u0627';  // alef
        case U'\u0142':
            return U'l';
        case U'\u00F8':
            return U'o';
        case U'\u0111':
            return U'd';
        case U'\u0131':
            return U'i';
        default:
            return c;
    }
}

char32_t plain_mark(char32_t c) {
    if (c < 0x80) return c == U'`' ? U'\'' : c;
    if (is_break(c)) return U'\n';
    if (c == 0x02BC || c == 0xB4 || c == 0x2032 || (c >= 0x2018 && c <= 0x201B)) return U'\'';
    if ((c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0x2039 || c == 0x203A ||
        c == 0x2033 || (c >= 0x300A && c <= 0x300F) || c == 0x301D || c == 0x301E)
        return U'"';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) return U'-';
    return is_space(c) ? U' ' : c;
}

}  // namespace

std::u32string plain(std::string_view utf8) {
    const std::u32string text = composed(utf8);
    std::u32string result;
    result.reserve(text.size());
    for (const char32_t c : text) {
        // What is invisible: joiners, marks of direction, soft hyphens, the mark of the byte order.
        if (c >= 0x80 && u_hasBinaryProperty(point(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0)
            continue;
        result.push_back(plain_mark(c));
    }
    return result;
}

char32_t lower(char32_t c) {
    if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 32 : c;
    return static_cast<char32_t>(u_foldCase(point(c), U_FOLD_CASE_DEFAULT));
}

std::u32string_view trimmed(std::u32string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::u32string composed(std::string_view utf8) {
    return to_points(normalized(from_utf8(utf8), compatibility));
}

std::u32string folded(std::u32string_view text) {
    return to_points(normalized(from_points(text), compatibility_casefold));
}

std::u32string folded(std::string_view utf8) {
    return to_points(normalized(from_utf8(utf8), compatibility_casefold));
}

std::u32string without_diacritics(std::u32string_view text) {
    std::u32string result;
    for (const char32_t c : to_points(normalized(from_points(text), decomposition)))
        if (!is_diacritic(c)) result.push_back(plain_letter(c));
    return result;
}

std::string utf8(std::u32string_view text) {
    std::string result;
    from_points(text).toUTF8String(result);
    return result;
}

bool is_word(char32_t c) {
    if (c < 0x80)
        return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    constexpr std::uint32_t kinds = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
    return (U_GET_GC_MASK(point(c)) & kinds) != 0;
}

bool is_space(char32_t c) {
    return c == U' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x80 && u_isUWhiteSpace(point(c)) != 0);
}

bool is_break(char32_t c) {
    return c == U'\n' || c == U'\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

bool is_unspaced(char32_t c) {
    if (c < 0xE00) return false;
    UErrorCode error = U_ZERO_ERROR;
    switch (uscript_getScript(point(c), &error)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return true;
        default:
            return false;
    }
}

int digit_value(char32_t c) {
    if (c < 0x80) return c >= U'0' && c <= U'9' ? static_cast<int>(c - U'0') : -1;
    return u_charDigitValue(point(c));
}

bool is_control(char32_t c) {
    return u_charType(point(c)) == U_CONTROL_CHAR || is_break(c);
}

bool is_well_formed(std::string_view utf8) {
    if (utf8.size() > most_bytes) return false;
    std::int32_t length = 0;
    UErrorCode error = U_ZERO_ERROR;
    u_strFromUTF8(nullptr, 0, &length, utf8.data(), static_cast<std::int32_t>(utf8.size()), &error);
    return error == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(error) != 0;
}

}  // namespace truegap::adapters
