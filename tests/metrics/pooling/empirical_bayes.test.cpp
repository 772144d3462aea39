#include "metrics/pooling/empirical_bayes.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/metrics/dirichlet_oracle.hpp"
#include "tests/metrics/oracle.hpp"
#include "tests/metrics/pooling/likelihood_oracle.hpp"
#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::size_t> all_of(const OwnedTable& table) {
    std::vector<std::size_t> members(table.groups.size());
    std::iota(members.begin(), members.end(), std::size_t{0});
    return members;
}

// Each group with the pooled frequencies of the members, restricted to its candidates.
std::vector<oracle::Centred> centred(const OwnedTable& table,
                                     const std::vector<std::size_t>& members) {
    std::vector<long double> pooled(table.items, 0.0L);
    for (const std::size_t g : members)
        for (std::size_t k = 0; k < table.groups[g].counts.size(); ++k)
            pooled[table.groups[g].items[k]] += table.groups[g].counts[k];
    std::vector<oracle::Centred> result;
    for (const std::size_t g : members) {
        oracle::Centred& own = result.emplace_back();
        own.counts = table.groups[g].counts;
        long double total = 0.0L;
        for (const std::uint32_t item : table.groups[g].items) total += pooled[item];
        for (const std::uint32_t item : table.groups[g].items)
            own.mean.push_back(total > 0.0L ? pooled[item] / total : 0.0L);
    }
    return result;
}

void check_fit(const OwnedTable& table, const std::vector<std::size_t>& members) {
    const auto prior = fit_dirichlet_prior(table.view(), members);
    REQUIRE(prior.has_value());
    const double expected = oracle::best_concentration(centred(table, members));
    CAPTURE(prior->concentration, expected);
    CHECK(std::abs(std::log(prior->concentration / expected)) < 2e-6);
}

void check_posterior(const std::optional<Posterior>& actual,
                     const oracle::Centred& group,
                     double A) {
    REQUIRE(actual.has_value());
    oracle::Exact a;
    for (std::size_t k = 0; k < group.counts.size(); ++k)
        if (group.mean[k] > 0.0L || group.counts[k] > 0)
            a.push_back(oracle::Dec50(A) * oracle::Dec50(group.mean[k]) + group.counts[k]);
    CHECK(close(actual->mean, oracle::mean_entropy(a).convert_to<double>(), 1e-13));
    const auto variance = oracle::variance_of_entropy(a).convert_to<double>();
    CHECK(close(actual->sd * actual->sd, variance, 1e-12, 1e-20));
}

// Around a common distribution with a concentration that the fit can find.
OwnedTable alike(Random& random, std::size_t groups, std::size_t K, double A, bool own_candidates) {
    const Vector common = random_distribution(random, K, 1.0);
    OwnedTable table;
    table.items = K;
    for (std::size_t g = 0; g < groups; ++g) {
        OwnedGroup& group = table.groups.emplace_back();
        group.items = random_permutation(random, K);
        if (own_candidates) group.items.resize(1 + random.below(K));
        Vector a;
        for (const std::uint32_t item : group.items) a.push_back(A * common[item]);
        group.counts = choices(random, dirichlet_variate(random, a), random.below(40));
    }
    return table;
}

}  // namespace

TEST_CASE("fit_dirichlet_prior: A has the largest Dirichlet-multinomial likelihood",
          "[metrics][pooling][golden]") {
    Random random(711);
    for (int repeat = 0; repeat < 24; ++repeat) {
        const double A = std::exp(4.0 * random.uniform() - 1.0);
        const OwnedTable table =
            alike(random, 6 + random.below(20), 2 + random.below(12), A, repeat % 2 == 1);
        check_fit(table, all_of(table));
    }
}

TEST_CASE("fit_dirichlet_prior: of the members alone", "[metrics][pooling]") {
    Random random(712);
    OwnedTable table = alike(random, 24, 6, 4.0, true);
    const std::vector<std::size_t> even{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22};
    check_fit(table, even);
    const auto before = fit_dirichlet_prior(table.view(), even);
    for (std::size_t g = 1; g < 24; g += 2)
        for (std::uint32_t& count : table.groups[g].counts) count = 3 * count + 1;
    const auto after = fit_dirichlet_prior(table.view(), even);
    CHECK(before->concentration == after->concentration);
    CHECK(before->mean == after->mean);
}

