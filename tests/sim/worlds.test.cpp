#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "naive_truth.hpp"

#include "sim/history.hpp"
#include "sim/make_dynamics.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

/// Worlds that are not classes choosing among items for themselves: chaotic users, clicks, surveys.
namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

sim::ExplicitPopulation two_classes(const std::vector<std::vector<double>>& items) {
    return {.class_weights = {0.4, 0.6},
            .item_probabilities = matrix(items),
            .concentration = {infinity, infinity},
            .attributes = {}};
}

// Sets of v = (2/pi) arcsin sqrt(x) in [0, 1] as lists of intervals. The map is a tent in v.
using Intervals = std::vector<std::pair<Big, Big>>;

Intervals cell(const std::vector<double>& p, sim::ItemId item) {
    Big low = 0;
    for (sim::ItemId b = 0; b < item; ++b) low += p[b];
    return {{low, low + p[item]}};
}

Intervals meet(const Intervals& a, const Intervals& b) {
    Intervals result;
    for (const auto& [l1, h1] : a)
        for (const auto& [l2, h2] : b)
            if (std::max(l1, l2) < std::min(h1, h2))
                result.emplace_back(std::max(l1, l2), std::min(h1, h2));
    return result;
}

Intervals before_tent(const Intervals& a) {
    Intervals result;
    for (const auto& [low, high] : a) {
        result.emplace_back(low / 2, high / 2);
        result.emplace_back(1 - high / 2, 1 - low / 2);
    }
    return result;
}

// The measure of the starts that show the history and then, `steps` events later, the item.
Big chaotic_probability(const std::vector<double>& p,
                        const sim::History& history,
                        std::size_t steps,
                        sim::ItemId item) {
    Intervals set = cell(p, item);
    for (std::size_t i = 1; i < steps; ++i) set = before_tent(set);
    for (std::size_t i = history.size(); i-- > 0;)
        set = meet(before_tent(set), cell(p, history[i]));
    Big measure = 0;
    for (const auto& [low, high] : set) measure += high - low;
    return measure;
}

}  // namespace

TEST_CASE("find_truth: chaotic users of two classes, by preimages of the tent map",
          "[sim][chaos]") {
    const std::vector<std::vector<double>> items{{0.3, 0.25, 0.45}, {0.1, 0.6, 0.3}};
    const auto spec = two_classes(items);
    const std::vector<sim::ItemId> page{2, 0, 1};
    for (const std::uint32_t steps : {1U, 2U, 4U}) {
        sim::ChaoticDynamics chaotic;
        chaotic.steps = steps;
        const sim::Population population = sim::make_population(spec, 1, 0, chaotic);
        double worst = 0.0, informed = 0.0;
        for (std::size_t length = 0; length <= 4; ++length) {
            for (const sim::History& history : all_histories(3, length)) {
                // As in every world, the choice among the candidates is made class by class.
                std::vector<Big> joint(3, Big(0));
                Big total = 0;
                std::vector<Big> of_class;
                for (std::size_t z = 0; z < 2; ++z) {
                    Big sum = 0;
                    for (std::size_t k = 0; k < 3; ++k) {
                        const Big value = spec.class_weights[z] *
                                          chaotic_probability(items[z], history, steps, page[k]);
                        joint[k] += value;
                        sum += value;
                    }
                    of_class.push_back(sum);
                    total += sum;
                }
                const auto found = sim::find_truth(population, context_of({}, history, page));
                CHECK(found.truth.has_value() == (total > 0));
                if (!found.truth) continue;
                for (std::size_t k = 0; k < 3; ++k)
                    worst = std::max(worst,
                                     std::abs((found.truth->distribution[k] - joint[k] / total)
                                                  .convert_to<double>()));
                worst = std::max(worst,
                                 std::abs((found.truth->class_posterior[0] - of_class[0] / total)
                                              .convert_to<double>()));
                informed = std::max(informed, std::abs(found.truth->distribution[1] - 0.3));
                CHECK(found.truth->individual_entropy == 0.0);
            }
        }
        CHECK(worst < 1e-14);
        CHECK(informed > 0.2);
    }
}

TEST_CASE("find_truth: the generating partition leaves ln 2, whatever the history",
          "[sim][chaos]") {
    sim::ExplicitPopulation spec{.class_weights = {1.0},
                                 .item_probabilities = matrix({{0.5, 0.5}}),
                                 .concentration = {infinity},
                                 .attributes = {}};
    const sim::Population population = sim::make_population(spec, 1, 0, sim::ChaoticDynamics{});
    Dice dice(4);
    for (const std::size_t length : {0U, 1U, 5U, 20U}) {
        const auto found =
            sim::find_truth(population, context_of({}, random_history(dice, 2, length), {0, 1}));
        REQUIRE(found.truth);
        CHECK(found.truth->entropy == Approx(std::log(2.0)).epsilon(1e-10));
    }
}

