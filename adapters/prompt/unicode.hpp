#pragma once

#include <string>
#include <string_view>

/// Text as characters, whatever its bytes: broken UTF-8 becomes U+FFFD, nothing throws.
namespace truegap::adapters {

/// Compatibility-composed (NFKC), case kept: fullwidth and circled forms become plain ones. Of a run of
/// combining marks the first 30 are kept (UAX 15, stream-safe text): ordering them costs the square.
[[nodiscard]] std::u32string composed(std::string_view utf8);
/// NFKC with case folded and what is ignorable dropped (NFKC_Casefold): two names that look the same are
/// the same.
[[nodiscard]] std::u32string folded(std::u32string_view text);
[[nodiscard]] std::u32string folded(std::string_view utf8);
/// Folded text without the diacritics of Latin, Greek and Cyrillic letters and the vowel points of Arabic
/// and Hebrew, and with one form of the Arabic letters that are often written alike. Vowel signs of Indic
/// scripts are letters and stay.
[[nodiscard]] std::u32string without_diacritics(std::u32string_view text);

/// Composed text with one form of quotation marks, apostrophes and dashes, and a plain space for every kind
/// of space within a line: what answers are read in.
[[nodiscard]] std::u32string plain(std::string_view utf8);
/// One character's lower-case form, without context.
[[nodiscard]] char32_t lower(char32_t c);

[[nodiscard]] std::string utf8(std::u32string_view text);
/// Without white space at both ends.
[[nodiscard]] std::u32string_view trimmed(std::u32string_view text);

/// Letters, marks and digits: what names are told apart by.
[[nodiscard]] bool is_word(char32_t c);
[[nodiscard]] bool is_space(char32_t c);
[[nodiscard]] bool is_break(char32_t c);  ///< the end of a line
/// A character of a script that puts no spaces between words.
[[nodiscard]] bool is_unspaced(char32_t c);
/// The value of a decimal digit of any script, or -1.
[[nodiscard]] int digit_value(char32_t c);
/// A control character or the end of a line.
[[nodiscard]] bool is_control(char32_t c);
[[nodiscard]] bool is_well_formed(std::string_view utf8);

}  // namespace truegap::adapters
