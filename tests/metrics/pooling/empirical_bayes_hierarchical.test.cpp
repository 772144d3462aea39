#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "metrics/pooling/empirical_bayes.hpp"

#include "tests/metrics/dirichlet_oracle.hpp"
#include "tests/metrics/pooling/likelihood_oracle.hpp"
#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Vector = std::vector<double>;
using Mass = std::map<std::uint32_t, long double>;  // item -> probability

std::size_t depth_of(const OwnedTable& table, std::size_t g) {
    const auto parent = table.groups[g].parent;
    return parent ? 1 + depth_of(table, *parent) : 0;
}

struct Expected {
    std::vector<Posterior> posteriors;
    Vector concentrations;  // a depth
};

// Level by level: the parents' posterior means, one A for the level, the posterior.
Expected by_hand(const OwnedTable& table) {
    Expected result{.posteriors = std::vector<Posterior>(table.groups.size()),
                    .concentrations = {}};
    Mass pooled;
    for (const OwnedGroup& group : table.groups)
        for (std::size_t k = 0; k < group.items.size(); ++k)
            pooled[group.items[k]] += group.counts[k];
    std::vector<Mass> means(table.groups.size());
    for (std::size_t level = 0;; ++level) {
        std::vector<std::size_t> members;
        std::vector<oracle::Centred> centred;
        for (std::size_t g = 0; g < table.groups.size(); ++g) {
            if (depth_of(table, g) != level) continue;
            const OwnedGroup& group = table.groups[g];
            Mass& centre = group.parent ? means[*group.parent] : pooled;
            long double total = 0.0L;
            for (const std::uint32_t item : group.items) total += centre[item];
            members.push_back(g);
            oracle::Centred& own = centred.emplace_back();
            own.counts = group.counts;
            for (const std::uint32_t item : group.items) own.mean.push_back(centre[item] / total);
        }
        if (members.empty()) return result;
        const double A = oracle::best_concentration(centred);
        result.concentrations.push_back(A);
        for (std::size_t i = 0; i < members.size(); ++i) {
            const OwnedGroup& group = table.groups[members[i]];
            oracle::Exact a;
            for (std::size_t k = 0; k < group.items.size(); ++k)
                a.push_back(oracle::Dec50(A) * oracle::Dec50(centred[i].mean[k]) + group.counts[k]);
            const oracle::Dec50 total = oracle::total(a);
            for (std::size_t k = 0; k < group.items.size(); ++k)
                means[members[i]][group.items[k]] = (a[k] / total).convert_to<long double>();
            result.posteriors[members[i]] = {
                .mean = oracle::mean_entropy(a).convert_to<double>(),
                .sd = std::sqrt(oracle::variance_of_entropy(a).convert_to<double>())};
        }
    }
}

// A tree whose levels differ: theta of a child ~ Dirichlet(A_level theta of its parent).
OwnedTable tree(Random& random, const std::vector<std::size_t>& children, const Vector& A) {
    struct Node {
        std::size_t place;
        Vector theta;
    };
    constexpr std::size_t K = 5;
    OwnedTable table;
    table.items = K;
    std::vector<Node> above;
    for (std::size_t level = 0; level < children.size(); ++level) {
        std::vector<Node> here;
        const std::size_t parents = level == 0 ? 1 : above.size();
        for (std::size_t p = 0; p < parents; ++p)
            for (std::size_t child = 0; child < children[level]; ++child) {
                Vector a = level == 0 ? Vector{0.4, 0.25, 0.2, 0.1, 0.05} : above[p].theta;
                for (double& a_k : a) a_k = A[level] * a_k + 1e-2;
                Vector theta = dirichlet_variate(random, a);
                OwnedGroup& group = table.groups.emplace_back();
                group.counts = choices(random, theta, level == 0 ? 40 : 12);
                group.items = first_items(K);
                if (level > 0) group.parent = above[p].place;
                here.push_back({table.groups.size() - 1, std::move(theta)});
            }
        above = std::move(here);
    }
    return table;
}

void check(const OwnedTable& table, const Expected& expected) {
    const auto actual = empirical_bayes_hierarchical(table.view());
    REQUIRE(actual.size() == expected.posteriors.size());
    for (std::size_t g = 0; g < actual.size(); ++g) {
        CAPTURE(g, depth_of(table, g), expected.concentrations);
        REQUIRE(actual[g].has_value());
        CHECK(close(actual[g]->mean, expected.posteriors[g].mean, 3e-6));
        CHECK(close(actual[g]->sd, expected.posteriors[g].sd, 3e-6));
    }
}

}  // namespace

TEST_CASE("empirical_bayes_hierarchical: two and three levels by hand",
          "[metrics][pooling][golden]") {
    Random random(731);
    for (int repeat = 0; repeat < 4; ++repeat) {
        const OwnedTable two = tree(random, {4, 5}, {3.0, 5.0});
        const Expected expected = by_hand(two);
        REQUIRE(expected.concentrations.size() == 2);
        check(two, expected);
    }
    const OwnedTable three = tree(random, {3, 3, 3}, {2.0, 4.0, 8.0});
    const Expected expected = by_hand(three);
    REQUIRE(expected.concentrations.size() == 3);
    REQUIRE(std::abs(std::log(expected.concentrations[1] / expected.concentrations[2])) > 0.1);
    check(three, expected);
}