TEST_CASE("find_truth: clicks, by users who look, click or look again", "[sim][clicks]") {
    auto spec = two_classes({{0.3, 0.25, 0.45}, {0.1, 0.6, 0.3}});
    spec.examination.kind = sim::Examination::Kind::geometric;
    spec.examination.parameter = 0.5;
    const sim::Population population = population_of(spec);
    const std::vector<sim::ItemId> page{1, 2, 0};
    const auto truth = sim::find_truth(population, context_of({}, {}, page)).truth.value();
    Dice dice(12);
    constexpr int users = 400'000;
    std::vector<std::uint64_t> clicks(3, 0U);
    for (int user = 0; user < users; ++user) {
        const Eigen::Index z = dice.chance(0.4) ? 0 : 1;
        for (bool clicked = false; !clicked;) {
            const double place = dice.uniform() * 1.75;
            const std::size_t position = place < 1.0 ? 0 : place < 1.5 ? 1 : 2;
            clicked =
                dice.chance(spec.item_probabilities(z, static_cast<Eigen::Index>(page[position])));
            if (clicked) ++clicks[position];
        }
    }
    const std::vector<double> p(truth.distribution.begin(), truth.distribution.end());
    CHECK(chi_square_p(clicks, p) > chi_square_level);
    // The partner: the same page read from the bottom.
    const auto upside_down =
        sim::find_truth(population, context_of({}, {}, {0, 2, 1})).truth.value().distribution;
    CHECK(
        chi_square_p(clicks, std::vector<double>{upside_down[2], upside_down[1], upside_down[0]}) <
        chi_square_level);
}

TEST_CASE("make_population: Likert answers by the graded response model in 50 digits",
          "[sim][likert]") {
    sim::Likert likert{.thresholds = {-2.0, -0.5, 0.25, 3.0},
                       .discrimination = 1.7,
                       .traits = std::vector<double>{-30.0, -1.0, 0.1, 28.0}};
    sim::GeneratedPopulation spec{.items = 5,
                                  .classes = 4,
                                  .popularity = {},
                                  .tilt_sd = 0.0,
                                  .class_weights = std::vector<double>(4, 0.25),
                                  .concentration = std::vector<double>(4, infinity),
                                  .attributes = {},
                                  .likert = likert,
                                  .examination = {}};
    const sim::Population population = population_of(spec);
    const std::vector<double> traits{-30.0, -1.0, 0.1, 28.0};
    for (std::size_t z = 0; z < 4; ++z) {
        const auto above = [&](double threshold) {
            return Big(1) / (1 + exp(-Big(1.7) * (Big(traits[z]) - Big(threshold))));
        };
        std::vector<Big> exact{1 - above(-2.0),
                               above(-2.0) - above(-0.5),
                               above(-0.5) - above(0.25),
                               above(0.25) - above(3.0),
                               above(3.0)};
        for (std::size_t k = 0; k < 5; ++k) {
            const double error =
                (population.item_probabilities(z)[k] / exact[k] - 1).convert_to<double>();
            CAPTURE(z, k);
            CHECK(std::abs(error) < 1e-13);  // relative, in the tails too
        }
    }
}

TEST_CASE("make_population: drawn traits are normal with the given standard deviation",
          "[sim][likert]") {
    sim::Likert likert{.thresholds = {0.0}, .discrimination = 1.0, .traits = 2.0};
    constexpr std::size_t classes = 4000;
    sim::GeneratedPopulation spec{.items = 2,
                                  .classes = classes,
                                  .popularity = {},
                                  .tilt_sd = 0.0,
                                  .class_weights = std::vector<double>(classes, 1.0 / classes),
                                  .concentration = std::vector<double>(classes, infinity),
                                  .attributes = {},
                                  .likert = likert,
                                  .examination = {}};
    const sim::Population population = sim::make_population(spec, 5, 1);
    double squares = 0.0, sum = 0.0;
    for (std::size_t z = 0; z < classes; ++z) {
        const auto row = population.item_probabilities(z);
        const double trait = std::log(row[1] / row[0]);
        squares += trait * trait / 4.0;
        sum += trait / 2.0;
    }
    const double n = classes;
    CHECK(std::abs(sum / std::sqrt(n)) < 4.5);
    CHECK(std::abs((squares - n) / std::sqrt(2.0 * n)) < 4.5);
    CHECK(std::abs((1.25 * squares - n) / std::sqrt(2.0 * n)) > 4.5);  // 12 % more sd
}

}  // namespace truegap::test
