#include "metrics/pooling/other_curves.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "metrics/pooling/counts_table.hpp"

#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Curve = std::vector<double>;

}  // namespace

TEST_CASE("pooled_counts: summed by item, not by place", "[metrics][pooling]") {
    OwnedTable table;
    table.items = 5;
    table.groups.push_back({.counts = {1, 2, 3}, .items = {4, 0, 2}, .parent = {}});
    table.groups.push_back({.counts = {10, 20}, .items = {0, 4}, .parent = {}});
    table.groups.push_back({.counts = {4'000'000'000, 7}, .items = {2, 1}, .parent = {}});
    table.groups.push_back({.counts = {4'000'000'000}, .items = {2}, .parent = {}});
    CHECK(pooled_counts(table.view()) == std::vector<std::uint64_t>{12, 7, 8'000'000'003, 0, 21});
    CHECK(pooled_counts(CountsTable{}).empty());
}

TEST_CASE("OtherCurves: the mean of the others that offer as many candidates",
          "[metrics][pooling]") {
    const std::vector<Curve> sorted{
        {0.75, 0.25, 0.0}, {0.5, 0.5}, {0.5, 0.25, 0.25}, {}, {1.0, 0.0, 0.0}, {1.0}};
    const OtherCurves curves(sorted);
    CHECK(curves.without(0) == Curve{0.75, 0.125, 0.125});
    CHECK(curves.without(2) == Curve{0.875, 0.125, 0.0});
    CHECK(curves.without(4) == Curve{0.625, 0.25, 0.125});
    CHECK_FALSE(curves.without(1));  // the only one with two candidates
    CHECK_FALSE(curves.without(3));  // no observations
    CHECK_FALSE(curves.without(5));
}

TEST_CASE("OtherCurves: a distribution that does not depend on the group's own",
          "[metrics][pooling][property]") {
    Random random(761);
    for (int repeat = 0; repeat < 50; ++repeat) {
        const std::size_t K = 1 + random.below(20);
        std::vector<Curve> sorted;
        for (std::uint64_t g = 2 + random.below(6); g > 0; --g) {
            sorted.push_back(random_distribution(random, K, 3.0));
            std::sort(sorted.back().rbegin(), sorted.back().rend());
        }
        const OtherCurves curves(sorted);
        const std::size_t own = random.below(sorted.size());
        const auto curve = curves.without(own);
        REQUIRE(curve.has_value());
        CHECK(close(std::accumulate(curve->begin(), curve->end(), 0.0), 1.0, 1e-14));
        for (const double value : *curve) CHECK(value >= 0.0);
        std::vector<Curve> changed = sorted;
        changed[own].assign(K, 1.0 / static_cast<double>(K));
        const auto after = OtherCurves(changed).without(own);
        for (std::size_t i = 0; i < K; ++i) CHECK(close((*curve)[i], (*after)[i], 1e-15));
    }
}
