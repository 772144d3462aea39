#include "metrics/approximation/verbalized.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/distribution.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unstated = std::numeric_limits<double>::quiet_NaN();

void check_answer(const Vector& percentages, const Vector& expected, double moved) {
    const VerbalizedAnswer answer = repair_percentages(percentages);
    CAPTURE(percentages, answer.q, expected, answer.repair.moved);
    REQUIRE(answer.q.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK(close(answer.q[k], expected[k], 1e-15, 0.0));
    CHECK(close(answer.repair.moved, moved, 1e-15));
}

}  // namespace

TEST_CASE("repair_percentages: a sound statement comes back unchanged",
          "[metrics][approximation]") {
    const VerbalizedAnswer answer = repair_percentages(Vector{50.0, 30.0, 20.0, 0.0});
    CHECK(answer.q == Vector{0.5, 0.3, 0.2, 0.0});
    CHECK(answer.repair.stated_sum == 100.0);
    CHECK(answer.repair.moved == 0.0);
    CHECK(answer.repair.negative + answer.repair.not_finite + answer.repair.not_stated == 0);
    CHECK(repair_percentages(Vector{100.0}).q == Vector{1.0});
}

TEST_CASE("repair_percentages: worked examples", "[metrics][approximation]") {
    // Too much, too little: scaled.
    check_answer({100.0, 60.0, 40.0}, {0.5, 0.3, 0.2}, 0.5);
    check_answer({25.0, 15.0, 10.0}, {0.5, 0.3, 0.2}, 0.25);
    // Missing mass to the items that were not stated: 40 left for two.
    check_answer({50.0, unstated, 10.0, unstated}, {0.5, 0.2, 0.1, 0.2}, 0.2);
    // Nothing left for them, or less than nothing.
    check_answer({60.0, 40.0, unstated}, {0.6, 0.4, 0.0}, 0.0);
    check_answer({90.0, 60.0, unstated}, {0.6, 0.4, 0.0}, 0.25);
    // Unsound entries become 0 and are not "not stated".
    check_answer({-20.0, 60.0, infinity, 40.0, -infinity}, {0.0, 0.6, 0.0, 0.4, 0.0}, 0.0);
    check_answer({-20.0, 50.0, unstated}, {0.0, 0.5, 0.5}, 0.25);
    // Nothing to go by.
    check_answer({0.0, 0.0, 0.0, 0.0}, {0.25, 0.25, 0.25, 0.25}, 0.5);
    check_answer({unstated, unstated}, {0.5, 0.5}, 0.5);
    check_answer({-1.0, unstated, infinity}, {0.0, 1.0, 0.0}, 0.5);
}

TEST_CASE("repair_percentages: reports what was wrong", "[metrics][approximation]") {
    const Repair repair =
        repair_percentages(
            Vector{-1.0, infinity, unstated, 30.0, -infinity, unstated, unstated, 5.0})
            .repair;
    CHECK(repair.negative == 2);
    CHECK(repair.not_finite == 1);
    CHECK(repair.not_stated == 3);
    CHECK(repair.stated_sum == 35.0);
    CHECK(close(repair.moved, 0.65 / 2.0, 1e-15));
}

TEST_CASE("repair_percentages: a sum that overflows is still a distribution",
          "[metrics][approximation]") {
    const double huge = std::numeric_limits<double>::max();
    const VerbalizedAnswer answer = repair_percentages(Vector{huge, huge, unstated});
    CHECK(answer.q == Vector{0.5, 0.5, 0.0});
    CHECK(answer.repair.moved > 1e300);
    const double least = std::numeric_limits<double>::denorm_min();
    CHECK(repair_percentages(Vector{least, least}).q == Vector{0.5, 0.5});
}

TEST_CASE("repair_percentages: always a distribution, and repairing twice is repairing once",
          "[metrics][approximation][property]") {
    Random random(511);
    int moved = 0;
    for (int repeat = 0; repeat < 2000; ++repeat) {
        Vector percentages(1 + random.below(12));
        for (double& value : percentages) {
            switch (random.below(8)) {
                case 0:
                    value = unstated;
                    break;
                case 1:
                    value = random.below(2) == 0 ? infinity : -infinity;
                    break;
                case 2:
                    value = -random.exponential();
                    break;
                case 3:
                    value = 0.0;
                    break;
                default:
                    value = 25.0 * random.exponential();
            }
        }
        const VerbalizedAnswer once = repair_percentages(percentages);
        REQUIRE_FALSE(probability_defect(once.q));
        REQUIRE(close(std::accumulate(once.q.begin(), once.q.end(), 0.0), 1.0, 1e-14));
        REQUIRE(once.repair.moved >= 0.0);
        moved += once.repair.moved > 0.01 ? 1 : 0;
        Vector again = once.q;
        for (double& value : again) value *= 100.0;
        const VerbalizedAnswer twice = repair_percentages(again);
        REQUIRE(twice.repair.moved < 1e-15);
        for (std::size_t k = 0; k < again.size(); ++k)
            REQUIRE(close(twice.q[k], once.q[k], 1e-15, 0.0));
        // Stated items keep their proportions.
        for (std::size_t k = 1; k < again.size(); ++k)
            if (percentages[k] > 0.0 && percentages[k - 1] > 0.0 &&
                std::isfinite(percentages[k] + percentages[k - 1]))
                REQUIRE(close(
                    once.q[k] * percentages[k - 1], once.q[k - 1] * percentages[k], 1e-14, 0.0));
    }
    CHECK(moved > 1000);
}
