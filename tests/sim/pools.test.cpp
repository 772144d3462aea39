#include "sim/pools.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

// Forty items whose popularity falls with a number that is not theirs; the classes disagree.
sim::ExplicitPopulation shop() {
    std::vector<double> first(40), second(40);
    double sum_first = 0.0, sum_second = 0.0;
    for (std::size_t b = 0; b < 40; ++b) {
        const std::size_t rank = b * 7 % 40;
        first[b] = 1.0 / static_cast<double>(1 + rank);
        second[b] = rank < 30 ? 1.0 / static_cast<double>(1 + (rank + 5) % 40) : 0.0;
        sum_first += first[b];
        sum_second += second[b];
    }
    for (double& p : first) p /= sum_first;
    for (double& p : second) p /= sum_second;
    sim::AttributeSpec attribute;
    attribute.name = "age";
    attribute.levels = {"a", "b"};
    attribute.class_levels = matrix({{1.0, 0.0}, {0.0, 1.0}});
    return {.class_weights = {0.5, 0.5},
            .item_probabilities = matrix({first, second}),
            .concentration = std::vector<double>(2, std::numeric_limits<double>::infinity()),
            .attributes = {attribute}};
}

const sim::Group second_class{.proxy = {0}, .levels = {1}};

std::vector<sim::ItemId> most_popular_first(const sim::ExplicitPopulation& shop) {
    std::vector<sim::ItemId> items = all_items(40);
    std::stable_sort(items.begin(), items.end(), [&](sim::ItemId a, sim::ItemId b) {
        const auto p = [&](sim::ItemId i) {
            return shop.item_probabilities(0, i) + shop.item_probabilities(1, i);
        };
        return p(a) > p(b);
    });
    return items;
}

}  // namespace

TEST_CASE("Pools: popular and group-popular pools hold the most probable items in order",
          "[sim][pools]") {
    const auto spec = shop();
    const sim::Population population = population_of(spec);
    const sim::Pools pools(population, 1, 0);
    auto popular = most_popular_first(spec);
    popular.resize(12);
    CHECK(pools.candidates(sim::MostProbable{12}, {}, 0) == popular);
    // The second class chooses thirty items; the other ten are filled up by overall popularity.
    const auto own = pools.candidates(sim::GroupPopular{.count = 35, .users = {}}, second_class, 0);
    REQUIRE(own.size() == 35);
    for (std::size_t i = 1; i < 30; ++i)
        CHECK(spec.item_probabilities(1, own[i - 1]) >= spec.item_probabilities(1, own[i]));
    std::vector<sim::ItemId> rest;
    for (const sim::ItemId item : most_popular_first(spec))
        if (spec.item_probabilities(1, item) == 0.0) rest.push_back(item);
    rest.resize(5);
    CHECK(std::vector<sim::ItemId>(own.begin() + 30, own.end()) == rest);
}

TEST_CASE("Pools: a group's own users fill its pool in proportion to what they choose",
          "[sim][pools]") {
    const auto spec = shop();
    const sim::Population population = population_of(spec);
    const sim::Pools pools(population, 1, 0);
    // With one user the first item of the pool is his choice.
    std::vector<std::uint64_t> first(40, 0U);
    for (std::uint64_t group = 0; group < 20'000; ++group) {
        const auto pool =
            pools.candidates(sim::GroupPopular{.count = 5, .users = 1}, second_class, group);
        ++first[pool.front()];
    }
    const auto p = [&](Eigen::Index z) {
        return std::vector<double>(spec.item_probabilities.row(z).data(),
                                   spec.item_probabilities.row(z).data() + 40);
    };
    CHECK(chi_square_p(first, p(1)) > chi_square_level);
    CHECK(chi_square_p(first, p(0)) < chi_square_level);
}

