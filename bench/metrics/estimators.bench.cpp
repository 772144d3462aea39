// Every estimator, called as the study calls it, on histograms that stay in the second-level cache.
#include <benchmark/benchmark.h>
#include <string>

#include "metrics/estimators/registry.hpp"

#include "workload.hpp"

namespace {

using namespace truegap;

constexpr std::size_t rows = 2048;  // 400 kB

void estimate(benchmark::State& state, const metrics::Estimator& estimator) {
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
    for (const metrics::EstimatorEntry& entry : metrics::estimators())
        if (entry.value != nullptr)
            benchmark::RegisterBenchmark(("estimator/" + std::string(entry.name)).c_str(),
                                         estimate,
                                         metrics::Estimator(entry));
    return 0;
}();

}  // namespace
