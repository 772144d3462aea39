#include "sim/curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "metrics/contract.hpp"
#include "sim/parallel.hpp"

namespace truegap::sim {

namespace {

// Points fitted, in all resamples of all curves: a few seconds.
constexpr double most_points_fitted = 3e8;
constexpr double most_resamples = 1000.0;
constexpr double least_resamples = 200.0;

using Method = std::pair<std::uint32_t, std::uint32_t>;
// Above every method: the true curve comes after the measured ones.
constexpr Method truth{std::numeric_limits<std::uint32_t>::max(), 0};
using Key = std::tuple<std::uint32_t, std::optional<std::uint32_t>, std::uint32_t, Method>;

// The method whose true figures are those of the pooled choices.
std::optional<Method> method_of_truth(const Scenario& scenario, const Results& results) {
    for (const CellRow& row : results.cells)
        if (!std::holds_alternative<metrics::PerEvent>(
                scenario.approximations[row.key.approximation]))
            return Method{row.key.approximation, row.key.estimator};
    if (results.cells.empty()) return std::nullopt;
    return Method{results.cells.front().key.approximation, results.cells.front().key.estimator};
}

void add(Curve& curve, const Figure& entropy, const Figure& cross_entropy) {
    if (entropy && cross_entropy && std::isfinite(*entropy) && std::isfinite(*cross_entropy))
        curve.points.push_back({*entropy, *cross_entropy});
    else
        ++curve.left_out;
}

}  // namespace

std::uint32_t curve_resamples(double points) {
    return static_cast<std::uint32_t>(
        std::clamp(most_points_fitted / std::max(points, 1.0), least_resamples, most_resamples));
}

std::vector<Curve> curves_of(const Scenario& scenario, const Results& results) {
    const bool one_size = std::holds_alternative<UsersPerGroup>(scenario.design) ||
                          std::holds_alternative<Users>(scenario.design);
    const std::optional<Method> of_truth = method_of_truth(scenario, results);
    std::map<Key, Curve> curves;
    const auto curve_of = [&](const RowKey& key, const Method& method) -> Curve& {
        const std::uint32_t population = key.world / results.worlds_per_population;
        const auto users = one_size ? std::optional(key.users) : std::nullopt;
        const auto [place, added] =
            curves.try_emplace(Key{population, users, key.predictor, method});
        Curve& curve = place->second;
        if (added) {
            curve.population = population;
            curve.users = users;
            curve.predictor = key.predictor;
            if (method != truth) {
                curve.approximation = method.first;
                curve.estimator = method.second;
            }
        }
        return curve;
    };
    for (const CellRow& row : results.cells) {
        const Method method{row.key.approximation, row.key.estimator};
        add(curve_of(row.key, method), row.entropy_mean, row.cross_entropy_mean);
        if (method == of_truth)
            add(curve_of(row.key, truth), row.true_entropy, row.true_cross_entropy);
    }
    std::vector<Curve> ordered;
    ordered.reserve(curves.size());
    for (auto& [key, curve] : curves) ordered.push_back(std::move(curve));
    return ordered;
}

StudyCurves study_curves(const std::vector<GridPoint>& points,
                         const std::vector<Results>& results,
                         const std::vector<CurveSpec>& specs,
                         const StudyOptions& options) {
    TRUEGAP_EXPECTS(points.size() == results.size() && points.size() == specs.size());
    StudyCurves study;
    std::vector<std::pair<std::size_t, CurveFindings*>> all;  // point of the grid, its curve
    double contexts = 0.0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        std::vector<Curve> curves = curves_of(points[i].scenario, results[i]);
        auto& findings = study.points.emplace_back();
        findings.reserve(curves.size());
        for (Curve& curve : curves) {
            contexts += static_cast<double>(curve.points.size());
            findings.push_back(
                {.curve = std::move(curve), .bins = {}, .published = {}, .inversion = {}});
        }
    }
    study.resamples = curve_resamples(contexts);
    for (std::size_t i = 0; i < study.points.size(); ++i)
        for (CurveFindings& findings : study.points[i]) all.emplace_back(i, &findings);
    if (options.progress != nullptr) options.progress->total += all.size();
    for_each_index(options.threads, all.size(), [&](std::size_t number) {
        const auto& [point, findings] = all[number];
        const Curve& curve = findings->curve;
        findings->bins = metrics::bin_curve(curve.points, specs[point].binning, specs[point].bins);
        findings->published = metrics::published_inversion(findings->bins);
        findings->inversion = inversion_interval(curve.points,
                                                 {.seed = points[point].scenario.seed,
                                                  .curve = curve.population,
                                                  .resamples = study.resamples,
                                                  .level = study.level,
                                                  .threads = 1,
                                                  .stop = options.stop});
        if (options.progress != nullptr) ++options.progress->done;
    });
    return study;
}

}  // namespace truegap::sim