TEST_CASE(
    "empirical_bayes_hierarchical: children with fewer candidates and groups without "
    "observations",
    "[metrics][pooling]") {
    Random random(732);
    OwnedTable table = tree(random, {4, 5}, {3.0, 5.0});
    for (std::size_t g = 6; g < table.groups.size(); g += 3) {
        table.groups[g].items = {3, 1, 0};
        table.groups[g].counts.resize(3);
    }
    table.groups[5].counts.assign(5, 0);
    table.groups[2].counts.assign(5, 0);
    check(table, by_hand(table));
}

TEST_CASE("empirical_bayes_hierarchical: the order of the groups does not matter",
          "[metrics][pooling][property]") {
    Random random(733);
    const OwnedTable table = tree(random, {3, 4}, {3.0, 5.0});
    // Each parent's children at once behind it, the last parent first.
    OwnedTable other;
    other.items = table.items;
    std::vector<std::size_t> origin;
    for (std::size_t parent = 3; parent-- > 0;) {
        const std::size_t place = other.groups.size();
        other.groups.push_back(table.groups[parent]);
        origin.push_back(parent);
        for (std::size_t g = 3; g < table.groups.size(); ++g) {
            if (table.groups[g].parent != parent) continue;
            other.groups.push_back(table.groups[g]);
            other.groups.back().parent = place;
            origin.push_back(g);
        }
    }
    REQUIRE(origin.size() == table.groups.size());
    const auto before = empirical_bayes_hierarchical(table.view());
    const auto after = empirical_bayes_hierarchical(other.view());
    for (std::size_t i = 0; i < origin.size(); ++i) {
        CHECK(close(after[i]->mean, before[origin[i]]->mean, 3e-6));
        CHECK(close(after[i]->sd, before[origin[i]]->sd, 3e-6));
    }
}

TEST_CASE("empirical_bayes_hierarchical: without parents it is empirical_bayes",
          "[metrics][pooling][property]") {
    Random random(734);
    int defined = 0;
    for (int repeat = 0; repeat < 40; ++repeat) {
        const OwnedTable table = random_table(random);
        const auto flat = empirical_bayes(table.view());
        const auto nested = empirical_bayes_hierarchical(table.view());
        for (std::size_t g = 0; g < flat.size(); ++g) {
            REQUIRE(flat[g].has_value() == nested[g].has_value());
            if (!flat[g]) continue;
            ++defined;
            CHECK(flat[g]->mean == nested[g]->mean);
            CHECK(flat[g]->sd == nested[g]->sd);
        }
    }
    CHECK(defined > 40);
}

TEST_CASE(
    "empirical_bayes_hierarchical: a level that cannot know its A has no answer and hands its "
    "centre down",
    "[metrics][pooling]") {
    OwnedTable table = table_of({{1, 0, 0}, {0, 1, 0}, {4, 1, 0}, {1, 1, 3}, {0, 5, 0}});
    table.groups[2].parent = table.groups[3].parent = 0;
    table.groups[4].parent = 1;
    const auto actual = empirical_bayes_hierarchical(table.view());
    CHECK_FALSE(actual[0].has_value());
    CHECK_FALSE(actual[1].has_value());
    // Pooled 6, 8, 3 of 17.
    std::vector<oracle::Centred> groups;
    for (std::size_t g = 2; g < 5; ++g)
        groups.push_back(
            {.counts = table.groups[g].counts, .mean = {6.0L / 17.0L, 8.0L / 17.0L, 3.0L / 17.0L}});
    const double A = oracle::best_concentration(groups);
    for (std::size_t g = 2; g < 5; ++g) {
        oracle::Exact a;
        for (std::size_t k = 0; k < 3; ++k)
            a.push_back(oracle::Dec50(A) * oracle::Dec50(groups[0].mean[k]) +
                        table.groups[g].counts[k]);
        REQUIRE(actual[g].has_value());
        CHECK(close(actual[g]->mean, oracle::mean_entropy(a).convert_to<double>(), 3e-6));
    }
}

TEST_CASE("empirical_bayes_hierarchical: what a child chose outside its parent's candidates counts",
          "[metrics][pooling]") {
    OwnedTable table = table_of({{6, 2, 1, 0}, {1, 5, 1, 1}, {5, 1, 1, 2}});
    table.groups.push_back({.counts = {9, 3, 1}, .items = {0, 1, 2}, .parent = {}});
    table.groups.push_back({.counts = {4, 1, 3}, .items = {0, 1, 3}, .parent = 3});
    table.groups.push_back({.counts = {5, 0, 1}, .items = {0, 1, 3}, .parent = 3});
    table.groups.push_back({.counts = {0, 7, 0}, .items = {0, 1, 2}, .parent = 3});
    const auto actual = empirical_bayes_hierarchical(table.view());
    for (const auto& posterior : actual) {
        REQUIRE(posterior.has_value());
        CHECK(std::isfinite(posterior->mean));
    }
    // A likelihood of 0 for every A must not read as "all the same".
    CHECK(actual[4]->sd > 0.0);
    OwnedTable within = table;
    within.groups[4].counts[2] = within.groups[5].counts[2] = 0;
    const auto without = empirical_bayes_hierarchical(within.view());
    CHECK(actual[4]->mean > without[4]->mean);
}
