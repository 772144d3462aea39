#include "sim/study.hpp"

#include <algorithm>

#include "sim/block.hpp"
#include "sim/exact_check.hpp"
#include "sim/methods.hpp"
#include "sim/parallel.hpp"
#include "sim/plan.hpp"
#include "sim/tables.hpp"

namespace truegap::sim {

namespace {

// Finished blocks wait in memory until they are folded in order; this bounds how many. Small blocks
// come in large waves, so that threads seldom wait for each other at the end of one.
constexpr std::size_t wave_bytes = std::size_t{2} << 20U;
constexpr std::size_t most_blocks_in_wave = 1024;
constexpr std::size_t least_blocks_a_thread = 4;

std::size_t wave_size(const Layout& layout, unsigned threads) {
    const std::size_t rows = layout.contexts * layout.predictors * layout.methods;
    const std::size_t block_bytes =
        rows * (sizeof(metrics::ErrorMoments) + 2 * sizeof(metrics::Moments)) + 1;
    return std::max<std::size_t>(std::min(wave_bytes / block_bytes, most_blocks_in_wave),
                                 least_blocks_a_thread * threads);
}

void check_stop(const StudyOptions& options) {
    if (options.stop != nullptr && options.stop->load()) throw Interrupted();
}

// All replicates of a world, [level]: blocks in parallel, whichever level they are of, in bounded
// waves, each folded in order.
std::vector<BlockStatistics> replicate(const WorldStudy& study,
                                       std::uint32_t blocks,
                                       const StudyOptions& options) {
    const std::vector<Level>& levels = study.levels();
    std::vector<BlockStatistics> totals;
    std::size_t wave = most_blocks_in_wave;
    for (const Level& level : levels) {
        totals.emplace_back(study.layout(level));
        wave = std::min(wave, wave_size(study.layout(level), options.threads));
    }
    const std::size_t tasks = levels.size() * blocks;  // the blocks of a level side by side
    for (std::size_t first = 0; first < tasks; first += wave) {
        std::vector<BlockStatistics> finished(std::min(wave, tasks - first));
        for_each_index(options.threads, finished.size(), [&](std::size_t i) {
            check_stop(options);
            const std::size_t task = first + i;
            finished[i] =
                study.run(levels[task / blocks], static_cast<std::uint32_t>(task % blocks));
            if (options.progress != nullptr) ++options.progress->done;
        });
        for (std::size_t i = 0; i < finished.size(); ++i)
            totals[(first + i) / blocks].merge(finished[i]);
    }
    return totals;
}

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
    for (const PredictorMaker& predictor : scenario.predictors)
        results.predictors.push_back(predictor.label);
    for (const metrics::Approximation& approximation : scenario.approximations)
        results.approximations.push_back(metrics::label(approximation, scenario.top));
    for (const metrics::Estimator& estimator : study_estimators(scenario))
        results.estimators.push_back(estimator.label());
    results.worlds_per_population = scenario.worlds;
    for (const NamedPopulation& one : scenario.populations) results.populations.push_back(one.name);
    if (results.populations.empty()) results.populations.emplace_back();
    return results;
}

// One point of a grid, or the only one. rows: of the points before it; its own are added.
Results study_point(const Scenario& scenario,
                    const StudyOptions& options,
                    ExactCheck& check,
                    double& rows) {
    Results results = labelled(scenario);
    const std::vector<Scenario> members = one_a_population(scenario);
    const std::uint32_t blocks = blocks_a_level(scenario);
    const auto worlds = static_cast<std::uint32_t>(scenario.worlds * members.size());
    SummaryBuilder summary(scenario.worlds);
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
        const std::vector<BlockStatistics> totals = replicate(study, blocks, options);
        for (std::size_t l = 0; l < totals.size(); ++l) {
            const Level& level = study.levels()[l];
            const BlockStatistics& statistics = totals[l];
            const ExactZ exact = compare_with_exact(study, level, statistics, check);
            if (!member.summary_only) append_rows(study, level, statistics, exact, results);
            summary.add(study, level, statistics);
        }
    }
    results.exact_means = check.compared();
    results.worst_z = check.worst_z();
    results.summary = summary.rows();
    return results;
}

}  // namespace

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
    if (options.progress != nullptr)
        for (const GridPoint& point : points) options.progress->total += blocks_of(point.scenario);
    std::vector<Results> results;
    ExactCheck check;
    double rows = 0.0;
    for (const GridPoint& point : points)
        at_point(point, [&] {
            ExactCheck here;
            results.push_back(study_point(point.scenario, options, here, rows));
            check.merge(here, at_point_note(point.values));
        });
    if (const auto objection = check.objection()) throw Incredible(*objection);
    return results;
}

Results run_study(const Scenario& scenario, const StudyOptions& options) {
    return std::move(run_grid({{.values = {}, .scenario = scenario}}, options).front());
}

}  // namespace truegap::sim