TEST_CASE(
    "Pools: each stratum of the popularity order gives its share, all items of it equally often",
    "[sim][pools]") {
    const auto spec = shop();
    const sim::Population population = population_of(spec);
    const sim::Pools pools(population, 9, 0);
    const auto order = most_popular_first(spec);
    constexpr std::uint64_t groups = 20'000;
    std::vector<std::uint64_t> often(40, 0U);  // by place in the popularity order
    for (std::uint64_t group = 0; group < groups; ++group) {
        const auto pool = pools.candidates(
            sim::SampledPool{.count = 8, .strata = 4, .per_group = true}, {}, group);
        std::vector<std::size_t> places;
        for (const sim::ItemId item : pool)
            places.push_back(static_cast<std::size_t>(std::find(order.begin(), order.end(), item) -
                                                      order.begin()));
        CHECK(std::is_sorted(places.begin(), places.end()));
        for (std::size_t i = 0; i < 8; ++i) CHECK(places[i] / 10 == i / 2);
        for (const std::size_t place : places) ++often[place];
    }
    // Two of ten: z of a binomial, 40 of them.
    for (const std::uint64_t times : often)
        CHECK(std::abs((static_cast<double>(times) - 0.2 * groups) /
                       std::sqrt(groups * 0.2 * 0.8)) < 4.5);
    // One pool for the world unless each group has its own.
    const sim::SampledPool shared{.count = 8, .strata = 1, .per_group = false};
    CHECK(pools.candidates(shared, {}, 3) == pools.candidates(shared, second_class, 4));
    CHECK(sim::Pools(population, 9, 1).candidates(shared, {}, 3) !=
          pools.candidates(shared, {}, 3));
}

TEST_CASE("Pools: pages are shown as listed, reversed, or in random order", "[sim][pools]") {
    const sim::Population population = population_of(shop());
    const sim::Pools pools(population, 2, 0);
    const std::vector<sim::ItemId> listed{4, 9, 1};
    CHECK(pools.shown(sim::Display::listed, listed, 0, 0) == listed);
    CHECK(pools.shown(sim::Display::reversed, listed, 0, 0) == std::vector<sim::ItemId>{1, 9, 4});
    std::vector<std::uint64_t> orders(6, 0U);
    std::vector<std::vector<sim::ItemId>> all;
    std::vector<sim::ItemId> order{1, 4, 9};
    do {
        all.push_back(order);
    } while (std::next_permutation(order.begin(), order.end()));
    for (std::uint32_t slot = 0; slot < 12'000; ++slot) {
        const auto page = pools.shown(sim::Display::random, listed, 5, slot);
        ++orders[static_cast<std::size_t>(std::find(all.begin(), all.end(), page) - all.begin())];
    }
    CHECK(chi_square_p(orders, std::vector<double>(6, 1.0 / 6.0)) > chi_square_level);
}

TEST_CASE("Pools: a world of a million items offers a small pool, whose choice is exact",
          "[sim][pools]") {
    sim::GeneratedPopulation spec{.items = 1'000'000,
                                  .classes = 2,
                                  .popularity = {sim::Popularity::Kind::zipf, 1.0},
                                  .tilt_sd = 0.0,
                                  .class_weights = std::vector<double>{0.5, 0.5},
                                  .concentration = {10.0, 10.0},
                                  .attributes = {}};
    const sim::Population population = population_of(spec);
    const auto pool = sim::Pools(population, 1, 0).candidates(sim::MostProbable{3}, {}, 0);
    CHECK(pool == std::vector<sim::ItemId>{0, 1, 2});
    const auto truth = sim::find_truth(population, context_of({}, {}, pool)).truth.value();
    // Among the three, 1 : 1/2 : 1/3, though they have 13 % of all choices.
    CHECK(truth.distribution[0] == Approx(6.0 / 11.0).epsilon(1e-13));
    CHECK(truth.distribution[2] == Approx(2.0 / 11.0).epsilon(1e-13));
}

}  // namespace truegap::test