TEST_CASE("fit_dirichlet_prior: many observations a group", "[metrics][pooling]") {
    Random random(713);
    OwnedTable table;
    table.items = 4;
    for (int g = 0; g < 8; ++g)
        table.groups.push_back(
            {.counts = choices(random, dirichlet_variate(random, {8.0, 4.0, 2.0, 1.0}), 20'000),
             .items = first_items(4)});
    check_fit(table, all_of(table));
}

TEST_CASE("fit_dirichlet_prior: groups that are all the same have an infinite A",
          "[metrics][pooling]") {
    for (const std::uint32_t scale : {1U, 10U, 1'000U}) {
        const std::vector<std::uint32_t> counts{5 * scale, 3 * scale, 2 * scale, 0};
        const auto prior =
            fit_dirichlet_prior(table_of({counts, counts, counts}).view(), {0, 1, 2});
        REQUIRE(prior.has_value());
        CHECK(prior->concentration == infinity);
        CHECK(prior->mean == Vector{0.5, 0.3, 0.2, 0.0});
    }
    // One group is like itself; so are groups that agree more than chance would let them.
    CHECK(fit_dirichlet_prior(table_of({{4, 1, 7}}).view(), {0})->concentration == infinity);
    CHECK(fit_dirichlet_prior(table_of({{1, 1}, {1, 1}}).view(), {0, 1})->concentration ==
          infinity);
}

TEST_CASE("fit_dirichlet_prior: groups with nothing in common have the smallest A",
          "[metrics][pooling]") {
    const auto prior =
        fit_dirichlet_prior(table_of({{9, 0, 0}, {0, 9, 0}, {0, 0, 9}}).view(), {0, 1, 2});
    REQUIRE(prior.has_value());
    CHECK(prior->concentration < 1e-3);
    CHECK(prior->concentration > 0.0);
}

TEST_CASE("fit_dirichlet_prior: nothing where no group has two observations",
          "[metrics][pooling]") {
    CHECK_FALSE(fit_dirichlet_prior(table_of({{1, 0}, {0, 1}, {0, 0}}).view(), {0, 1, 2}));
    CHECK_FALSE(fit_dirichlet_prior(table_of({{0, 0}}).view(), {0}));
    CHECK_FALSE(fit_dirichlet_prior(table_of({{2, 1}}).view(), {}));
    for (const auto& posterior : empirical_bayes(table_of({{1, 0}, {0, 1}, {0, 0}}).view()))
        CHECK_FALSE(posterior);
    CHECK(empirical_bayes(CountsTable{}).empty());
    CHECK(empirical_bayes_hierarchical(CountsTable{}).empty());
}

TEST_CASE("fit_dirichlet_prior: a single observation says nothing of A, but belongs to m",
          "[metrics][pooling]") {
    const OwnedTable table = table_of({{3, 1, 0}, {0, 2, 3}, {0, 0, 1}, {1, 0, 0}});
    check_fit(table, all_of(table));
    const auto prior = fit_dirichlet_prior(table.view(), all_of(table));
    CHECK(close(prior->mean[0], 4.0 / 11.0, 1e-15));
    CHECK(close(prior->mean[2], 4.0 / 11.0, 1e-15));
}

TEST_CASE("empirical_bayes: posterior means and deviations in 50 digits",
          "[metrics][pooling][golden]") {
    Random random(714);
    for (int repeat = 0; repeat < 10; ++repeat) {
        OwnedTable table = alike(random, 12, 2 + random.below(8), 3.0, repeat % 2 == 1);
        table.groups[3].counts.assign(table.groups[3].counts.size(), 0);
        const CountsTable view = table.view();
        const auto prior = fit_dirichlet_prior(view, all_of(table));
        REQUIRE(prior.has_value());
        REQUIRE(std::isfinite(prior->concentration));
        const auto groups = centred(table, all_of(table));
        const auto posteriors = empirical_bayes(view);
        REQUIRE(posteriors.size() == groups.size());
        for (std::size_t g = 0; g < groups.size(); ++g) {
            CAPTURE(g, view.groups[g].n);
            long double mass = 0.0L;
            for (const long double m : groups[g].mean) mass += m;
            if (mass > 0.0L)
                check_posterior(posteriors[g], groups[g], prior->concentration);
            else
                CHECK_FALSE(posteriors[g]);
        }
    }
}

TEST_CASE("empirical_bayes: an infinite A gives H(m) for certain", "[metrics][pooling]") {
    const auto posteriors = empirical_bayes(table_of({{5, 3, 2}, {5, 3, 2}, {0, 0, 0}}).view());
    for (const auto& posterior : posteriors) {
        REQUIRE(posterior.has_value());
        CHECK(close(posterior->mean, oracle::shannon_entropy(Vector{0.5, 0.3, 0.2}), 1e-15));
        CHECK(posterior->sd == 0.0);
    }
}

TEST_CASE("empirical_bayes: nothing for a group none of whose items was ever seen",
          "[metrics][pooling]") {
    OwnedTable table = table_of({{5, 3, 0, 0}, {1, 6, 0, 0}});
    table.groups.push_back({.counts = {0, 0}, .items = {2, 3}});
    table.groups.push_back({.counts = {0, 0}, .items = {1, 2}});
    const auto posteriors = empirical_bayes(table.view());
    CHECK(posteriors[0].has_value());
    CHECK_FALSE(posteriors[2].has_value());
    REQUIRE(posteriors[3].has_value());  // of its two items only one is ever chosen
    CHECK(posteriors[3]->mean == 0.0);
    CHECK(posteriors[3]->sd == 0.0);
}

TEST_CASE("empirical_bayes: billions of observations", "[metrics][pooling]") {
    const std::vector<std::uint32_t> one{2'000'000'000, 1'000'000'000, 500'000'000, 0};
    const std::vector<std::uint32_t> other{1'000'000'000, 1'500'000'000, 1, 700'000'000};
    const auto posteriors = empirical_bayes(table_of({one, other, {1, 0, 2, 0}}).view());
    for (std::size_t g = 0; g < 2; ++g) {
        REQUIRE(posteriors[g].has_value());
        const double H = oracle::shannon_entropy(shares(g == 0 ? one : other));
        CHECK(close(posteriors[g]->mean, H, 1e-7));
        CHECK(posteriors[g]->sd < 1e-4);
        CHECK(posteriors[g]->sd > 1e-6);
    }
    CHECK(posteriors[2]->sd > 0.05);
}
