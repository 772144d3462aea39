// Every estimator, called as the study calls it, on histograms that stay in the second-level cache;
// the plug-in also on as many as a data set has, which do not.
#include <benchmark/benchmark.h>
#include <string>

#include "metrics/estimators/registry.hpp"

#include "workload.hpp"

namespace {

using namespace truegap;

constexpr std::size_t near_rows = 2048;  // 400 kB
constexpr std::size_t far_rows = 100'000;
constexpr std::size_t slow_rows = 32;  // of those that take up to a millisecond

void estimate(benchmark::State& state, const metrics::Estimator& estimator, std::size_t rows) {
    const std::vector<std::uint32_t> counts = bench::zipf_histograms(rows);
    for (auto _ : state) {
        for (std::size_t r = 0; r < rows; ++r)
            benchmark::DoNotOptimize(
                estimator
                    .estimate({.counts = std::span(counts).subspan(r * bench::items, bench::items),
                               .n = bench::users,
                               .items = bench::items})
                    .value_or(0.0));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

const int registered = [] {
    for (const metrics::EstimatorEntry& entry : metrics::estimators()) {
        if (entry.value == nullptr) continue;
        const bool slow = entry.name == "pym" || entry.name == "unseen" || entry.name == "nsb";
        benchmark::RegisterBenchmark(("estimator/" + std::string(entry.name)).c_str(),
                                     estimate,
                                     metrics::Estimator(entry),
                                     slow ? slow_rows : near_rows);
    }
    benchmark::RegisterBenchmark(
        "estimator/far/plug_in", estimate, metrics::find_estimator("plug_in").value(), far_rows);
    return 0;
}();

}  // namespace
