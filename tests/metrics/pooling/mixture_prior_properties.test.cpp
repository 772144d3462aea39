#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "metrics/estimators/nsb.hpp"
#include "metrics/pooling/mixture_prior.hpp"

#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;

bool finite(const std::vector<double>& values) {
    return std::all_of(
        values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

void check_domain(const OwnedTable& table) {
    const auto groups = mixture_posteriors(table.view());
    REQUIRE(groups.size() == table.groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const PooledGroup& group = groups[g];
        const std::vector<std::uint32_t>& counts = table.groups[g].counts;
        const auto K = static_cast<double>(counts.size());
        CAPTURE(g, counts, table.groups[g].items);
        CHECK((group.entropy.mean >= 0.0 && group.entropy.mean <= std::log(K) + 1e-12));
        CHECK((group.entropy.sd >= 0.0 && group.entropy.sd <= std::log(K) / 2.0 + 1e-12));
        CHECK((group.pooled_weight >= 0.0 && group.pooled_weight <= 1.0 + 1e-12));
        REQUIRE(group.mean.size() == counts.size());
        REQUIRE(group.entropy_without_one.size() == counts.size());
        CHECK(finite(group.mean));
        CHECK(close(std::accumulate(group.mean.begin(), group.mean.end(), 0.0), 1.0, 1e-12));
        for (std::size_t k = 0; k < counts.size(); ++k) {
            CHECK(group.mean[k] > 0.0);
            CHECK((group.entropy_without_one[k] >= 0.0 &&
                   group.entropy_without_one[k] <= std::log(K) + 1e-12));
            if (counts[k] == 0) CHECK(group.entropy_without_one[k] == 0.0);
        }
    }
}

void check_same(const PooledGroup& one, const PooledGroup& other, double tolerance) {
    CHECK(close(one.entropy.mean, other.entropy.mean, tolerance));
    CHECK(close(one.entropy.sd, other.entropy.sd, tolerance));
    CHECK(close(one.pooled_weight, other.pooled_weight, tolerance));
}

}  // namespace

TEST_CASE("mixture_posteriors: within their domains on random tables",
          "[metrics][pooling][property]") {
    Random random(751);
    for (int repeat = 0; repeat < 300; ++repeat) check_domain(random_table(random));
    for (int repeat = 0; repeat < 60; ++repeat) {
        OwnedTable table;
        table.items = 1 + random.below(10);
        for (std::uint64_t g = 1 + random.below(4); g > 0; --g) {
            const Shape shape = all_shapes[random.below(std::size(all_shapes))];
            table.groups.push_back({.counts = random_counts(random, shape, table.items),
                                    .items = random_permutation(random, table.items),
                                    .parent = {}});
        }
        check_domain(table);
    }
    CHECK(mixture_posteriors(CountsTable{}).empty());
}

TEST_CASE("mixture_posteriors: items' labels and the groups' order do not matter",
          "[metrics][pooling][property]") {
    Random random(752);
    for (int repeat = 0; repeat < 40; ++repeat) {
        const OwnedTable table = random_table(random);
        const auto label = random_permutation(random, table.items);
        const auto order = random_permutation(random, table.groups.size());
        OwnedTable other;
        other.items = table.items;
        for (const std::uint32_t g : order) {
            OwnedGroup group = table.groups[g];
            for (std::uint32_t& item : group.items) item = label[item];
            std::reverse(group.items.begin(), group.items.end());
            std::reverse(group.counts.begin(), group.counts.end());
            other.groups.push_back(std::move(group));
        }
        const auto before = mixture_posteriors(table.view());
        const auto after = mixture_posteriors(other.view());
        for (std::size_t i = 0; i < order.size(); ++i) {
            const PooledGroup& one = before[order[i]];
            check_same(one, after[i], 1e-9);
            const std::size_t K = one.mean.size();
            for (std::size_t k = 0; k < K; ++k) {
                CHECK(close(one.mean[k], after[i].mean[K - 1 - k], 1e-9));
                CHECK(close(
                    one.entropy_without_one[k], after[i].entropy_without_one[K - 1 - k], 1e-9));
            }
        }
    }
}

TEST_CASE("mixture_posteriors: a group without others rests on K alone, near nsb",
          "[metrics][pooling]") {
    Random random(753);
    double farthest = 0.0;
    for (int repeat = 0; repeat < 100; ++repeat) {
        const std::size_t K = 2 + random.below(30);
        const auto counts =
            random_counts(random, repeat % 2 == 0 ? Shape::mixed : Shape::sparse, K);
        const auto single = mixture_posteriors(table_of({counts}).view());
        CHECK(single[0].pooled_weight == 0.0);
        const auto nsb = Nsb{}.posterior(counts_view(counts, K));
        REQUIRE(nsb.has_value());
        CAPTURE(counts, single[0].entropy.mean, single[0].entropy.sd, nsb->mean, nsb->sd);
        farthest = std::max(farthest, std::abs(single[0].entropy.mean - nsb->mean) / nsb->sd);
        CHECK(single[0].entropy.sd < 1.5 * nsb->sd);
    }
    // The same kind of prior, but its weights have already seen this very group: counts evener than
    // chance would make them bring A to its largest value.
    CAPTURE(farthest);
    CHECK(farthest < 2.0);
    const auto empty = mixture_posteriors(table_of({{0, 0}, {0, 0}}).view());
    for (const PooledGroup& group : empty) CHECK(group.pooled_weight == 0.0);
}

TEST_CASE("mixture_posteriors: groups that are alike are pooled, one unlike them falls back",
          "[metrics][pooling]") {
    Random random(754);
    const std::size_t K = 20;
    std::vector<double> common(K);
    for (std::size_t k = 0; k < K; ++k) common[k] = 1.0 / static_cast<double>((k + 1) * (k + 1));
    common = normalised(common);
    std::vector<double> a(common);
    for (double& a_k : a) a_k *= 50.0;
    std::vector<std::vector<std::uint32_t>> counts;
    for (int g = 0; g < 40; ++g)
        counts.push_back(choices(random, dirichlet_variate(random, a), 20));
    counts.emplace_back(K, 2);  // chooses all alike
    const auto groups = mixture_posteriors(table_of(counts).view());
    for (std::size_t g = 0; g < 40; ++g) CHECK(groups[g].pooled_weight > 0.9);
    CHECK(groups[40].pooled_weight < least_pooled_weight);
    CHECK(groups[40].entropy.mean > 2.6);
    // A group without observations is taken to be like the others.
    counts.back().assign(K, 0);
    const auto without = mixture_posteriors(table_of(counts).view());
    CHECK(without[40].pooled_weight > 0.9);
    for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(without[40].mean[k] - common[k]) < 0.1);
}

TEST_CASE("mixture_posteriors: many observations bring the frequencies and their entropy",
          "[metrics][pooling]") {
    const std::vector<std::uint32_t> counts{500'000, 300'000, 150'000, 50'000};
    const auto groups = mixture_posteriors(table_of({counts, {3, 2, 9, 7}, {1, 0, 4, 4}}).view());
    const auto p = shares(counts);
    double H = 0.0;
    for (std::size_t k = 0; k < p.size(); ++k) {
        H -= p[k] * std::log(p[k]);
        CHECK(close(groups[0].mean[k], p[k], 1e-4));
    }
    CHECK(std::abs(groups[0].entropy.mean - H) < 1e-4);
    CHECK(groups[0].entropy.sd < 1e-3);
    for (const double without : groups[0].entropy_without_one)
        CHECK(std::abs(without - groups[0].entropy.mean) < 1e-5);
}
