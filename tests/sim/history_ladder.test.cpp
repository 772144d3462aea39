#include "sim/history_ladder.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "naive_attributes.hpp"
#include "naive_truth.hpp"

#include "sim/ladder.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

const std::vector<sim::Proxy> chain{{}, {0}, {1, 0}};

std::vector<sim::HistoryInformation> rungs(const sim::Population& population,
                                           const sim::ExplicitPopulation& spec,
                                           const std::vector<std::uint32_t>& lengths,
                                           std::uint32_t events,
                                           const sim::LadderEffort& effort = {}) {
    return sim::history_ladder(population,
                               chain,
                               lengths,
                               spec.attributes,
                               {.seed = 3, .world = 1, .events = events, .effort = effort});
}

// E_h[H(B | delta, h)] by listing every sequence, in 50 digits.
double naive_average(const sim::ExplicitPopulation& spec,
                     const sim::Proxy& proxy,
                     std::uint32_t length) {
    const BigPopulation big(spec);
    const std::size_t items = big.items.front().size();
    Big result = 0;
    for (const sim::Group& group : sim::all_groups(proxy, spec.attributes))
        for (const sim::History& history : all_histories(items, length)) {
            Big weight = 0;
            for (std::size_t z = 0; z < big.weights.size(); ++z)
                weight += class_and_group(big, z, group) * urn_probability(big, z, history);
            if (weight > 0)
                result += weight * naive_truth(big, group, history, all_items(items)).entropy;
        }
    return result.convert_to<double>();
}

// A world in which something changes: everything a class path and a lag decide.
struct Changing {
    sim::ExplicitPopulation spec;
    sim::RowMatrix transition, earlier;  // earlier: B of lags from first_earlier on
    std::uint32_t first_earlier = 1000, steps = 1, events = 0;
};

double item_probability(const Changing& world, std::uint32_t lag, std::size_t z, std::size_t b) {
    const auto& rows = lag < world.first_earlier ? world.spec.item_probabilities : world.earlier;
    return rows(static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(b));
}

// P(delta, h, target b) by listing every path of classes.
double path_sum(const Changing& world,
                const sim::Group& group,
                const sim::History& history,
                std::size_t target) {
    const std::size_t classes = world.spec.class_weights.size();
    const std::size_t times = world.events + world.steps;  // the target is the last
    const auto unseen = world.events - history.size();
    std::size_t paths = 1;
    for (std::size_t t = 0; t < times; ++t) paths *= classes;
    double sum = 0.0;
    for (std::size_t path = 0; path < paths; ++path) {
        std::vector<std::size_t> z(times);
        for (std::size_t t = 0, rest = path; t < times; ++t, rest /= classes) z[t] = rest % classes;
        double p = world.spec.class_weights[z[0]];
        for (std::size_t i = 0; i < group.proxy.size(); ++i)
            p *= std::get<sim::RowMatrix>(world.spec.attributes[group.proxy[i]].class_levels)(
                static_cast<Eigen::Index>(z[0]), static_cast<Eigen::Index>(group.levels[i]));
        for (std::size_t t = 1; t < times; ++t)
            p *= world.transition(static_cast<Eigen::Index>(z[t - 1]),
                                  static_cast<Eigen::Index>(z[t]));
        for (std::size_t i = 0; i < history.size(); ++i)
            p *= item_probability(world,
                                  static_cast<std::uint32_t>(times - 1 - (unseen + i)),
                                  z[unseen + i],
                                  history[i]);
        sum += p * item_probability(world, 0, z[times - 1], target);
    }
    return sum;
}

double naive_average(const Changing& world, const sim::Proxy& proxy, std::uint32_t length) {
    const auto items = static_cast<std::size_t>(world.spec.item_probabilities.cols());
    double result = 0.0;
    for (const sim::Group& group : sim::all_groups(proxy, world.spec.attributes))
        for (const sim::History& history : all_histories(items, length)) {
            std::vector<double> joint;
            double total = 0.0;
            for (std::size_t b = 0; b < items; ++b) {
                joint.push_back(path_sum(world, group, history, b));
                total += joint.back();
            }
            for (const double p : joint)
                if (p > 0.0) result -= p * std::log(p / total);
        }
    return result;
}

