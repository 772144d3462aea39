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

Results run_study(const Scenario& scenario, const StudyOptions& options) {
    Results results;
    results.errors_between_worlds = scenario.worlds > 1;
    for (const PredictorMaker& predictor : scenario.predictors)
        results.predictors.push_back(predictor.label);
    for (const metrics::Approximation& approximation : scenario.approximations)
        results.approximations.push_back(metrics::label(approximation, scenario.top));
    for (const metrics::Estimator& estimator : study_estimators(scenario))
        results.estimators.push_back(estimator.label());

    for (const PredictorMaker& predictor : scenario.predictors) {
        results.has_faults = results.has_faults || predictor.faults.any();
        results.has_contaminated = results.has_contaminated || predictor.contamination.has_value();
    }
    const std::vector<Scenario> members = one_a_population(scenario);
    results.worlds_per_population = scenario.worlds;
    for (std::size_t i = 0; i < members.size(); ++i)
        results.populations.push_back(scenario.populations.empty() ? std::string{}
                                                                   : scenario.populations[i].name);

    const std::uint32_t blocks =
        (scenario.replicates + replicates_per_block - 1) / replicates_per_block;
    const auto worlds = static_cast<std::uint32_t>(scenario.worlds * members.size());
    if (options.progress != nullptr)
        options.progress->total = std::uint64_t{blocks} * level_count(scenario.design) * worlds;
    SummaryBuilder summary(scenario.worlds);
    ExactCheck check;
    double rows = 0.0;
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
    if (const auto objection = check.objection()) throw Incredible(*objection);
    results.exact_means = check.compared();
    results.worst_z = check.worst_z();
    results.summary = summary.rows();
    return results;
}

}  // namespace truegap::sim
