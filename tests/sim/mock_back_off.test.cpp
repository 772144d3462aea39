#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "naive_truth.hpp"
#include "random_worlds.hpp"

#include "adapters/mock/back_off.hpp"

namespace truegap::test {
namespace {

using Vector = std::vector<double>;
using Cells = std::vector<adapters::TrainingUsers::Cell>;

// q of the group that has the first `depth` attributes of the context's, by recursion.
Vector naive_back_off(const Cells& cells,
                      const sim::Context& context,
                      double strength,
                      std::size_t depth) {
    const std::size_t items = context.candidates.size();
    const Vector parent = depth == 0 ? Vector(items, 1.0 / static_cast<double>(items))
                                     : naive_back_off(cells, context, strength, depth - 1);
    double n = 0.0;
    Vector counts(items, 0.0);
    for (const auto& cell : cells) {
        bool inside = true;
        for (std::size_t i = 0; i < depth; ++i)
            inside = inside && cell.group.levels[context.group.proxy[i]] == context.group.levels[i];
        if (!inside) continue;
        n += cell.users;
        for (std::size_t k = 0; k < items; ++k) counts[k] += cell.choices[k];
    }
    Vector q(items);
    for (std::size_t k = 0; k < items; ++k)
        q[k] = (counts[k] + strength * parent[k]) / (n + strength);
    return q;
}

double worst_difference(const metrics::Distribution& q, const Vector& expected) {
    double worst = q.size() == expected.size() ? 0.0 : 1.0;
    for (std::size_t k = 0; k < q.size(); ++k)
        worst = std::max(worst, std::abs(q[k] - expected[k]));
    return worst;
}

sim::Context of_both(sim::Proxy proxy, std::vector<sim::ItemId> candidates) {
    return context_of({.proxy = std::move(proxy), .levels = {1, 0}}, {}, std::move(candidates));
}

}  // namespace

TEST_CASE("back_off: its formula, given what the training users chose", "[sim][mock][back_off]") {
    Dice dice(81);
    double worst = 0.0;
    int deep = 0;
    int untrained = 0;
    for (const WorldKind kind : all_world_kinds) {
        for (int i = 0; i < 30; ++i) {
            RandomWorld random = random_world(dice, kind);
            const auto users = static_cast<std::uint32_t>(1 + dice.below(40));
            const double strength = dice.between(0.1, 10.0);
            const adapters::Belief belief = adapters::back_off(random.world(), users, strength);
            const adapters::TrainingUsers training(random.world(), users);
            for (int question = 0; question < 4; ++question) {
                random.context.group = random_group(dice, random.spec);
                if (question == 2) random.context.history.clear();
                const Cells cells = training.asked(random.context);
                std::uint32_t total = 0;
                for (const auto& cell : cells) {
                    total += cell.users;
                    CHECK(std::accumulate(cell.choices.begin(), cell.choices.end(), 0U) ==
                          cell.users);
                }
                CHECK(total == users);
                const std::size_t depth = random.context.group.proxy.size();
                worst = std::max(
                    worst,
                    worst_difference(belief(random.context),
                                     naive_back_off(cells, random.context, strength, depth)));
                deep += depth == 2 ? 1 : 0;
                untrained +=
                    std::none_of(cells.begin(),
                                 cells.end(),
                                 [&](const auto& cell) {
                                     return sim::contains(random.context.group, cell.group);
                                 })
                        ? 1
                        : 0;
            }
        }
    }
    CHECK(worst < 1e-14);
    CHECK(deep > 100);
    CHECK(untrained > 10);
}

TEST_CASE("back_off: by hand, with strength far above and far below the users",
          "[sim][mock][back_off]") {
    const sim::Population population = population_of(small_population());
    const sim::World world{.population = population, .seed = 4, .index = 0};
    const sim::Context context = of_both({0, 1}, {3, 0, 2});
    CHECK(worst_difference(adapters::back_off(world, 50, 1e9)(context), Vector(3, 1.0 / 3.0)) <
          1e-7);
    // Many users, no strength to speak of: the group's own target without history.
    const Vector p = naive_target(small_population(), context);
    ZScores z;
    constexpr std::uint32_t users = 100'000'000;
    const auto q = adapters::back_off(world, users, 1e-9)(context);
    const double n = users * (0.6 * 0.3 * 0.54 + 0.4 * 0.8 * 0.39);
    for (std::size_t k = 0; k < 3; ++k) z.add(q[k], p[k], std::sqrt(p[k] * (1.0 - p[k]) / n));
    CHECK(z.beyond() == 0);
    ZScores planted;
    planted.add(q[0], p[0] * 1.002, std::sqrt(p[0] * (1.0 - p[0]) / n));
    CHECK(planted.beyond() == 1);
}

TEST_CASE("back_off: the order of the attributes is the order of backing off",
          "[sim][mock][back_off]") {
    const sim::Population population = population_of(small_population());
    const sim::World world{.population = population, .seed = 4, .index = 0};
    const adapters::Belief belief = adapters::back_off(world, 40, 5.0);
    const sim::Context age_first{of_both({0, 1}, {3, 0, 2})};
    sim::Context gender_first = age_first;
    gender_first.group = {.proxy = {1, 0}, .levels = {0, 1}};
    const auto q = belief(gender_first);
    CHECK(worst_difference(belief(age_first), {q.begin(), q.end()}) > 1e-6);
}

TEST_CASE("back_off: training users of every group, who choose as its users do",
          "[sim][mock][back_off]") {
    // Sizes and choices over many worlds, against P(cell) and P(b | cell, C) in 50 digits.
    const sim::ExplicitPopulation spec = small_population();
    const BigPopulation exact(spec);
    const sim::Population population = population_of(spec);
    const sim::Context context = context_of({}, {2, 2}, {3, 0, 2});
    constexpr std::uint32_t worlds = 20'000;
    constexpr std::uint32_t m = 6;
    std::map<std::vector<std::uint32_t>, Vector> sums;  // by levels: users, users^2, choices
    for (std::uint32_t index = 0; index < worlds; ++index) {
        const sim::World world{.population = population, .seed = 4, .index = index};
        for (const auto& cell : adapters::TrainingUsers(world, m).asked(context)) {
            Vector& sum = sums.try_emplace(cell.group.levels, Vector(5, 0.0)).first->second;
            sum[0] += cell.users;
            sum[1] += cell.users * cell.users;
            for (std::size_t k = 0; k < 3; ++k) sum[2 + k] += cell.choices[k];
        }
    }
    REQUIRE(sums.size() == 4);
    ZScores z;
    ZScores planted;
    for (const auto& [levels, sum] : sums) {
        const sim::Group group{.proxy = {0, 1}, .levels = levels};
        const double share = naive_truth(exact, group, {}, context.candidates)
                                 .group_probability.convert_to<double>();
        const double variance = share * (1.0 - share);
        z.add(sum[0] / (m * worlds), share, std::sqrt(variance / (m * worlds)));
        // E[n^2] = m share (1 + (m - 1) share); its error from a bound on the fourth moment.
        z.add(sum[1] / worlds,
              m * share * (1.0 + (m - 1) * share),
              std::sqrt(m * m * sum[1] / worlds / worlds));
        const Vector p = naive_target(spec, context_of(group, {}, context.candidates));
        const Vector with_history =
            naive_target(spec, context_of(group, {2, 2}, context.candidates));
        for (std::size_t k = 0; k < 3; ++k) {
            const double error = std::sqrt(p[k] * (1.0 - p[k]) / sum[0]);
            z.add(sum[2 + k] / sum[0], p[k], error);
            planted.add(sum[2 + k] / sum[0], with_history[k], error);
        }
    }
    CHECK(z.tested() == 20);
    CHECK(z.beyond() == 0);
    CHECK(planted.beyond() > 4);
}

TEST_CASE("back_off: the same training users for every context, new ones in every world",
          "[sim][mock][back_off]") {
    Dice dice(82);
    const auto spec = random_population(dice, {.homogeneous = 1.0});
    const sim::Population population = population_of(spec);
    const auto training = [&](std::uint32_t index) {
        return adapters::TrainingUsers({.population = population, .seed = 4, .index = index}, 200);
    };
    const sim::Context listed = context_of({}, {}, {0, 1, 2, 3, 4});
    sim::Context other = context_of({.proxy = {1}, .levels = {0}}, {3}, {3, 1, 4, 0, 2});
    other.id = 17;
    const Cells first = training(0).asked(listed);
    const Cells second = training(0).asked(other);
    REQUIRE(first.size() == second.size());
    for (std::size_t cell = 0; cell < first.size(); ++cell)
        for (std::size_t k = 0; k < 5; ++k)  // whatever the order in which they are shown
            CHECK(second[cell].choices[k] == first[cell].choices[other.candidates[k]]);
    const Cells elsewhere = training(1).asked(listed);
    CHECK_FALSE(std::equal(first.begin(),
                           first.end(),
                           elsewhere.begin(),
                           elsewhere.end(),
                           [](const auto& a, const auto& b) { return a.choices == b.choices; }));
    // A belief that was asked something else in between says the same again.
    const adapters::Belief belief =
        adapters::back_off({.population = population, .seed = 4, .index = 0}, 200, 2.0);
    const auto before = belief(listed);
    static_cast<void>(belief(context_of({}, {}, {1, 0})));
    const auto after = belief(listed);
    CHECK(std::equal(before.begin(), before.end(), after.begin(), after.end()));
}

}  // namespace truegap::test
