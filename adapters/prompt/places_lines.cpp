#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "metrics/response.hpp"
#include "adapters/prompt/list_marker.hpp"
#include "adapters/prompt/named_item.hpp"
#include "adapters/prompt/places.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Text = std::u32string_view;
using Kind = ListMarker::Kind;
using metrics::no_candidate;

struct Line {
    Text text;
    ListMarker marker;
    bool blank = false;
};

bool has_words(Text text) {
    return std::any_of(text.begin(), text.end(), is_word);
}

bool ends_with_any(Text text, Text marks) {
    text = trimmed(text);
    while (!text.empty() && (text.back() == U'*' || text.back() == U'_' || text.back() == U'"'))
        text.remove_suffix(1);
    return !text.empty() && marks.find(text.back()) != Text::npos;
}

std::vector<Line> lines_of(const ItemMatcher& matcher, Text text) {
    std::vector<Line> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(U'\n', at), text.size());
        Line line{.text = text.substr(at, end - at), .marker = {}, .blank = false};
        line.blank = trimmed(line.text).empty();
        line.marker = list_marker(line.text);
        // "12 Angry Men", "2001: A Space Odyssey"
        if (line.marker.kind == Kind::number && matcher.title(line.text)) line.marker = {};
        lines.push_back(line);
        at = end + 1;
    }
    return lines;
}

class LinePlaces {
  public:
    LinePlaces(const Listing& listing, Text text)
        : listing_(listing), lines_(lines_of(listing.matcher, text)) {}

    [[nodiscard]] Places best() const {
        Places best = numbered();
        for (Places& other :
             std::vector{table(), marked(Kind::bullet), marked(Kind::letter), bare()})
            if (other.found > best.found) best = std::move(other);
        return best;
    }

  private:
    // What a marker marks: the rest of its line, or the line after a marker that stands alone.
    [[nodiscard]] Text content(std::size_t i) const {
        const Text rest = lines_[i].text.substr(lines_[i].marker.length);
        if (has_words(rest) || !trimmed(rest).empty()) return rest;
        for (std::size_t next = i + 1; next < lines_.size() && next <= i + 2; ++next)
            if (!lines_[next].blank)
                return lines_[next].marker.kind == Kind::none ? lines_[next].text : rest;
        return rest;
    }

    [[nodiscard]] std::uint32_t named(std::size_t i) const {
        return mentioned_item(listing_.matcher, content(i)).value_or(no_candidate);
    }

    static void keep(Places& best, Places other) {
        if (other.found > 0 && other.found >= best.found) best = std::move(other);
    }