Changing random_changing(Dice& dice, bool moves) {
    Changing world;
    world.spec =
        random_population(dice, {.classes = 2, .items = 3, .attributes = 2, .homogeneous = 1.0});
    for (auto& attribute : world.spec.attributes) attribute.informativeness = 1.0;
    world.transition = moves ? matrix({dice.simplex(2, 1.0), dice.simplex(2, 1.0)})
                             : sim::RowMatrix(sim::RowMatrix::Identity(2, 2));
    world.earlier = matrix({dice.simplex(3, 1.0), dice.simplex(3, 1.0)});
    world.steps = 1 + static_cast<std::uint32_t>(dice.below(2));
    world.events = 2 + static_cast<std::uint32_t>(dice.below(2));
    return world;
}

}  // namespace

TEST_CASE("ladder over histories: agrees with listing every sequence", "[sim][ladder]") {
    Dice dice(501);
    for (int round = 0; round < 25; ++round) {
        const sim::ExplicitPopulation spec =
            random_population(dice, {.classes = 3, .items = 3, .attributes = 2, .zeros = 0.1});
        const auto found = rungs(population_of(spec), spec, {2, 0, 1, 3}, 3);
        REQUIRE(found.size() == 9);
        for (const auto& rung : found) {
            REQUIRE_FALSE(rung.standard_error);
            REQUIRE(rung.conditional_entropy ==
                    Approx(naive_average(spec, rung.proxy, rung.length)).margin(1e-12));
        }
    }
}

TEST_CASE("ladder over histories: of a moving class, by listing every path of classes",
          "[sim][ladder]") {
    Dice dice(502);
    for (int round = 0; round < 20; ++round) {
        const Changing world = random_changing(dice, true);
        const sim::Population population = sim::make_population(
            world.spec,
            1,
            0,
            sim::MarkovDynamics{
                .transition = world.transition, .stay = 1.0, .steps = world.steps, .events = {}});
        for (const auto& rung : rungs(population, world.spec, {1, 2}, world.events))
            REQUIRE(rung.conditional_entropy ==
                    Approx(naive_average(world, rung.proxy, rung.length)).margin(1e-12));
    }
}

TEST_CASE("ladder over histories: of a regime that changes, by listing every path of classes",
          "[sim][ladder]") {
    Dice dice(503);
    for (int round = 0; round < 20; ++round) {
        Changing world = random_changing(dice, false);
        world.first_earlier = 1 + static_cast<std::uint32_t>(dice.below(3));
        const sim::Population population =
            sim::make_population(world.spec,
                                 1,
                                 0,
                                 sim::RegimeChange{.ago = world.first_earlier,
                                                   .earlier = world.earlier,
                                                   .tilt_sd = {},
                                                   .steps = world.steps});
        for (const auto& rung : rungs(population, world.spec, {1, 2}, world.events))
            REQUIRE(rung.conditional_entropy ==
                    Approx(naive_average(world, rung.proxy, rung.length)).margin(1e-12));
    }
}

TEST_CASE("ladder: its order holds in 1,000 random populations", "[sim][ladder]") {
    Dice dice(504);
    std::size_t strict_group = 0, strict_history = 0, strict_user = 0, recorded = 0;
    for (int round = 0; round < 1000; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 2);
        const sim::Population population = population_of(spec);
        const auto ladder = sim::ladder(population, chain, spec.attributes);
        const auto by_history = rungs(population, spec, {1, 2}, 2);
        REQUIRE(by_history.size() == 6);
        constexpr double slack = 1e-12;
        for (std::size_t i = 0; i < chain.size(); ++i) {
            const double group = ladder.by_proxy[i].conditional_entropy;
            const double before =
                i > 0 ? ladder.by_proxy[i - 1].conditional_entropy : ladder.entropy;
            const double one = by_history[2 * i].conditional_entropy;
            const double two = by_history[2 * i + 1].conditional_entropy;
            REQUIRE(before >= group - slack);
            REQUIRE(group >= one - slack);
            REQUIRE(one >= two - slack);
            REQUIRE(two >= ladder.individual_entropy - slack);
            if (i > 0)
                for (std::size_t length = 0; length < 2; ++length)
                    REQUIRE(by_history[2 * i - 2 + length].conditional_entropy >=
                            by_history[2 * i + length].conditional_entropy - slack);
            strict_group += before > group + 1e-4 ? 1 : 0;
            strict_history += group > one + 1e-4 && one > two + 1e-4 ? 1 : 0;
            strict_user += two > ladder.individual_entropy + 1e-4 ? 1 : 0;
        }
        recorded += ladder.by_proxy.front().truly ? 1 : 0;
    }
    CHECK(strict_group > 700);
    CHECK(strict_history > 1500);
    CHECK(strict_user > 2000);
    CHECK(recorded > 700);
}

