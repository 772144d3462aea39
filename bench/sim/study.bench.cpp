// Whole studies, on one thread and on two. An item is a replicate of one context. With two free
// cores the rate doubles, but for what is done in order: planning, answering, folding.
#include "sim/study.hpp"

#include <benchmark/benchmark.h>

#include "workload.hpp"

namespace {

using namespace truegap;

void run(benchmark::State& state, const sim::Scenario& scenario, std::int64_t contexts) {
    const auto threads = static_cast<unsigned>(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(sim::run_study(scenario, {.threads = threads}));
    state.SetItemsProcessed(state.iterations() * contexts * scenario.replicates);
}

void one_context(benchmark::State& state) {
    run(state, bench::one_context_scenario(200'000), 1);
}
BENCHMARK(one_context)
    ->Name("study/one_context")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Many groups with and without a history, all the estimators, the heterogeneity of the quickstart.
sim::Scenario many_contexts_scenario() {
    sim::Scenario scenario = bench::one_context_scenario(2'000);
    sim::GeneratedPopulation population;
    population.items = bench::items;
    population.classes = 8;
    population.popularity = {.kind = sim::Popularity::Kind::zipf, .parameter = 0.8};
    population.tilt_sd = 1.5;
    population.concentration.assign(population.classes, 25.0);
    for (const auto* name : {"age", "region"})
        population.attributes.push_back(
            {.name = name, .levels = {"a", "b", "c", "d"}, .class_levels = {}});
    scenario.population = population;
    scenario.contexts.source =
        sim::GeneratedContexts{.proxies = {{0, 1}}, .history_lengths = {0, 5}, .candidates = {}};
    scenario.estimators.clear();
    for (const std::string name :
         {"plug_in", "miller_madow", "grassberger_2003", "chao_shen", "chao_wang_jost"})
        scenario.estimators.push_back(metrics::find_estimator(name).value());
    return scenario;
}

void many_contexts(benchmark::State& state) {
    run(state, many_contexts_scenario(), 32);
}
BENCHMARK(many_contexts)
    ->Name("study/many_contexts")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
