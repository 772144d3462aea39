#include "sim/study.hpp"

#include <algorithm>

#include "sim/block.hpp"
#include "sim/calibration.hpp"
#include "sim/exact_check.hpp"
#include "sim/methods.hpp"
#include "sim/plan.hpp"
#include "sim/replication.hpp"
#include "sim/tables.hpp"

namespace truegap::sim {

namespace {

std::size_t level_count(const Design& design) {
    if (const auto* each = std::get_if<UsersPerGroup>(&design)) return each->n.size();
    if (const auto* users = std::get_if<Users>(&design)) return users->n.size();
    return 1;
}

std::vector<ContextLabel> context_labels(const Scenario& scenario, const WorldPlan& plan) {
    const auto attributes = attribute_specs(scenario.population);
    std::vector<ContextLabel> labels;
    for (const Context& context : plan.contexts)
        labels.push_back({.proxy = proxy_label(context.group.proxy, attributes),
                          .group = group_label(context.group, attributes),
                          .history_length = static_cast<std::uint32_t>(context.history.size())});
    return labels;
}

std::uint32_t blocks_a_level(const Scenario& scenario) {
    return (scenario.replicates + replicates_per_block - 1) / replicates_per_block;
}

std::uint64_t blocks_of(const Scenario& scenario) {
    return std::uint64_t{blocks_a_level(scenario)} * level_count(scenario.design) *
           scenario.worlds * std::max<std::size_t>(1, scenario.populations.size());
}

Results labelled(const Scenario& scenario) {
    Results results;
    results.errors_between_worlds = scenario.worlds > 1;
    for (const PredictorMaker& predictor : scenario.predictors) {
        results.predictors.push_back(predictor.label);
        results.has_faults = results.has_faults || predictor.faults.any();
        results.has_contaminated = results.has_contaminated || predictor.contamination.has_value();
    }
    for (const metrics::Approximation& approximation : scenario.approximations)
        results.approximations.push_back(metrics::label(approximation, scenario.top));
    for (const metrics::Estimator& estimator : study_estimators(scenario))
        results.estimators.push_back(estimator.label());
    results.worlds_per_population = scenario.worlds;
    for (const NamedPopulation& one : scenario.populations) results.populations.push_back(one.name);
    if (results.populations.empty()) results.populations.emplace_back();
    return results;
}

void add_calibration(const std::vector<Calibration>& calibrations,
                     std::size_t population,
                     Results& results) {
    for (std::size_t p = 0; p < calibrations.size(); ++p)
        for (const CalibrationBin& bin : calibrations[p].bins())
            results.calibration.push_back({.population = static_cast<std::uint32_t>(population),
                                           .predictor = static_cast<std::uint32_t>(p),
                                           .bin = bin});
}

void add_precision(const RowErrors& errors, std::uint64_t replicates, Results& results) {
    Precision& precision = *results.precision;
    precision.rows += errors.rows;
    precision.rows_above += errors.above;
    precision.largest = std::max(precision.largest, errors.largest);
    if (precision.least_used == 0) precision.least_used = replicates;
    precision.least_used = std::min(precision.least_used, replicates);
    precision.most_used = std::max(precision.most_used, replicates);
}

// One point of a grid, or the only one. rows: of the points before it; its own are added.
Results study_point(const Scenario& scenario,
                    std::size_t point,
                    const StudyOptions& options,
                    ExactCheck& check,
                    double& rows) {
    Results results = labelled(scenario);
    std::vector<Scenario> members = one_a_population(scenario);
    if (options.target_mcse) {
        results.precision =
            Precision{.target = *options.target_mcse, .most_replicates = options.most_replicates};
        for (Scenario& member : members) member.replicates = options.most_replicates;
    }
    const auto worlds = static_cast<std::uint32_t>(scenario.worlds * members.size());
    SummaryBuilder summary(scenario.worlds);
    std::vector<Calibration> calibrations;
    for (std::uint32_t world = 0; world < worlds; ++world) {
        check_stop(options);
        const std::size_t population = world / scenario.worlds;
        const Scenario& member = members[population];
        WorldPlan plan =
            in_population(scenario, population, [&] { return plan_world(member, world); });
        // The worlds of a population are of one size; those of the populations add up.
        if (world % scenario.worlds == 0)
            rows += rows_per_world(member, plan.contexts.size()) * scenario.worlds;
        if (!member.summary_only) refuse_too_many_rows(rows);
        results.contexts.push_back(context_labels(member, plan));
        const WorldStudy study = in_population(
            scenario, population, [&] { return WorldStudy(member, std::move(plan)); });
        if (world % scenario.worlds == 0) calibrations.assign(scenario.predictors.size(), {});
        calibrate(study, calibrations);
        if (world % scenario.worlds == scenario.worlds - 1)
            add_calibration(calibrations, population, results);
        const Layout layout = study.layout(study.levels().front());
        results.has_faults = results.has_faults || layout.faults;
        results.has_given = results.has_given || layout.given;
        const std::vector<BlockStatistics> totals =
            replicate(study, point, scenario.replicates, options);
        for (std::size_t l = 0; l < totals.size(); ++l) {
            const Level& level = study.levels()[l];
            const BlockStatistics& statistics = totals[l];
            const ExactZ exact = compare_with_exact(study, level, statistics, check);
            if (!member.summary_only) append_rows(study, level, statistics, exact, results);
            summary.add(study, level, statistics);
            if (options.target_mcse)
                add_precision(row_errors(study, level, statistics, *options.target_mcse),
                              statistics.replicates,
                              results);
        }
    }
    results.exact_means = check.compared();
    results.worst_z = check.worst_z();
    results.summary = summary.rows();
    return results;
}

}  // namespace

void check_stop(const StudyOptions& options) {
    if (options.stop != nullptr && options.stop->load()) throw Interrupted();
}

double rows_per_world(const Scenario& scenario, std::size_t contexts) {
    return static_cast<double>(contexts) * static_cast<double>(level_count(scenario.design)) *
           static_cast<double>(scenario.predictors.size()) *
           static_cast<double>(study_methods(scenario).size());
}

void refuse_too_many_rows(double rows) {
    if (rows > most_rows)
        throw ScenarioError("",
                            "asks for " + metrics::shortest(rows) +
                                " result rows (allowed: at most " + metrics::shortest(most_rows) +
                                ")");
}

std::vector<Results> run_grid(const std::vector<GridPoint>& points, const StudyOptions& options) {
    if (options.progress != nullptr && !options.target_mcse)
        for (const GridPoint& point : points) options.progress->total += blocks_of(point.scenario);
    std::vector<Results> results;
    ExactCheck check(options.target_mcse ? checkpoints_within(options.most_replicates) : 1);
    double rows = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i)
        at_point(points[i], [&] {
            ExactCheck here;
            results.push_back(study_point(points[i].scenario, i, options, here, rows));
            check.merge(here, at_point_note(points[i].values));
        });
    // All tables have the same columns.
    const auto any = [&](bool Results::*flag) {
        const bool found = std::any_of(
            results.begin(), results.end(), [&](const Results& one) { return one.*flag; });
        for (Results& one : results) one.*flag = found;
    };
    any(&Results::has_faults);
    any(&Results::has_contaminated);
    if (const auto objection = check.objection()) throw Incredible(*objection);
    return results;
}

Results run_study(const Scenario& scenario, const StudyOptions& options) {
    return std::move(run_grid({{.values = {}, .scenario = scenario}}, options).front());
}

}  // namespace truegap::sim
