#include "metrics/distribution.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Kind = ProbabilityDefect::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check_defect(const std::vector<double>& p, Kind kind, std::size_t index) {
    CAPTURE(p);
    const auto defect = probability_defect(p);
    REQUIRE(defect.has_value());
    CHECK(defect->kind == kind);
    CHECK(defect->index == index);
}

}  // namespace

TEST_CASE("probability_defect: finds the first thing wrong and where", "[metrics][distribution]") {
    check_defect({}, Kind::empty, 0);
    check_defect({0.5, -0.5, 1.0}, Kind::negative, 1);
    check_defect({0.5, 0.5, -1e-300}, Kind::negative, 2);
    check_defect({0.5, not_a_number, -1.0}, Kind::not_finite, 1);
    check_defect({infinity, 0.0}, Kind::not_finite, 0);
    check_defect({0.5, -infinity}, Kind::not_finite, 1);
    check_defect({-0.5, not_a_number}, Kind::negative, 0);
    check_defect({0.5, 0.4}, Kind::wrong_sum, 0);
    check_defect({0.0, 0.0}, Kind::wrong_sum, 0);
    CHECK(probability_defect(std::vector{0.5, 0.25, -0.25})->value == -0.25);
    CHECK(probability_defect(std::vector{0.5, 0.25})->value == 0.75);
}

TEST_CASE("probability_defect: a sum may miss 1 by 1e-9 and no more", "[metrics][distribution]") {
    for (const double miss : {0.0, 0.9e-9, -0.9e-9}) {
        CAPTURE(miss);
        CHECK_FALSE(probability_defect(std::vector{0.5, 0.5 + miss}).has_value());
        CHECK_FALSE(probability_defect(std::vector{1.0 + miss}).has_value());
    }
    for (const double miss : {1.1e-9, -1.1e-9}) {
        CAPTURE(miss);
        check_defect({0.5, 0.5 + miss}, Kind::wrong_sum, 0);
    }
    // A million terms: only a compensated sum keeps within the tolerance for certain.
    CHECK_FALSE(probability_defect(std::vector<double>(1'000'000, 1e-6)).has_value());
    CHECK_FALSE(probability_defect(std::vector{0.0, 1.0, -0.0}).has_value());
}

TEST_CASE("Distribution: from_weights divides by the sum", "[metrics][distribution]") {
    const auto p = Distribution::from_weights({3.0, 0.0, 1.0, 4.0});
    REQUIRE(p.size() == 4);
    CHECK(p[0] == 0.375);
    CHECK(p[1] == 0.0);
    CHECK(p[2] == 0.125);
    CHECK(p[3] == 0.5);
    CHECK(Distribution::from_weights({1e-310})[0] == 1.0);

    const std::span<const double> view = p;
    CHECK(view.data() == p.data());
    CHECK(std::vector<double>(p.begin(), p.end()) == std::vector<double>{0.375, 0.0, 0.125, 0.5});
}

TEST_CASE("Distribution: is sound whatever the weights", "[metrics][distribution]") {
    test::Random random(3);
    for (const std::size_t K : {1U, 2U, 10U, 1000U})
        for (const double spread : {0.0, 1.0, 10.0, 100.0}) {
            CAPTURE(K, spread);
            std::vector<double> weights(K);
            for (double& weight : weights) weight = std::exp(spread * random.normal());
            const auto p = Distribution::from_weights(weights);
            CHECK_FALSE(probability_defect(p).has_value());
            CHECK(close(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12));
            // Ratios survive.
            CHECK(close(p[K - 1] * weights[0], p[0] * weights[K - 1], 1e-15, 0.0));
        }
}

TEST_CASE("Distribution: from_probabilities divides a small error out", "[metrics][distribution]") {
    const auto p = Distribution::from_probabilities({0.5, 0.5 + 8e-10});
    CHECK(close(p[0] + p[1], 1.0, 1e-15));
    CHECK(close(p[1] / p[0], 1.0 + 1.6e-9, 1e-15));
}