    // Runs of numbers that go up, or down by one; a new run begins where they do not.
    [[nodiscard]] Places numbered() const {
        Places best;
        std::vector<std::pair<std::int64_t, std::uint32_t>> run;
        bool down = false;
        const auto finish = [&] {
            if (down && !run.empty() && run.back().first == 1) std::reverse(run.begin(), run.end());
            std::vector<std::uint32_t> order;
            order.reserve(run.size());
            for (const auto& [number, candidate] : run) order.push_back(candidate);
            keep(best, places_of(listing_, std::move(order)));
            run.clear();
            down = false;
        };
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (lines_[i].marker.kind != Kind::number) continue;
            const std::uint32_t candidate = named(i);
            if (lines_[i].marker.weak && candidate == no_candidate) continue;
            const std::int64_t number = lines_[i].marker.number;
            if (!run.empty()) {
                const std::int64_t last = run.back().first;
                const bool goes_down = number == last - 1 && (down || run.size() == 1);
                const bool goes_up = number > last && !down;
                const bool all_ones = number == 1 && last == 1 && !down;
                if (!goes_down && !goes_up && !all_ones) finish();
                down = down || (goes_down && !run.empty());
            }
            run.emplace_back(number, candidate);
        }
        finish();
        return best;
    }

    // Bullets or letters of one indentation; a heading between them begins another list.
    [[nodiscard]] Places marked(Kind kind) const {
        Places best;
        std::map<std::size_t, std::vector<std::uint32_t>> runs;  // by indentation
        const auto finish = [&] {
            for (auto& [indent, run] : runs) keep(best, places_of(listing_, std::move(run)));
            runs.clear();
        };
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const Line& line = lines_[i];
            if (line.marker.kind == kind) {
                runs[line.marker.indent].push_back(named(i));
            } else if (line.marker.kind == Kind::none &&
                       (ends_with_any(line.text, U":") ||
                        trimmed(line.text).substr(0, 1) == U"#")) {
                finish();
            }
        }
        finish();
        return best;
    }

    [[nodiscard]] static std::vector<Text> cells_of(Text line) {
        line = trimmed(line);
        if (line.substr(0, 1) == U"|") line.remove_prefix(1);
        if (!line.empty() && line.back() == U'|') line.remove_suffix(1);
        std::vector<Text> cells;
        constexpr std::size_t most_cells = 32;
        for (std::size_t at = 0; at <= line.size() && cells.size() < most_cells;) {
            const std::size_t end = std::min(line.find(U'|', at), line.size());
            cells.push_back(trimmed(line.substr(at, end - at)));
            at = end + 1;
        }
        return cells;
    }

    struct Row {
        std::uint32_t candidate = no_candidate;
        std::optional<std::int64_t> number;
        bool is_rule = false;
    };

    [[nodiscard]] Row row_of(Text line) const {
        Row row;
        const std::vector<Text> cells = cells_of(line);
        row.is_rule = !has_words(line);
        const auto take = [&](const std::optional<std::uint32_t>& found) {
            if (found && row.candidate == no_candidate) row.candidate = *found;
        };
        for (const Text cell : cells) {
            const ListMarker marker = list_marker(cell);
            if (!row.number && marker.kind == Kind::number && marker.length == cell.size())
                row.number = marker.number;
            take(listing_.matcher.title(cell));
        }
        for (const Text cell : cells) take(named_after_marker(listing_.matcher, cell));
        return row;
    }

    [[nodiscard]] Places table() const {
        Places best;
        std::vector<Row> rows;
        const auto finish = [&] {
            keep(best, places_of(listing_, table_order(std::move(rows))));
            rows.clear();
        };
        for (const Line& line : lines_) {
            if (trimmed(line.text).find(U'|') == Text::npos) {
                finish();
                continue;
            }
            Row row = row_of(line.text);
            // Rows before a rule are the heading.
            if (row.is_rule) {
                rows.clear();
            } else if (!rows.empty() || row.candidate != no_candidate || has_rule_before(line)) {
                rows.push_back(row);
            }
        }
        finish();
        return best;
    }

    [[nodiscard]] bool has_rule_before(const Line& line) const {
        const auto i = static_cast<std::size_t>(&line - lines_.data());
        return i > 0 && !lines_[i - 1].blank && !has_words(lines_[i - 1].text);
    }

    // By the numbers of the rows, where they are 1, 2, … in some order.
    [[nodiscard]] static std::vector<std::uint32_t> table_order(std::vector<Row> rows) {
        std::vector<bool> seen(rows.size() + 1, false);
        bool ranked = true;
        for (const Row& row : rows) {
            ranked = ranked && row.number && *row.number >= 1 &&
                     *row.number <= static_cast<std::int64_t>(rows.size()) &&
                     !seen[static_cast<std::size_t>(*row.number)];
            if (ranked) seen[static_cast<std::size_t>(*row.number)] = true;
        }
        if (ranked)
            std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
                return *a.number < *b.number;
            });
        std::vector<std::uint32_t> order;
        order.reserve(rows.size());
        for (const Row& row : rows) order.push_back(row.candidate);
        return order;
    }

    [[nodiscard]] bool is_talk(const Line& line) const {
        constexpr std::size_t longer = 20;
        const Text text = trimmed(line.text);
        return !has_words(text) || text.size() > listing_.matcher.longest() + longer ||
               text.substr(0, 3) == U"```" || ends_with_any(text, U".:!?。।؟");
    }

    // Lines without a marker. What is no item counts as one between two that are, and right beside them,
    // unless it reads like talk.
    [[nodiscard]] Places bare() const {
        std::vector<std::optional<std::uint32_t>> found(lines_.size());
        std::size_t first = lines_.size();
        std::size_t last = 0;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (lines_[i].blank || lines_[i].marker.kind != Kind::none) continue;
            found[i] = named_item(listing_.matcher, lines_[i].text);
            if (!found[i]) continue;
            first = std::min(first, i);
            last = i;
        }
        if (first == lines_.size()) return {};
        const auto is_near = [&](std::size_t i) {
            return !lines_[i].blank && lines_[i].marker.kind == Kind::none && !is_talk(lines_[i]);
        };
        std::size_t begin = first;
        std::size_t end = last + 1;
        if (last > first) {
            while (begin > 0 && is_near(begin - 1)) --begin;
            while (end < lines_.size() && is_near(end)) ++end;
        }
        std::vector<std::uint32_t> named;
        for (std::size_t i = begin; i < end; ++i) {
            if (found[i]) {
                named.push_back(*found[i]);
            } else if (is_near(i)) {
                named.push_back(no_candidate);
            }
        }
        return places_of(listing_, std::move(named));
    }

    const Listing& listing_;
    std::vector<Line> lines_;
};

}  // namespace

Places places_in_lines(const Listing& listing, std::u32string_view text) {
    return LinePlaces(listing, text).best();
}

}  // namespace truegap::adapters
