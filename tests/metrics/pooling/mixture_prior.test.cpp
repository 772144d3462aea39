#include "metrics/pooling/mixture_prior.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/metrics/pooling/mixture_oracle.hpp"
#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;

// sd: of variances that the oracle takes as differences, near 0 only to the root of their error.
void check(const OwnedTable& table, double tolerance = 1e-9) {
    const auto actual = mixture_posteriors(table.view());
    const auto expected = oracle::mixture(table);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t g = 0; g < actual.size(); ++g) {
        CAPTURE(g, table.groups[g].counts, table.groups[g].items);
        CHECK(close(actual[g].entropy.mean, expected[g].mean, tolerance));
        CHECK(close(actual[g].entropy.sd, expected[g].sd, tolerance));
        CHECK(close(actual[g].pooled_weight, expected[g].pooled_weight, tolerance));
        REQUIRE(actual[g].mean.size() == expected[g].probabilities.size());
        REQUIRE(actual[g].entropy_without_one.size() == expected[g].without_one.size());
        for (std::size_t k = 0; k < actual[g].mean.size(); ++k) {
            CHECK(close(actual[g].mean[k], expected[g].probabilities[k], tolerance));
            CHECK(close(actual[g].entropy_without_one[k], expected[g].without_one[k], tolerance));
        }
    }
}

}  // namespace

TEST_CASE("mixture_posteriors: a plain implementation, random tables",
          "[metrics][pooling][golden]") {
    Random random(741);
    for (int repeat = 0; repeat < 100; ++repeat) check(random_table(random));
}

TEST_CASE("mixture_posteriors: a plain implementation, special tables",
          "[metrics][pooling][golden]") {
    check(table_of({{5, 3, 1, 0}}));                           // no others
    check(table_of({{1, 0}, {0, 1}, {3, 9}}));                 // K = 2
    check(table_of({{4}, {0}, {7}}));                          // K = 1
    check(table_of({{0, 0, 0}, {6, 2, 0}, {1, 2, 1}}));        // one has none
    check(table_of({{0, 0, 0}, {0, 0, 0}}));                   // nobody has any
    check(table_of({{0, 0, 0}, {6, 2, 0}}));                   // only one has
    check(table_of({{60, 20, 5}, {55, 30, 2}, {4, 50, 70}}));  // long products
    check(table_of({{48, 47, 49}, {47, 1, 0}, {48, 0, 0}}));   // at their limit
    OwnedTable disjoint = table_of({{5, 2, 0, 0}, {4, 4, 0, 1}});
    disjoint.groups.push_back({.counts = {7, 1}, .items = {3, 2}, .parent = {}});
    disjoint.groups.push_back({.counts = {0, 3}, .items = {2, 1}, .parent = {}});
    disjoint.groups.push_back({.counts = {6}, .items = {2}, .parent = {}});
    check(disjoint);
}

TEST_CASE("mixture_posteriors: a plain implementation, huge counts", "[metrics][pooling][golden]") {
    Random random(742);
    OwnedTable table;
    table.items = 6;
    for (int g = 0; g < 5; ++g) {
        const std::vector<double> theta =
            dirichlet_variate(random, {20.0, 10.0, 5.0, 2.0, 1.0, 0.5});
        OwnedGroup& group = table.groups.emplace_back();
        group.items = first_items(6);
        for (const double p : theta) group.counts.push_back(static_cast<std::uint32_t>(p * 1e6));
    }
    table.groups.push_back({.counts = {3, 0, 1, 0, 0, 0}, .items = first_items(6), .parent = {}});
    check(table);
}
