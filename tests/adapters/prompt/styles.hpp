#pragma once

#include <string>
#include <vector>

#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

/// Ways in which models rank items, and what they say.
namespace truegap::test {

/// An answer to the question of a cast, top 4.
struct Style {
    std::string name;
    std::string cast;  ///< whose candidates: `en`, `films`, `hi`, `zh`, `ar`
    std::string text;
    std::string places;  ///< candidates by number, x for a place that is none: "0 1 x 3"
    std::string faults;  ///< "missing 1 duplicates 1 unknown 1 cut refused empty unreadable"
};

/// The candidates of a cast; shown in reverse, so that label A is the last one. top: 4.
[[nodiscard]] adapters::Question cast_question(const std::string& cast);
[[nodiscard]] adapters::Prompt cast_prompt(const std::string& cast);

/// From the files styles_json.cpp, styles_lines.cpp, styles_other.cpp.
[[nodiscard]] std::vector<Style> json_styles();
[[nodiscard]] std::vector<Style> line_styles();
[[nodiscard]] std::vector<Style> other_styles();
/// All of them.
[[nodiscard]] std::vector<Style> styles();

}  // namespace truegap::test
