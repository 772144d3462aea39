#include "sim/observed_curve.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/interval.hpp"
#include "sim/methods.hpp"

namespace truegap::sim {

namespace {

// The defined ones; nothing where one is infinite.
std::optional<std::vector<double>> finite(const std::vector<Figure>& figures) {
    std::vector<double> values;
    values.reserve(figures.size());
    for (const Figure& figure : figures) {
        if (!figure) continue;
        if (!std::isfinite(*figure)) return std::nullopt;
        values.push_back(*figure);
    }
    if (values.empty()) return std::nullopt;
    return values;
}

double mean_of(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double sd_of(const std::vector<double>& values) {
    if (values.size() < 2) return 0.0;
    const double mean = mean_of(values);
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

void fill(ObservedBin& bin, const FloorBin& floor, double level) {
    const auto perfect = finite(floor.perfect);
    if (!perfect) return;
    const double gap = bin.bin.cross_entropy - bin.bin.entropy;
    bin.floor = mean_of(*perfect);
    std::vector<double> sorted = *perfect;
    std::sort(sorted.begin(), sorted.end());
    const double tail = 0.5 * (1.0 - level);
    bin.floor_range = metrics::Interval{metrics::sample_quantile(sorted, tail),
                                        metrics::sample_quantile(sorted, 1.0 - tail)};
    const auto as_large =
        static_cast<double>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), gap));
    bin.p = (1.0 + as_large) / static_cast<double>(sorted.size() + 1);
    const auto own = finite(floor.bias);
    bin.bias = own ? mean_of(*own) : *bin.floor;
    bin.corrected = gap - *bin.bias;
    const double error = std::max(bin.bin.gap_se.value_or(0.0), sd_of(own ? *own : *perfect));
    bin.corrected_interval = metrics::normal_interval(*bin.corrected, error, level);
}

}  // namespace

std::vector<ObservedCurve> observed_curves(const ObservedStudy& study,
                                           const ObservedScores& scores,
                                           const ObservedCurvePlan& plan) {
    const std::vector<Method> methods = observed_methods(study);
    const std::size_t predictors = study.predictors.size();
    std::vector<ObservedCurve> curves;
    for (std::size_t p = 0; p < predictors; ++p)
        for (std::size_t m = 0; m < methods.size(); ++m) {
            if (scores.estimators[methods[m].estimator].empty()) continue;
            ObservedCurve curve{.predictor = static_cast<std::uint32_t>(p),
                                .approximation = methods[m].approximation,
                                .estimator = methods[m].estimator,
                                .contexts = {},
                                .points = {},
                                .bins = {},
                                .published = {},
                                .inversion = {}};
            for (std::uint32_t c = 0; c < study.contexts.size(); ++c) {
                const ObservedRow& row = scores.rows[(c * predictors + p) * methods.size() + m];
                if (!row.entropy || !row.cross_entropy || !std::isfinite(*row.cross_entropy))
                    continue;
                curve.contexts.push_back(c);
                curve.points.push_back({*row.entropy, *row.cross_entropy});
            }
            const auto bins =
                metrics::bin_curve(curve.points, metrics::Binning::equal_count, plan.bins);
            curve.published = metrics::published_inversion(bins);
            for (const metrics::CurveBin& bin : bins) curve.bins.push_back({.bin = bin});
            InversionPlan inversion = plan.inversion;
            inversion.curve = curves.size();
            curve.inversion = inversion_interval(curve.points, inversion);
            curves.push_back(std::move(curve));
        }
    return curves;
}

std::vector<FloorCurve> floor_curves(const std::vector<ObservedCurve>& curves) {
    std::vector<FloorCurve> asked;
    asked.reserve(curves.size());
    for (const ObservedCurve& curve : curves) {
        FloorCurve& one = asked.emplace_back();
        one.predictor = curve.predictor;
        one.approximation = curve.approximation;
        one.estimator = curve.estimator;
        one.contexts = curve.contexts;
        for (const ObservedBin& bin : curve.bins) one.sizes.push_back(bin.bin.contexts);
    }
    return asked;
}

void add_floor(std::vector<ObservedCurve>& curves, const NoiseFloor& floor, double level) {
    for (std::size_t i = 0; i < curves.size(); ++i)
        for (std::size_t bin = 0; bin < curves[i].bins.size(); ++bin)
            fill(curves[i].bins[bin], floor.bins(i)[bin], level);
}

}  // namespace truegap::sim
