#include "sim/population.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "support.hpp"

namespace truegap::test {
namespace {

sim::GeneratedPopulation some_spec() {
    return {.items = 10,
            .classes = 4,
            .popularity = {sim::Popularity::Kind::zipf, 0.8},
            .tilt_sd = 1.5,
            .class_weights = sim::DirichletWeights{2.0},
            .concentration = std::vector<double>(4, 25.0),
            .attributes = {{.name = "age",
                            .levels = {"a", "b", "c"},
                            .informativeness = 0.6,
                            .class_levels = sim::DirichletWeights{1.5}}}};
}

bool same_population(const sim::Population& a, const sim::Population& b) {
    if (!std::equal(a.class_weights().begin(), a.class_weights().end(), b.class_weights().begin()))
        return false;
    for (std::size_t z = 0; z < a.classes(); ++z)
        if (!std::equal(a.item_probabilities(z).begin(),
                        a.item_probabilities(z).end(),
                        b.item_probabilities(z).begin()))
            return false;
    return a.attributes().tables()[0].probabilities == b.attributes().tables()[0].probabilities;
}

}  // namespace

TEST_CASE("make_population: a pure function of description, seed and world", "[sim][population]") {
    const auto spec = some_spec();
    const sim::Population one = sim::make_population(spec, 5, 2);
    CHECK(same_population(one, sim::make_population(spec, 5, 2)));
    CHECK(!same_population(one, sim::make_population(spec, 5, 3)));
    CHECK(!same_population(one, sim::make_population(spec, 6, 2)));
    // Given outright, no random number touches it.
    CHECK(same_population(sim::make_population(small_population(), 1, 0),
                          sim::make_population(small_population(), 2, 9)));
}

TEST_CASE("make_population: everything that should sum to 1 does", "[sim][population]") {
    for (std::uint32_t world = 0; world < 50; ++world) {
        auto spec = some_spec();
        spec.class_weights = sim::DirichletWeights{world % 2 == 0 ? 1e-3 : 5.0};
        const sim::Population population = sim::make_population(spec, 7, world);
        REQUIRE(population.classes() == 4);
        REQUIRE(population.items() == 10);
        const auto sums_to_one = [](std::span<const double> values) {
            double sum = 0.0;
            for (const double value : values) {
                CHECK(value >= 0.0);
                sum += value;
            }
            CHECK(sum == Approx(1.0).epsilon(1e-14));
        };
        sums_to_one(population.class_weights());
        sums_to_one(population.item_marginal());
        for (std::size_t z = 0; z < 4; ++z) sums_to_one(population.item_probabilities(z));
        const auto& A = population.attributes().tables()[0].probabilities;
        for (Eigen::Index z = 0; z < 4; ++z) CHECK(A.row(z).sum() == Approx(1.0).epsilon(1e-14));
    }
}

TEST_CASE("make_population: popularity without tilt has its closed form", "[sim][population]") {
    using Kind = sim::Popularity::Kind;
    auto spec = some_spec();
    spec.tilt_sd = 0.0;
    const auto ratio_to_next = [&](sim::Popularity popularity, std::size_t item) {
        spec.popularity = popularity;
        const sim::Population population = sim::make_population(spec, 1, 0);
        CHECK(population.item_marginal()[item] ==
              Approx(population.item_probabilities(3)[item]).epsilon(1e-14));
        return population.item_probabilities(2)[item] / population.item_probabilities(2)[item + 1];
    };
    for (std::size_t item = 0; item < 9; ++item) {
        const double rank = static_cast<double>(item) + 1.0;
        CHECK(ratio_to_next({Kind::uniform, 0.0}, item) == Approx(1.0).epsilon(1e-14));
        CHECK(ratio_to_next({Kind::zipf, 0.8}, item) ==
              Approx(std::pow((rank + 1.0) / rank, 0.8)).epsilon(1e-14));
        CHECK(ratio_to_next({Kind::geometric, 0.7}, item) == Approx(1.0 / 0.7).epsilon(1e-14));
    }
}

TEST_CASE("make_population: tilts are normal with their standard deviation, class by class",
          "[sim][population]") {
    // ln B[z,b]/B[z,c] = popularity difference + 1.5 (e_b - e_c).
    const auto spec = some_spec();
    double sum = 0.0;
    double squares = 0.0;
    double products = 0.0;  // between classes
    double n = 0.0;
    for (std::uint32_t world = 0; world < 2000; ++world) {
        const sim::Population population = sim::make_population(spec, 11, world);
        std::array<double, 2> standard{};
        for (std::size_t z = 0; z < 2; ++z)
            for (std::size_t b = 0; b < 10; b += 2) {
                const auto row = population.item_probabilities(z);
                const double rank = static_cast<double>(b) + 1.0;
                const double e =
                    (std::log(row[b] / row[b + 1]) - 0.8 * std::log((rank + 1.0) / rank)) /
                    (1.5 * std::sqrt(2.0));
                sum += e;
                squares += e * e;
                n += 1.0;
                standard[z] = e;
            }
        products += standard[0] * standard[1];
    }
    ZScores z;
    z.add(sum / n, 0.0, 1.0 / std::sqrt(n));
    z.add(squares / n, 1.0, std::sqrt(2.0 / n));
    z.add(products / 2000.0, 0.0, 1.0 / std::sqrt(2000.0));
    CHECK(z.beyond() == 0);
    ZScores planted;  // a tilt of 1.55
    planted.add(squares / n, std::pow(1.55 / 1.5, 2.0), std::sqrt(2.0 / n));
    CHECK(planted.beyond() == 1);
}

TEST_CASE("make_population: informativeness 0 and 1 are exact", "[sim][population]") {
    auto spec = small_population();
    spec.attributes[0].informativeness = 0.0;
    const sim::Population none = population_of(spec);
    const auto& A = none.attributes().tables()[0].probabilities;
    CHECK(A.row(0) == A.row(1));  // to the bit
    CHECK(A(0, 0) == Approx(0.6 * 0.7 + 0.4 * 0.2).epsilon(1e-15));
    spec.attributes[0].informativeness = 1.0;
    CHECK(population_of(spec).attributes().tables()[0].probabilities ==
          std::get<sim::RowMatrix>(spec.attributes[0].class_levels));
    CHECK(none.attributes().tables()[1].probabilities(0, 0) ==
          Approx(0.5 * (0.6 * 0.6 + 0.4 * 0.3) + 0.5 * 0.6).epsilon(1e-15));
}

TEST_CASE("groups: labels, order and containment", "[sim][population]") {
    const auto spec = small_population();
    const auto& attributes = spec.attributes;
    CHECK(sim::proxy_label({}, attributes).empty());
    CHECK(sim::proxy_label({1, 0}, attributes) == "gender+age");
    CHECK(sim::group_label({{1, 0}, {0, 1}}, attributes) == "gender=f;age=b");
    CHECK(sim::group_count({0, 1}, attributes) == 4.0);
    const auto groups = sim::all_groups({0, 1}, attributes);
    REQUIRE(groups.size() == 4);
    CHECK(groups[1] == sim::Group{{0, 1}, {0, 1}});  // the last attribute runs fastest
    const sim::Group everybody;
    const sim::Group old{{0}, {1}};
    const sim::Group old_women{{1, 0}, {0, 1}};
    CHECK(sim::contains(everybody, old));
    CHECK(sim::contains(old, old_women));
    CHECK(sim::contains(old, old));
    CHECK(!sim::contains(old_women, old));
    CHECK(!sim::contains(sim::Group{{0}, {0}}, old_women));
}

}  // namespace truegap::test
