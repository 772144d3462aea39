#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "adapters/prompt/answer_text.hpp"
#include "adapters/prompt/item_matcher.hpp"
#include "adapters/prompt/list_marker.hpp"
#include "adapters/prompt/loose_json.hpp"
#include "adapters/prompt/named_item.hpp"
#include "adapters/prompt/read_answer.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Text = std::u32string_view;
using Kind = LooseJson::Kind;

constexpr double not_stated = std::numeric_limits<double>::quiet_NaN();

// What is stated of the candidates; the first statement about one counts.
struct Stated {
    std::vector<double> percentages;
    std::size_t count = 0;
    std::uint32_t unknown = 0, duplicates = 0;
    bool cut = false;

    explicit Stated(std::size_t candidates) : percentages(candidates, not_stated) {}
    void state(std::optional<std::uint32_t> candidate, double value) {
        if (!candidate) {
            ++unknown;
        } else if (percentages[*candidate] == percentages[*candidate]) {
            ++duplicates;
        } else {
            percentages[*candidate] = value;
            ++count;
        }
    }
};

// "All together: 100 %"
bool is_total(Text name) {
    constexpr std::array<Text, 9> totals{
        U"total", U"sum", U"合计", U"总计", U"总和", U"कुल", U"योग", U"المجموع", U"الإجمالي"};
    const std::u32string text = folded(name);
    return std::any_of(
        totals.begin(), totals.end(), [&](Text total) { return text.find(total) != Text::npos; });
}

std::optional<double> number_in(const LooseJson& value) {
    if (value.kind == Kind::number && value.number >= 0.0) return value.number;
    if (value.kind != Kind::text) return std::nullopt;
    const std::u32string text = plain(value.text);
    const auto stated = stated_number(trimmed(text));
    return stated ? std::optional(stated->value) : std::nullopt;
}

class JsonPercentages {
  public:
    JsonPercentages(const ItemMatcher& matcher, const Question& question)
        : matcher_(matcher), question_(question) {}

    [[nodiscard]] Stated any(const LooseJson& value) const {
        Stated best = value.kind == Kind::list ? list(value) : object(value);
        const auto consider = [&](const LooseJson& inner) {
            if (inner.kind != Kind::list && inner.kind != Kind::object) return;
            Stated other = any(inner);
            if (other.count > best.count) best = std::move(other);
        };
        for (const LooseJson& inner : value.items) consider(inner);
        for (const auto& [key, inner] : value.members) consider(inner);
        return best;
    }

  private:
    // {"Alpha": 12, "Beta": "8 %"}
    [[nodiscard]] Stated object(const LooseJson& value) const {
        Stated stated(matcher_.size());
        for (const auto& [key, member] : value.members) {
            const std::u32string name = plain(key);
            const auto number = number_in(member);
            if (number && !is_total(name))
                stated.state(named_after_marker(matcher_, name), *number);
        }
        return stated;
    }

    // [{"item": "Alpha", "percent": 12}], [["Alpha", 12]], or a number for each candidate as shown.
    [[nodiscard]] Stated list(const LooseJson& value) const {
        Stated stated(matcher_.size());
        const bool numbers =
            value.items.size() == question_.order.size() &&
            std::all_of(value.items.begin(), value.items.end(), [](const LooseJson& item) {
                return item.kind == Kind::number && item.number >= 0.0;
            });
        if (numbers) {
            for (std::size_t place = 0; place < value.items.size(); ++place)
                stated.state(question_.order[place], value.items[place].number);
            return stated;
        }
        for (const LooseJson& entry : value.items) pair(entry, stated);
        return stated;
    }

    void pair(const LooseJson& entry, Stated& stated) const {
        std::vector<std::pair<std::string, const LooseJson*>> parts;
        for (const LooseJson& item : entry.items) parts.emplace_back(std::string{}, &item);
        for (const auto& [key, member] : entry.members) parts.emplace_back(key, &member);
        std::optional<std::uint32_t> candidate;
        std::optional<double> number;
        bool named = false;
        for (const auto& [key, part] : parts) {
            const std::u32string name = folded(std::string_view(key));
            const bool is_rank =
                name.find(U"rank") != Text::npos || name == U"id" || name.find(U'排') != Text::npos;
            if (part->kind == Kind::text && !candidate) {
                candidate = named_after_marker(matcher_, plain(part->text));
                if (candidate) {
                    named = true;
                    continue;
                }
            }
            const auto value = number_in(*part);
            if (value && !is_rank) number = value;
            named = named || (part->kind == Kind::text && !value);
        }
        if (named && number) stated.state(candidate, *number);
    }

    const ItemMatcher& matcher_;
    const Question& question_;
};

// A number in a text, and whether "%" stands beside it.
struct Figure {
    std::size_t begin = 0, end = 0;
    double value = 0.0;
    bool percent = false;
};

