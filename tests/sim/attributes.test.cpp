#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "metrics/entropy.hpp"

#include "naive_attributes.hpp"

#include "sim/ladder.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

double information(const sim::ExplicitPopulation& spec, const sim::Proxy& proxy) {
    const std::vector<sim::Proxy> proxies{proxy};
    return sim::ladder(population_of(spec), proxies, spec.attributes).by_proxy.front().information;
}

sim::Population truth_recorded(const sim::ExplicitPopulation& spec) {
    sim::ExplicitPopulation plain = spec;
    for (auto& attribute : plain.attributes) {
        if (!attribute.recording) continue;
        attribute.levels = attribute.true_levels;
        attribute.true_levels.clear();
        attribute.recording.reset();
    }
    return population_of(plain);
}

// Two classes told apart by a and b together only: a = b in class 0, a != b in class 1.
sim::ExplicitPopulation exclusive_or() {
    return {.class_weights = {0.5, 0.5},
            .item_probabilities = matrix({{0.9, 0.05, 0.05}, {0.1, 0.1, 0.8}}),
            .concentration = {5.0, 8.0},
            .attributes = {{.name = "a",
                            .levels = {"0", "1"},
                            .class_levels = matrix({{0.5, 0.0, 0.0, 0.5}, {0.0, 0.5, 0.5, 0.0}}),
                            .table = 2},
                           {.name = "b", .levels = {"0", "1"}, .class_levels = {}, .table = 0}}};
}

}  // namespace

TEST_CASE("recorded attributes: every group's probability, classes and items by listing everybody",
          "[sim][attributes]") {
    Dice dice(401);
    std::size_t hidden = 0, joint = 0, compared = 0;
    for (int round = 0; round < 60; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 1 + dice.below(4));
        const sim::Population population = population_of(spec);
        const auto kinds = everybody(spec);
        for (int i = 0; i < 6; ++i) {
            const sim::Group group = random_group(dice, spec);
            const NaiveGroup naive = naive_group(spec, kinds, group);
            REQUIRE(std::abs(sim::group_probability(population, group) - naive.probability) <
                    1e-14);
            if (naive.probability < 1e-6) continue;
            const auto truth =
                sim::find_truth(population, context_of(group, {}, all_items(population.items())))
                    .truth;
            REQUIRE(truth);
            for (std::size_t z = 0; z < naive.posterior.size(); ++z)
                REQUIRE(truth->class_posterior[z] == Approx(naive.posterior[z]).margin(1e-12));
            for (std::size_t b = 0; b < naive.items.size(); ++b)
                REQUIRE(truth->distribution[b] == Approx(naive.items[b]).margin(1e-12));
            ++compared;
            for (const std::uint32_t attribute : group.proxy) {
                const auto& recording = spec.attributes[attribute].recording;
                hidden +=
                    recording && recording->parent &&
                            std::find(group.proxy.begin(), group.proxy.end(), *recording->parent) ==
                                group.proxy.end()
                        ? 1
                        : 0;
                joint += spec.attributes[attribute].table != 1 ? 1 : 0;
            }
        }
    }
    CHECK(compared > 200);
    CHECK(hidden > 20);
    CHECK(joint > 100);
}

TEST_CASE("recorded attributes: the groups of a proxy hold everybody once", "[sim][attributes]") {
    Dice dice(402);
    for (int round = 0; round < 50; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 3);
        const sim::Population population = population_of(spec);
        for (const sim::Proxy& proxy : {sim::Proxy{}, {2}, {1, 0}, {0, 1, 2}}) {
            double total = 0.0;
            for (const sim::Group& group : sim::all_groups(proxy, spec.attributes))
                total += sim::group_probability(population, group);
            REQUIRE(total == Approx(1.0).epsilon(1e-13));
        }
    }
}

TEST_CASE("recorded attributes: the truly recorded population has plain attributes",
          "[sim][attributes]") {
    Dice dice(403);
    for (int round = 0; round < 30; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 3);
        const sim::Population truly = population_of(spec).truly_recorded();
        const sim::Population plain = truth_recorded(spec);
        CHECK(truly.attributes().recorded_truly());
        const auto specs = sim::truly_recorded(spec.attributes);
        for (const sim::Group& group : sim::all_groups({0, 1, 2}, specs))
            for (std::size_t z = 0; z < truly.classes(); ++z)
                REQUIRE(sim::group_likelihood(truly, group, z) ==
                        sim::group_likelihood(plain, group, z));
    }
}

TEST_CASE("joint attributes: an exclusive or tells only jointly", "[sim][attributes]") {
    const sim::ExplicitPopulation spec = exclusive_or();
    CHECK(std::abs(information(spec, {0})) < 1e-14);
    CHECK(std::abs(information(spec, {1})) < 1e-14);
    CHECK(information(spec, {0, 1}) > 0.1);
    // With both known the class is.
    const double within = 0.5 * (-0.9 * std::log(0.9) - 0.1 * std::log(0.05)) +
                          0.5 * (-0.2 * std::log(0.1) - 0.8 * std::log(0.8));
    const std::vector<sim::Proxy> both{{0, 1}};
    CHECK(sim::ladder(population_of(spec), both, spec.attributes)
              .by_proxy.front()
              .conditional_entropy == Approx(within).epsilon(1e-13));
}

TEST_CASE("joint attributes: a table of one is a plain attribute to the bit", "[sim][attributes]") {
    Dice dice(404);
    for (int round = 0; round < 30; ++round) {
        const sim::ExplicitPopulation spec =
            random_population(dice, {.classes = 3, .attributes = 3});
        const sim::Population population = population_of(spec);
        const sim::Group group = random_group(dice, spec);
        for (std::size_t z = 0; z < 3; ++z) {
            double product = 1.0;
            for (std::size_t i = 0; i < group.proxy.size(); ++i)
                product *= population.attributes().tables()[group.proxy[i]].probabilities(
                    static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(group.levels[i]));
            REQUIRE(sim::group_likelihood(population, group, z) == product);
        }
    }
}

