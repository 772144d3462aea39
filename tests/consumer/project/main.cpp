#include <cstdint>
#include <cstdio>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/counts.hpp"
#include "metrics/distribution.hpp"
#include "metrics/entropy.hpp"
#include "metrics/estimators/registry.hpp"

int main() {
    namespace metrics = truegap::metrics;
    const auto p = metrics::Distribution::from_probabilities({0.5, 0.25, 0.25});
    std::printf("entropy %.12f\n", metrics::shannon_entropy(p));
    const std::vector<std::uint32_t> counts{3, 2, 1};
    const auto plug_in = metrics::find_estimator("plug_in");
    std::printf("plug_in %.12f\n", *plug_in->estimate(metrics::counts_view(counts)));
    std::printf("%s\n", metrics::label(metrics::RankMatched{}, 10).c_str());
    return 0;
}