TEST_CASE("ladder over histories: simulation agrees with enumeration", "[sim][ladder]") {
    Dice dice(505);
    ZScores right, planted;
    for (int round = 0; round < 12; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 2);
        const sim::Population population = population_of(spec);
        const auto exact = rungs(population, spec, {1, 2, 3}, 3);
        const auto drawn = rungs(population, spec, {1, 3}, 3, {.most_evaluations = 0.0});
        REQUIRE(drawn.size() == 6);
        for (std::size_t i = 0; i < chain.size(); ++i) {
            for (std::size_t l = 0; l < 2; ++l) {
                const auto& rung = drawn[2 * i + l];
                REQUIRE(rung.standard_error);
                REQUIRE(rung.length == 1 + 2 * l);
                right.add(rung.information, exact[3 * i + 2 * l].information, *rung.standard_error);
            }
            // A history of three is taken for one of two.
            planted.add(drawn[2 * i + 1].information,
                        exact[3 * i + 1].information,
                        *drawn[2 * i + 1].standard_error);
        }
    }
    CHECK(right.random() > 60);
    CHECK(right.worst() < 4.5);
    CHECK(planted.beyond() > 5);
}

TEST_CASE("ladder over histories: simulation agrees with enumeration where the class moves",
          "[sim][ladder]") {
    Dice dice(506);
    ZScores right, planted;
    for (int round = 0; round < 10; ++round) {
        const Changing world = random_changing(dice, true);
        const sim::Population population = sim::make_population(
            world.spec,
            1,
            0,
            sim::MarkovDynamics{
                .transition = world.transition, .stay = 1.0, .steps = 1, .events = {}});
        const auto exact = rungs(population, world.spec, {1, 2}, 3);
        const auto later = rungs(population, world.spec, {1, 2}, 5);
        const auto drawn = rungs(population, world.spec, {1, 2}, 3, {.most_evaluations = 0.0});
        REQUIRE(drawn.size() == exact.size());
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            right.add(drawn[i].information, exact[i].information, *drawn[i].standard_error);
            planted.add(drawn[i].information, later[i].information, *drawn[i].standard_error);
        }
    }
    CHECK(right.random() > 50);
    CHECK(right.worst() < 4.5);
    CHECK(planted.beyond() > 5);
}

TEST_CASE("ladder over histories: simulation agrees with enumeration for chaotic users",
          "[sim][ladder]") {
    Dice dice(508);
    ZScores right, planted;
    for (int round = 0; round < 6; ++round) {
        const auto spec = random_population(
            dice, {.classes = 2, .items = 3, .attributes = 2, .homogeneous = 1.0});
        const sim::Population population =
            sim::make_population(spec, 1, 0, sim::ChaoticDynamics{.steps = 1});
        const sim::Population later =
            sim::make_population(spec, 1, 0, sim::ChaoticDynamics{.steps = 2});
        const sim::LadderEffort draw{.most_evaluations = 0.0, .most_draws = 2000};
        const auto exact = rungs(population, spec, {1, 3}, 3);
        const auto other = rungs(later, spec, {1, 3}, 3);
        const auto drawn = rungs(population, spec, {1, 3}, 3, draw);
        REQUIRE(drawn.size() == exact.size());
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            right.add(drawn[i].information, exact[i].information, *drawn[i].standard_error);
            planted.add(drawn[i].information, other[i].information, *drawn[i].standard_error);
        }
    }
    CHECK(right.random() > 30);
    CHECK(right.worst() < 4.5);
    CHECK(planted.beyond() > 5);
}

TEST_CASE("ladder over histories: draws do not depend on the other proxies and lengths",
          "[sim][ladder]") {
    Dice dice(507);
    const sim::ExplicitPopulation spec = random_recorded_population(dice, 2);
    const sim::Population population = population_of(spec);
    const sim::LadderEffort simulate{.most_evaluations = 0.0, .most_terms = 1e12};
    const auto all = rungs(population, spec, {1, 4}, 4, simulate);
    const std::vector<sim::Proxy> first{chain.front()};
    const std::vector<std::uint32_t> longest{4};
    const auto one = sim::history_ladder(population,
                                         first,
                                         longest,
                                         spec.attributes,
                                         {.seed = 3, .world = 1, .events = 4, .effort = simulate});
    CHECK(one.front().information == all[1].information);
}

TEST_CASE("lattice: every subset, small ones first", "[sim][ladder]") {
    CHECK(sim::proxy_lattice(0) == std::vector<sim::Proxy>{{}});
    CHECK(sim::proxy_lattice(3) ==
          std::vector<sim::Proxy>{{}, {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}});
    CHECK(sim::proxy_lattice(12).size() == sim::most_lattice_proxies);
}

}  // namespace truegap::test