TEST_CASE("informativeness: at 0 no proxy of the lattice tells anything, whatever is recorded",
          "[sim][attributes]") {
    Dice dice(405);
    for (int round = 0; round < 50; ++round) {
        sim::ExplicitPopulation spec = random_recorded_population(dice, 3);
        for (auto& attribute : spec.attributes) attribute.informativeness = 0.0;
        const auto lattice = sim::proxy_lattice(3);
        REQUIRE(lattice.size() == 8);
        const auto ladder = sim::ladder(population_of(spec), lattice, spec.attributes);
        REQUIRE(ladder.entropy > 0.0);
        for (const auto& rung : ladder.by_proxy) REQUIRE(std::abs(rung.information) < 1e-14);
    }
}

TEST_CASE("informativeness: one level a class reaches H(B|z)", "[sim][attributes]") {
    Dice dice(406);
    for (int round = 0; round < 50; ++round) {
        sim::ExplicitPopulation spec = random_population(dice, {.classes = 4, .attributes = 0});
        spec.attributes = {{.name = "class",
                            .levels = {"1", "2", "3", "4"},
                            .class_levels = sim::RowMatrix(sim::RowMatrix::Identity(4, 4))}};
        double within = 0.0;
        for (std::size_t z = 0; z < 4; ++z)
            for (Eigen::Index b = 0; b < spec.item_probabilities.cols(); ++b) {
                const double p = spec.item_probabilities(static_cast<Eigen::Index>(z), b);
                if (p > 0.0) within -= spec.class_weights[z] * p * std::log(p);
            }
        const std::vector<sim::Proxy> proxies{{0}};
        const auto ladder = sim::ladder(population_of(spec), proxies, spec.attributes);
        REQUIRE(ladder.by_proxy.front().conditional_entropy == Approx(within).epsilon(1e-12));
    }
}

TEST_CASE("recorded attributes: more noise never tells more", "[sim][attributes]") {
    Dice dice(407);
    std::size_t less = 0;
    for (int round = 0; round < 300; ++round) {
        sim::ExplicitPopulation spec = random_recorded_population(dice, 3, {.recorded = 1.0});
        // The recording of others must not depend on what is made noisier.
        std::uint32_t leaf = 0;
        const auto is_parent = [&](std::uint32_t j) {
            return std::any_of(spec.attributes.begin(), spec.attributes.end(), [&](const auto& a) {
                return a.recording->parent == j;
            });
        };
        while (is_parent(leaf)) ++leaf;
        const sim::Proxy proxy = dice.chance(0.5) ? sim::Proxy{leaf} : sim::Proxy{0, 1, 2};
        const double before = information(spec, proxy);
        const std::size_t levels = spec.attributes[leaf].levels.size();
        const sim::RowMatrix noise = random_rows(dice, levels, levels);
        for (sim::RowMatrix& confusion : spec.attributes[leaf].recording->confusion)
            confusion = sim::RowMatrix(confusion * noise);
        const double after = information(spec, proxy);
        REQUIRE(after <= before + 1e-13);
        if (after < before - 1e-4) ++less;
        // And no recording tells more than the truth, where it depends on nothing but it.
        if (!spec.attributes[leaf].recording->parent) {
            const auto specs = sim::truly_recorded(spec.attributes);
            const std::vector<sim::Proxy> alone{{leaf}};
            REQUIRE(information(spec, {leaf}) <=
                    sim::ladder(truth_recorded(spec), alone, specs).by_proxy.front().information +
                        1e-13);
        }
    }
    CHECK(less > 100);
}

TEST_CASE("recorded attributes: identical classes merged and levels relabelled change nothing",
          "[sim][attributes]") {
    Dice dice(408);
    for (int round = 0; round < 50; ++round) {
        const sim::ExplicitPopulation spec = random_recorded_population(dice, 3);
        const double before = information(spec, {0, 1, 2});
        {
            sim::ExplicitPopulation two = spec;  // class 0 in two halves
            const auto copy_first_row = [](sim::RowMatrix& rows) {
                rows.conservativeResize(rows.rows() + 1, Eigen::NoChange);
                rows.row(rows.rows() - 1) = rows.row(0);
            };
            two.class_weights.push_back(0.3 * two.class_weights[0]);
            two.class_weights[0] *= 0.7;
            two.concentration.push_back(two.concentration[0]);
            copy_first_row(two.item_probabilities);
            for (auto& attribute : two.attributes)
                if (attribute.table > 0)
                    copy_first_row(std::get<sim::RowMatrix>(attribute.class_levels));
            CHECK(information(two, {0, 1, 2}) == Approx(before).margin(1e-13));
        }
        {
            // The recorded levels of attribute 0 in reversed order, for its children too.
            sim::ExplicitPopulation turned = spec;
            auto& first = turned.attributes[0];
            if (!first.recording) continue;
            std::reverse(first.levels.begin(), first.levels.end());
            for (sim::RowMatrix& confusion : first.recording->confusion)
                confusion = sim::RowMatrix(confusion.rowwise().reverse());
            for (auto& attribute : turned.attributes)
                if (attribute.recording && attribute.recording->parent == 0U)
                    std::reverse(attribute.recording->confusion.begin(),
                                 attribute.recording->confusion.end());
            CHECK(information(turned, {0, 1, 2}) == Approx(before).margin(1e-13));
        }
    }
}

}  // namespace truegap::test
