#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

struct LooseMember;

/// JSON as models write it: quotes of other kinds or unescaped within a string, commas missing or too many,
/// dots in place of entries, cut short.
struct LooseJson {
    enum class Kind { nothing, number, text, list, object };
    Kind kind = Kind::nothing;
    std::string text;  ///< of a text; of a number as it is written
    double number = 0.0;
    std::vector<LooseJson> items;
    std::vector<LooseMember> members;
};

struct LooseMember {
    std::string key;
    LooseJson value;
};

/// A list or an object within a text, and what of the text it takes up.
struct JsonBlock {
    LooseJson value;
    std::size_t begin = 0, end = 0;
    bool cut = false;  ///< the text ended within it; an unfinished string is left away
};

/// All that do not lie within another, up to 32 levels deep. Time linear in the text.
[[nodiscard]] std::vector<JsonBlock> json_blocks(std::string_view text);

}  // namespace truegap::adapters
