#include "sim/history_effect.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/parallel.hpp"
#include "sim/resampling.hpp"

namespace truegap::sim {

namespace {

struct Groups {
    std::vector<std::vector<std::uint32_t>> contexts;  // [group]
    std::uint32_t shortest = 0, longest = 0;
};

std::uint32_t length_of(const ObservedStudy& study, std::uint32_t context) {
    return static_cast<std::uint32_t>(study.contexts[context].history.size());
}

Groups groups_of(const ObservedStudy& study, const std::vector<std::uint32_t>& contexts) {
    Groups groups;
    std::map<std::vector<std::uint32_t>, std::size_t> numbers;
    for (const std::uint32_t c : contexts) {
        const auto [place, fresh] =
            numbers.emplace(study.contexts[c].group.levels, groups.contexts.size());
        if (fresh) groups.contexts.emplace_back();
        groups.contexts[place->second].push_back(c);
        const std::uint32_t length = length_of(study, c);
        groups.shortest = c == contexts.front() ? length : std::min(groups.shortest, length);
        groups.longest = std::max(groups.longest, length);
    }
    return groups;
}

struct Point {
    double length = 0.0, value = 0.0;
};

double mean(const std::vector<Point>& points, double Point::*member) {
    double sum = 0.0;
    for (const Point& point : points) sum += point.*member;
    return sum / static_cast<double>(points.size());
}

// Several contexts of one length (histories of their own) count as their mean.
Figure mean_at(const std::vector<Point>& points, double length) {
    double sum = 0.0;
    double count = 0.0;
    for (const Point& point : points) {
        if (point.length != length) continue;
        sum += point.value;
        count += 1.0;
    }
    if (count == 0.0) return std::nullopt;
    return sum / count;
}

HistoryRow effect(const Groups& groups,
                  const std::vector<std::vector<Point>>& points,
                  const Times& times,
                  const Flips& flips,
                  double level) {
    HistoryRow row{.shortest = groups.shortest, .longest = groups.longest};
    UnitSums slopes;
    UnitSums contrasts;
    for (const std::vector<Point>& of_group : points) {
        double products = 0.0;
        double squares = 0.0;
        if (!of_group.empty()) {
            const double length = mean(of_group, &Point::length);
            const double value = mean(of_group, &Point::value);
            for (const Point& point : of_group) {
                products += (point.length - length) * (point.value - value);
                squares += (point.length - length) * (point.length - length);
            }
        }
        slopes.add(products, squares);
        row.groups += squares > 0.0 ? 1U : 0U;
        const Figure first = mean_at(of_group, groups.shortest);
        const Figure last = mean_at(of_group, groups.longest);
        const bool both = first && last && groups.shortest < groups.longest;
        contrasts.add(both ? *last - *first : 0.0, both ? 1.0 : 0.0);
    }
    row.slope = slopes.ratio();
    row.interval = resampled_interval(slopes, times, level);
    row.p_rising = p_above(slopes, 0.0, flips);
    row.contrast = contrasts.ratio();
    row.contrast_interval = resampled_interval(contrasts, times, level);
    return row;
}

}  // namespace

std::vector<HistoryRow> history_effects(const ObservedStudy& study,
                                        const ObservedScores& scores,
                                        const std::vector<std::uint32_t>& contexts,
                                        const ComparisonPlan& plan) {
    if (contexts.empty() || study.predictors.empty()) return {};
    const Groups groups = groups_of(study, contexts);
    if (groups.shortest == groups.longest) return {};
    StreamAddress address{.seed = study.seed, .purpose = Purpose::resampled_contexts, .n = 2};
    const Times times = draw_times(stream(address), groups.contexts.size(), plan.resamples);
    address.n = 3;
    const Flips flips = draw_flips(stream(address), groups.contexts.size(), plan.resamples);
    const std::size_t predictors = study.predictors.size();
    const std::size_t methods = scores.rows.size() / (study.contexts.size() * predictors);
    constexpr std::size_t figures = 2;
    std::vector<HistoryRow> rows(predictors * methods * figures);
    for_each_index(plan.threads, rows.size(), [&](std::size_t i) {
        const auto figure = i % figures == 0 ? HistoryFigure::gap : HistoryFigure::cross_entropy;
        const std::size_t m = i / figures % methods;
        const std::size_t p = i / figures / methods;
        const auto scored = [&](std::uint32_t c) -> const ObservedRow& {
            return scores.rows[(c * predictors + p) * methods + m];
        };
        std::vector<std::vector<Point>> points(groups.contexts.size());
        for (std::size_t g = 0; g < points.size(); ++g)
            for (const std::uint32_t c : groups.contexts[g]) {
                const Figure& value =
                    figure == HistoryFigure::gap ? scored(c).gap : scored(c).cross_entropy;
                if (value && std::isfinite(*value))
                    points[g].push_back({static_cast<double>(length_of(study, c)), *value});
            }
        rows[i] = effect(groups, points, times, flips, plan.level);
        rows[i].predictor = static_cast<std::uint32_t>(p);
        rows[i].approximation = scored(contexts.front()).approximation;
        rows[i].estimator = scored(contexts.front()).estimator;
        rows[i].figure = figure;
    });
    return rows;
}

}  // namespace truegap::sim
