// One replicate of a study (n = 100 users, K = 50 items, the ten first ranks): whole, through the
// study's own block, and its parts. An item is a replicate.
#include <benchmark/benchmark.h>

#include "metrics/approximation/scorer.hpp"
#include "metrics/counts.hpp"
#include "sim/block.hpp"

#include "workload.hpp"

namespace {

using namespace truegap;

constexpr std::uint32_t blocks = 4096;
constexpr std::size_t rows = 2048;

void set_replicates(benchmark::State& state, std::size_t in_one_iteration) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(in_one_iteration));
}

void whole(benchmark::State& state) {
    const sim::Scenario scenario = bench::one_context_scenario(blocks * sim::replicates_per_block);
    const sim::WorldStudy study(scenario, sim::plan_world(scenario, 0));
    const sim::Level& level = study.levels().front();
    std::uint32_t block = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(study.run(level, block));
        block = (block + 1) % blocks;
    }
    set_replicates(state, sim::replicates_per_block);
    // What all the blocks say of the gap, to be compared with what the peer says.
    sim::BlockStatistics all(study.layout(level));
    for (block = 0; block < blocks; ++block) all.merge(study.run(level, block));
    const metrics::Moments& gap = all.gap_error.front().error;
    state.counters["gap"] = gap.mean().value_or(0.0);
    state.counters["gap_se"] = gap.standard_error().value_or(0.0);
}
BENCHMARK(whole)->Name("replicate/whole");

void random_numbers(benchmark::State& state) {
    sim::Stream draws = sim::stream({.seed = 1});
    for (auto _ : state) {
        std::uint64_t all = 0;
        for (std::uint32_t i = 0; i < bench::users; ++i) all ^= draws();
        benchmark::DoNotOptimize(all);
    }
    set_replicates(state, 1);
}
BENCHMARK(random_numbers)->Name("replicate/part/random_numbers");

void multinomial(benchmark::State& state) {
    const sim::Multinomial choices(bench::zipf());
    sim::Stream draws = sim::stream({.seed = 1});
    std::vector<std::uint32_t> counts(bench::items);
    for (auto _ : state) {
        std::fill(counts.begin(), counts.end(), 0U);
        choices(bench::users, draws, counts);
        benchmark::DoNotOptimize(counts.data());
        benchmark::ClobberMemory();
    }
    set_replicates(state, 1);
}
BENCHMARK(multinomial)->Name("replicate/part/multinomial");

std::span<const std::uint32_t> row(const std::vector<std::uint32_t>& counts, std::size_t r) {
    return std::span(counts).subspan(r * bench::items, bench::items);
}

void largest_counts(benchmark::State& state) {
    const std::vector<std::uint32_t> counts = bench::zipf_histograms(rows);
    std::vector<std::uint32_t> largest;
    for (auto _ : state) {
        for (std::size_t r = 0; r < rows; ++r) {
            metrics::largest_counts(row(counts, r), bench::top, largest);
            benchmark::DoNotOptimize(largest.data());
            benchmark::ClobberMemory();
        }
    }
    set_replicates(state, rows);
}
BENCHMARK(largest_counts)->Name("replicate/part/largest_counts");

void scorer(benchmark::State& state) {
    const std::vector<std::uint32_t> counts = bench::zipf_histograms(rows);
    const metrics::Ranking ranking = bench::swapped_ranking();
    const metrics::RankScorer score(bench::rank_matched(), bench::top);
    std::vector<std::vector<std::uint32_t>> largest(rows);
    for (std::size_t r = 0; r < rows; ++r)
        metrics::largest_counts(row(counts, r), bench::top, largest[r]);
    metrics::RankLogs logs;
    for (auto _ : state) {
        for (std::size_t r = 0; r < rows; ++r) {
            score.logs(largest[r], bench::users, bench::items, logs);
            benchmark::DoNotOptimize(
                score.cross_entropy(logs, row(counts, r), bench::users, ranking.order));
        }
    }
    set_replicates(state, rows);
}
BENCHMARK(scorer)->Name("replicate/part/scorer");

void plug_in(benchmark::State& state) {
    const std::vector<std::uint32_t> counts = bench::zipf_histograms(rows);
    const metrics::Estimator estimator = metrics::find_estimator("plug_in").value();
    for (auto _ : state) {
        for (std::size_t r = 0; r < rows; ++r)
            benchmark::DoNotOptimize(
                estimator
                    .estimate({.counts = row(counts, r), .n = bench::users, .items = bench::items})
                    .value_or(0.0));
    }
    set_replicates(state, rows);
}
BENCHMARK(plug_in)->Name("replicate/part/plug_in");

}  // namespace
