#include "adapters/prompt/template.hpp"

#include <algorithm>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

// A stretch of plain text, the name of a gap, or a brace without a partner.
struct Piece {
    enum class Kind { plain, gap, broken };
    Kind kind = Kind::plain;
    std::string_view text;
    std::size_t end = 0;  // where the next piece starts
};

Piece piece_at(std::string_view text, std::size_t at) {
    using Kind = Piece::Kind;
    const char c = text[at];
    if (c == '{' || c == '}') {
        if (at + 1 < text.size() && text[at + 1] == c)
            return {Kind::plain, text.substr(at, 1), at + 2};
        const std::size_t close = c == '{' ? text.find_first_of("{}\n", at + 1) : at;
        if (close == std::string_view::npos || text[close] != '}' || c == '}')
            return {Kind::broken, text.substr(at, 1), at + 1};
        return {Kind::gap, text.substr(at + 1, close - at - 1), close + 1};
    }
    const std::size_t end = std::min(text.find_first_of("{}", at), text.size());
    return {Kind::plain, text.substr(at, end - at), end};
}

struct FilledLine {
    std::string text;
    bool blank = true;  // nothing stands in the template's line
    bool left_away = false;
};

FilledLine fill_line(std::string_view line, const Filling& filling) {
    FilledLine filled;
    filled.blank = line.empty();
    bool any_gap = false;
    bool any_shown = false;
    for (std::size_t at = 0; at < line.size();) {
        const Piece piece = piece_at(line, at);
        at = piece.end;
        if (piece.kind != Piece::Kind::gap) {
            filled.text += piece.text;
            continue;
        }
        any_gap = true;
        for (const auto& [name, value] : filling) {
            if (name != piece.text) continue;
            any_shown = any_shown || !value.empty();
            filled.text += value;
        }
    }
    filled.left_away = any_gap && !any_shown;
    return filled;
}

}  // namespace

std::optional<std::string> template_defect(std::string_view text,
                                           const std::vector<std::string>& known) {
    for (std::size_t at = 0; at < text.size();) {
        const Piece piece = piece_at(text, at);
        if (piece.kind == Piece::Kind::broken)
            return "has a brace without its partner at byte " + std::to_string(at + 1) +
                   " (allowed: {name}, and {{ or }} for a brace)";
        if (piece.kind == Piece::Kind::gap &&
            std::find(known.begin(), known.end(), piece.text) == known.end()) {
            std::vector<std::string> shown;
            shown.reserve(known.size());
            for (const std::string& name : known) shown.push_back('{' + name + '}');
            return "has the unknown placeholder " + in_quotes('{' + std::string(piece.text) + '}') +
                   "; the nearest known one is {" + nearest(piece.text, known) +
                   "} (allowed: " + listed(shown) + ", and {{ or }} for a brace)";
        }
        at = piece.end;
    }
    return std::nullopt;
}

bool has_gap(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; at < text.size();) {
        const Piece piece = piece_at(text, at);
        if (piece.kind == Piece::Kind::gap && piece.text == name) return true;
        at = piece.end;
    }
    return false;
}

std::string fill_template(std::string_view text, const Filling& filling) {
    std::string result;
    bool first = true;
    bool after_gone = false;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const FilledLine line = fill_line(text.substr(at, end - at), filling);
        at = end + 1;
        if (line.left_away || (line.blank && after_gone)) {
            after_gone = true;
            continue;
        }
        after_gone = false;
        if (!first) result += '\n';
        first = false;
        result += line.text;
    }
    // What stood before a part at the end that has nothing to show.
    if (after_gone) result.erase(result.find_last_not_of('\n') + 1);
    return result;
}

}  // namespace truegap::adapters