std::vector<Figure> figures_in(Text text) {
    constexpr Text percents = U"%٪";
    std::vector<Figure> figures;
    for (std::size_t i = 0; i < text.size();) {
        const auto number = stated_number(text.substr(i));
        const bool within_word = i > 0 && is_word(text[i - 1]) && !is_unspaced(text[i - 1]);
        if (!number) {
            ++i;
            continue;
        }
        std::size_t end = i + number->length;
        std::size_t sign = end;
        while (sign < text.size() && text[sign] == U' ') ++sign;
        const bool percent = (sign < text.size() && percents.find(text[sign]) != Text::npos) ||
                             (i > 0 && percents.find(text[i - 1]) != Text::npos);
        const bool minus = i > 0 && text[i - 1] == U'-' && (i == 1 || text[i - 2] == U' ');
        if (!within_word && (!minus || percent))
            figures.push_back({i, end, number->value, percent});
        i = end;
    }
    return figures;
}

// Mentions are in order and apart from each other, and so are figures.
std::vector<Figure> figures_beside(const std::vector<Figure>& figures,
                                   const std::vector<ItemMatcher::Mention>& mentions,
                                   std::size_t begin) {
    std::vector<Figure> beside;
    std::size_t m = 0;
    for (const Figure& figure : figures) {
        while (m < mentions.size() && mentions[m].end <= figure.begin) ++m;
        const bool inside = m < mentions.size() && mentions[m].begin < figure.end;
        if (figure.begin >= begin && !inside) beside.push_back(figure);
    }
    return beside;
}

// One line: "1. Alpha: 12 %", "| Alpha | 12 |", "12 % Alpha", "Alpha 12 %, Beta 8 %".
void read_line(const ItemMatcher& matcher, Text line, Stated& stated) {
    const std::vector<ItemMatcher::Mention> mentions = matcher.mentions(line);
    const ListMarker marker = list_marker(line);
    const std::size_t begin =
        marker.kind == ListMarker::Kind::number && !marker.weak ? marker.length : 0;
    std::vector<Figure> figures = figures_beside(figures_in(line), mentions, begin);
    const bool any_percent =
        std::any_of(figures.begin(), figures.end(), [](const Figure& one) { return one.percent; });
    if (any_percent)
        figures.erase(
            std::remove_if(
                figures.begin(), figures.end(), [](const Figure& one) { return !one.percent; }),
            figures.end());
    if (figures.empty()) return;
    // "12 % Alpha, 8 % Beta"
    if (mentions.size() > 1 && figures.size() == mentions.size() &&
        figures.front().end <= mentions.front().begin) {
        for (std::size_t m = 0; m < mentions.size(); ++m)
            stated.state(mentions[m].candidate, figures[m].value);
        return;
    }
    if (mentions.size() > 1 && figures.size() > 1) {
        auto figure = figures.begin();
        for (std::size_t m = 0; m < mentions.size(); ++m) {
            const std::size_t limit = m + 1 < mentions.size() ? mentions[m + 1].begin : line.size();
            while (figure != figures.end() && figure->begin < mentions[m].end) ++figure;
            if (figure != figures.end() && figure->end <= limit)
                stated.state(mentions[m].candidate, figure->value);
        }
        return;
    }
    if (mentions.size() == 1) {
        stated.state(mentions.front().candidate, figures.back().value);
        return;
    }
    // No title as it is: a label, or small differences.
    std::size_t name_end = figures.back().begin;
    Text name = trimmed(line.substr(begin, name_end > begin ? name_end - begin : 0));
    if (!std::any_of(name.begin(), name.end(), is_word)) name = line.substr(figures.back().end);
    while (!name.empty() && !is_word(name.back()) && name.back() != U')') name.remove_suffix(1);
    while (!name.empty() && !is_word(name.front()) && name.front() != U'(') name.remove_prefix(1);
    const auto candidate = named_item(matcher, name);
    if (candidate) {
        stated.state(candidate, figures.back().value);
    } else if (any_percent && !is_total(name) && !name.empty() &&
               name.size() <= matcher.longest() + 4 &&
               (marker.kind != ListMarker::Kind::none || line.find(U':') != Text::npos ||
                line.find(U'|') != Text::npos)) {
        stated.state(std::nullopt, figures.back().value);
    }
}

Stated in_lines(const ItemMatcher& matcher, Text text) {
    Stated stated(matcher.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(U'\n', at), text.size());
        read_line(matcher, text.substr(at, end - at), stated);
        at = end + 1;
    }
    return stated;
}

}  // namespace

metrics::Response read_percentages(std::string_view text,
                                   const Question& question,
                                   const Prompt& prompt) {
    const ItemMatcher matcher(question.candidates, prompt.labels);
    const AnswerText answer = answer_text(text);
    Stated best(matcher.size());
    bool cut = answer.unfinished;
    const JsonPercentages reader(matcher, question);
    for (const JsonBlock& block : json_blocks(answer.text)) {
        cut = cut || block.cut;
        Stated stated = reader.any(block.value);
        if (stated.count > 0 && stated.count >= best.count) best = std::move(stated);
    }
    if (best.count < matcher.size()) {
        Stated stated = in_lines(matcher, plain(answer.text));
        if (stated.count > best.count) best = std::move(stated);
    }
    metrics::Response response;
    metrics::AnswerFaults faults;
    faults.cut = cut;
    if (best.count == 0) {
        faults.no_answer = why_no_answer(text);
    } else {
        faults.unknown = best.unknown;
        faults.duplicates = best.duplicates;
        response.percentages = std::move(best.percentages);
    }
    response.faults = faults;
    return response;
}

}  // namespace truegap::adapters
