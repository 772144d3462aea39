#include "cli/curve_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <ostream>
#include <set>
#include <variant>

#include "metrics/approximation/smoothing.hpp"

#include "cli/text_table.hpp"

namespace truegap::cli {

namespace {

constexpr std::size_t columns = 60;
constexpr std::size_t rows = 13;
constexpr std::size_t margin = 9;  // left of the picture: a label of the axis
constexpr char equal_mark = '.';   // where cross-entropy and entropy are equal
constexpr char several_mark = '*';

/// The picture's two axes have one range.
struct Range {
    double low = 0.0, high = 1.0;

    // 0 at the low end, last at the high one.
    [[nodiscard]] std::size_t place(double value, std::size_t last) const {
        const double share = std::clamp((value - low) / (high - low), 0.0, 1.0);
        return static_cast<std::size_t>(std::lround(share * static_cast<double>(last)));
    }
    [[nodiscard]] double at(double share) const { return low + share * (high - low); }
};

std::optional<Range> range_of(const std::vector<CurveSeries>& series) {
    std::optional<Range> range;
    for (const CurveSeries& one : series)
        for (const metrics::CurvePoint& point : one.points) {
            const auto [low, high] = std::minmax(point.entropy, point.cross_entropy);
            if (!range) range = Range{low, high};
            range->low = std::min(range->low, low);
            range->high = std::max(range->high, high);
        }
    if (!range) return range;
    // To tenths, so that no two ends are one.
    range->low = std::floor(10.0 * range->low) / 10.0;
    range->high = std::max(std::ceil(10.0 * range->high) / 10.0, range->low + 0.1);
    return range;
}

std::string axis_label(double value) {
    std::string text = figure(value, false);
    text.pop_back();  // two decimals
    return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

using Canvas = std::array<std::string, rows>;

Canvas drawn(const std::vector<CurveSeries>& series, const Range& range) {
    Canvas canvas;
    canvas.fill(std::string(columns, ' '));
    for (std::size_t column = 0; column < columns; ++column) {
        const double share = static_cast<double>(column) / (columns - 1);
        canvas.at(range.place(range.at(share), rows - 1))[column] = equal_mark;
    }
    for (const CurveSeries& one : series)
        for (const metrics::CurvePoint& point : one.points) {
            char& place = canvas.at(range.place(point.cross_entropy, rows - 1))
                              .at(range.place(point.entropy, columns - 1));
            const bool free = place == ' ' || place == equal_mark || place == one.mark;
            place = free ? one.mark : several_mark;
        }
    return canvas;
}

void print_axes(std::ostream& out, const Canvas& canvas, const Range& range) {
    out << "  cross-entropy (nat)\n";
    for (std::size_t row = rows; row-- > 0;) {
        const bool labelled = row == 0 || row == rows / 2 || row == rows - 1;
        const double share = static_cast<double>(row) / (rows - 1);
        const std::string label = labelled ? axis_label(range.at(share)) : std::string();
        std::string line = canvas.at(row);
        line.erase(line.find_last_not_of(' ') + 1);
        out << right_aligned(label, margin) << " |" << line << '\n';
    }
    out << std::string(margin, ' ') << " +" << std::string(columns, '-') << '\n';
    const std::string left = axis_label(range.low);
    const std::string right = axis_label(range.high);
    const std::string middle = axis_label(range.at(0.5)) + "  entropy (nat)";
    out << std::string(margin + 2, ' ') << left
        << right_aligned(middle, columns / 2 + middle.size() / 2 - left.size())
        << right_aligned(right, columns - columns / 2 - middle.size() / 2) << '\n';
}

// Where the fit of two lines sees an inversion.
std::string fit_reading(const sim::InversionInterval& inversion, double level) {
    if (!inversion.fit) return "there are too few contexts for a fit of two lines";
    std::string text = "the fit of two lines sees ";
    if (inversion.fit->inverted()) {
        text += "one at " + figure(inversion.fit->break_at, false) + " nat (";
        if (inversion.interval)
            text += metrics::shortest(100.0 * level) + " % interval " +
                    figure(inversion.interval->low, false) + " to " +
                    figure(inversion.interval->high, false) + "; ";
    } else {
        text += "none (as ";
    }
    return text + (inversion.fit->inverted() ? "none in " : "in ") +
           percent(inversion.share_without_inversion.value_or(0.0)) + " of resamples)";
}

std::string title(const sim::Results& results,
                  std::uint32_t predictor,
                  const std::optional<std::uint32_t>& users,
                  const sim::Design& design) {
    std::string text = "The entropy curve of " + results.predictors[predictor];
    if (!users) return text;
    return text + (std::holds_alternative<sim::Users>(design) ? ", N=" : ", n=") +
           std::to_string(*users);
}

std::string method_name(const sim::Results& results, const sim::Curve& curve) {
    return results.approximations[*curve.approximation] + " minus " +
           results.estimators[*curve.estimator];
}

/// The curves of one picture.
struct Shown {
    const sim::CurveFindings* first = nullptr;        // of the scenario's first method
    const sim::CurveFindings* recommended = nullptr;  // where that is another
    const sim::CurveFindings* truth = nullptr;
};

Shown shown(const sim::Scenario& scenario,
            const std::vector<sim::CurveFindings>& curves,
            std::uint32_t predictor,
            const std::optional<std::uint32_t>& users) {
    Shown found;
    for (const sim::CurveFindings& one : curves) {
        if (one.curve.predictor != predictor || one.curve.users != users) continue;
        if (!one.curve.measured())
            found.truth = &one;
        else if (found.first == nullptr)
            found.first = &one;
        else if (found.recommended == nullptr &&
                 std::holds_alternative<metrics::Recommended>(
                     scenario.approximations[*one.curve.approximation]))
            found.recommended = &one;
    }
    return found;
}

void print_one(std::ostream& out, const sim::Results& results, const Shown& curves, double level) {
    std::vector<CurveSeries> series;
    if (curves.truth != nullptr)
        series.push_back(curve_series('x', "the truth", curves.truth->bins));
    if (curves.first != nullptr)
        series.push_back(
            curve_series('o', method_name(results, curves.first->curve), curves.first->bins));
    if (curves.recommended != nullptr)
        series.push_back(curve_series(
            'r', method_name(results, curves.recommended->curve), curves.recommended->bins));
    print_curve(out, series);
    const auto say = [&](const std::string& who, const sim::CurveFindings* found) {
        if (found == nullptr || found->bins.empty()) return;
        out << "  " << who << inversion_reading(found->bins, found->inversion, level) << ".\n";
        if (found->curve.left_out > 0)
            out << "    (" << found->curve.left_out
                << " contexts whose figures are infinite or undefined are left out)\n";
    };
    say("o: ", curves.first);
    say("r: ", curves.recommended);
    say("In truth, x: ", curves.truth);
}

}  // namespace

CurveSeries curve_series(char mark, std::string name, const std::vector<metrics::CurveBin>& bins) {
    CurveSeries series{.mark = mark, .name = std::move(name), .points = {}};
    series.points.reserve(bins.size());
    for (const metrics::CurveBin& bin : bins)
        series.points.push_back({.entropy = bin.entropy, .cross_entropy = bin.cross_entropy});
    return series;
}

void print_curve(std::ostream& out, const std::vector<CurveSeries>& series) {
    const auto range = range_of(series);
    if (!range) return;
    print_axes(out, drawn(series, *range), *range);
    for (const CurveSeries& one : series)
        if (!one.points.empty()) out << "  " << one.mark << "  " << one.name << '\n';
    out << "  " << equal_mark
        << "  cross-entropy = entropy: a perfect predictor; the gap is the height above\n";
    if (series.size() > 1) out << "  " << several_mark << "  several of these\n";
}

std::string inversion_reading(const std::vector<metrics::CurveBin>& bins,
                              const sim::InversionInterval& inversion,
                              double level) {
    const auto published = metrics::published_inversion(bins);
    const std::string read =
        published ? "an inversion at " + figure(bins[*published].entropy, false) + " nat"
                  : std::string("no inversion");
    return "the published reading sees " + read + "; " + fit_reading(inversion, level);
}

void print_curves(std::ostream& out,
                  const sim::Scenario& scenario,
                  const sim::Results& results,
                  const std::vector<sim::CurveFindings>& curves,
                  double level) {
    std::set<std::optional<std::uint32_t>> sizes;
    for (const sim::CurveFindings& one : curves) sizes.insert(one.curve.users);
    if (sizes.empty()) return;
    std::set<std::optional<std::uint32_t>> ends{*sizes.begin(), *sizes.rbegin()};
    for (const auto& users : ends) {
        out << '\n'
            << title(results, 0, users, scenario.design) << " (a mark is a bin of contexts)\n";
        print_one(out, results, shown(scenario, curves, 0, users), level);
    }
    out << "  An inversion: cross-entropy falls and then rises as entropy grows. All curves are in "
           "curve.csv.\n";
}

}  // namespace truegap::cli
