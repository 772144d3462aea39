#include "sim/history.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "naive_truth.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

sim::ExplicitPopulation urns(const std::vector<double>& kappa) {
    return {.class_weights = {0.3, 0.5, 0.2},
            .item_probabilities = matrix({{0.5, 0.3, 0.2}, {0.1, 0.2, 0.7}, {0.25, 0.75, 0.0}}),
            .concentration = kappa,
            .attributes = {}};
}

std::vector<std::uint64_t> history_frequencies(const sim::Population& population,
                                               const metrics::Distribution& posterior,
                                               std::size_t length,
                                               std::uint64_t cell) {
    sim::Stream draws = sim::stream({.seed = 5, .purpose = sim::Purpose::histories, .cell = cell});
    std::map<sim::History, std::uint64_t> seen;
    for (const sim::History& history : all_histories(3, length)) seen[history] = 0;
    for (int r = 0; r < 600'000; ++r)
        ++seen.at(sim::draw_backwards(population, posterior, length, draws));
    std::vector<std::uint64_t> result;
    for (const auto& [history, times] : seen) result.push_back(times);
    return result;
}

// P(h) of every history of that length, the classes having these probabilities.
std::vector<double> history_law(const sim::ExplicitPopulation& population,
                                const metrics::Distribution& posterior,
                                std::size_t length) {
    const BigPopulation big(population);
    std::vector<double> law;
    for (const sim::History& history : all_histories(3, length)) {
        Big sum = 0;
        for (std::size_t z = 0; z < posterior.size(); ++z)
            sum += posterior[z] * urn_probability(big, z, history);
        law.push_back(sum.convert_to<double>());
    }
    return law;
}

}  // namespace

TEST_CASE("draw_backwards: histories of length 3 have probability P(h|z) of Polya's urn",
          "[sim][history]") {
    std::uint64_t cell = 0;
    for (const std::vector<double>& kappa : {std::vector<double>{2.0, 0.3, 15.0},
                                             std::vector<double>{infinity, infinity, infinity},
                                             std::vector<double>{1e-3, infinity, 1e6}}) {
        const auto spec = urns(kappa);
        const sim::Population population = population_of(spec);
        for (std::size_t z = 0; z < 3; ++z) {
            std::vector<double> weights(3, 0.0);
            weights[z] = 1.0;
            const auto certain = metrics::Distribution::from_weights(weights);
            const auto seen = history_frequencies(population, certain, 3, ++cell);
            CAPTURE(kappa[z], z);
            CHECK(chi_square_p(seen, history_law(spec, certain, 3)) > chi_square_level);
            // The partner: a heterogeneity that is 30 % off, or there where there is none.
            auto wrong = spec;
            wrong.concentration[z] = std::isinf(kappa[z]) ? 100.0
                                     : kappa[z] > 100.0   ? 100.0
                                                          : 1.3 * kappa[z];
            if (kappa[z] > 0.01)
                CHECK(chi_square_p(seen, history_law(wrong, certain, 3)) < chi_square_level);
        }
    }
}

TEST_CASE("draw_backwards: classes are drawn with the posterior's probabilities",
          "[sim][history]") {
    const auto spec = urns({2.0, infinity, 15.0});
    const sim::Population population = population_of(spec);
    const auto posterior = metrics::Distribution::from_weights({0.2, 0.0, 0.8});
    for (const std::size_t length : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
        const auto seen = history_frequencies(population, posterior, length, 20 + length);
        CHECK(chi_square_p(seen, history_law(spec, posterior, length)) > chi_square_level);
        const auto wrong = metrics::Distribution::from_weights({0.22, 0.0, 0.78});
        CHECK(chi_square_p(seen, history_law(spec, wrong, length)) < chi_square_level);
    }
}

TEST_CASE("draw_backwards: a longer history extends a shorter one", "[sim][history]") {
    for (const double kappa : {0.5, 20.0, infinity}) {
        const sim::Population population = population_of(urns({kappa, kappa, kappa}));
        const auto posterior = metrics::Distribution::from_weights({1.0, 1.0, 1.0});
        for (std::uint64_t cell = 0; cell < 200; ++cell) {
            const sim::StreamAddress address{
                .seed = 6, .purpose = sim::Purpose::histories, .cell = cell};
            const auto draw = [&](std::size_t length) {
                sim::Stream draws = sim::stream(address);
                return sim::draw_backwards(population, posterior, length, draws);
            };
            const sim::History longest = draw(40);
            REQUIRE(longest.size() == 40);
            for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{17}}) {
                const sim::History shorter = draw(length);
                CHECK(shorter.size() == length);
                CHECK(std::equal(shorter.begin(), shorter.end(), longest.begin()));
            }
        }
    }
}

TEST_CASE("draw_backwards: without heterogeneity to speak of, a user repeats himself",
          "[sim][history]") {
    // kappa = 1e-9: theta has all its mass on one item. kappa = infinity: choices are independent.
    const auto all_equal = [](const sim::History& history) {
        return std::adjacent_find(history.begin(), history.end(), std::not_equal_to<>{}) ==
               history.end();
    };
    const auto posterior = metrics::Distribution::from_weights({1.0, 0.0, 0.0});
    sim::Stream draws = sim::stream({.seed = 7, .purpose = sim::Purpose::histories});
    std::size_t loyal = 0;
    std::size_t free = 0;
    for (int r = 0; r < 1000; ++r) {
        const sim::Population one_mind = population_of(urns({1e-9, 1.0, 1.0}));
        const sim::Population no_mind = population_of(urns({infinity, 1.0, 1.0}));
        loyal += all_equal(sim::draw_backwards(one_mind, posterior, 30, draws)) ? 1U : 0U;
        free += all_equal(sim::draw_backwards(no_mind, posterior, 30, draws)) ? 1U : 0U;
    }
    CHECK(loyal == 1000);
    CHECK(free == 0);
}

}  // namespace truegap::test
