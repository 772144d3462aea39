#include "metrics/approximation/smoothing.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <vector>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Vector = std::vector<double>;
using Kind = Smoothing::Kind;

constexpr double population = std::numeric_limits<double>::infinity();

Vector smoothed(const Smoothing& smoothing, double users, Vector q) {
    smooth(smoothing, users, q);
    return q;
}

void check_equal(const Vector& actual, const Vector& expected) {
    CAPTURE(actual, expected);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t k = 0; k < actual.size(); ++k)
        CHECK(close(actual[k], expected[k], 1e-15, 0.0));
}

}  // namespace

TEST_CASE("smooth: worked examples of each kind", "[metrics][approximation]") {
    const Vector q{0.5, 0.3, 0.2, 0.0};
    CHECK(smoothed({}, 10.0, q) == q);
    // (5 + 1, 3 + 1, 2 + 1, 0 + 1) / (10 + 4)
    check_equal(smoothed({Kind::additive, 1.0}, 10.0, q),
                {6.0 / 14.0, 4.0 / 14.0, 3.0 / 14.0, 1.0 / 14.0});
    // 0.8 q + 0.05
    check_equal(smoothed({Kind::mixture, 0.2}, 10.0, q), {0.45, 0.29, 0.21, 0.05});
    // (0.5, 0.3, 0.25, 0.25) / 1.3
    check_equal(smoothed({Kind::floor, 0.25}, 10.0, q),
                {0.5 / 1.3, 0.3 / 1.3, 0.25 / 1.3, 0.25 / 1.3});
}

TEST_CASE("smooth: for a population additive vanishes, the other kinds do not",
          "[metrics][approximation]") {
    const Vector q{0.5, 0.25, 0.25, 0.0};
    CHECK(smoothed({Kind::additive, 0.5}, population, q) == q);
    check_equal(smoothed({Kind::mixture, 0.2}, population, q), {0.45, 0.25, 0.25, 0.05});
    check_equal(smoothed({Kind::floor, 0.25}, population, q), {0.4, 0.2, 0.2, 0.2});
    // It is the limit of many users.
    const Vector many = smoothed({Kind::additive, 0.5}, 1e12, q);
    for (std::size_t k = 0; k < q.size(); ++k) CHECK(close(many[k], q[k], 1e-11));
}

TEST_CASE("smooth: of a sub-distribution additive and floor renormalise, mixture keeps the loss",
          "[metrics][approximation]") {
    const Vector q{0.5, 0.3, 0.0, 0.0};  // 0.2 dropped
    CHECK(smoothed({}, 10.0, q) == q);
    check_equal(smoothed({Kind::additive, 0.5}, 10.0, q), {0.55, 0.35, 0.05, 0.05});
    check_equal(smoothed({Kind::additive, 0.5}, population, q), {0.625, 0.375, 0.0, 0.0});
    check_equal(smoothed({Kind::mixture, 0.2}, 10.0, q), {0.45, 0.29, 0.05, 0.05});
    check_equal(smoothed({Kind::floor, 0.1}, 10.0, q), {0.5, 0.3, 0.1, 0.1});
}

TEST_CASE("smooth: amounts at the ends of their range", "[metrics][approximation]") {
    const Vector q{0.75, 0.25, 0.0, 0.0};
    check_equal(smoothed({Kind::additive, 0.0}, 10.0, q), q);
    check_equal(smoothed({Kind::additive, 1e9}, 1.0, q),
                {1000000000.75 / 4000000001.0,
                 1000000000.25 / 4000000001.0,
                 1e9 / 4000000001.0,
                 1e9 / 4000000001.0});
    check_equal(smoothed({Kind::mixture, 1.0}, 10.0, q), {0.25, 0.25, 0.25, 0.25});
    check_equal(smoothed({Kind::floor, 1.0}, 10.0, q), {0.25, 0.25, 0.25, 0.25});
    check_equal(smoothed({Kind::floor, 1e-300}, 10.0, q), {0.75, 0.25, 1e-300, 1e-300});
    check_equal(smoothed({Kind::mixture, 0.5}, 10.0, {1.0}), {1.0});
}

TEST_CASE("smooth: leaves a distribution a distribution without zeros",
          "[metrics][approximation][property]") {
    test::Random random(41);
    int zeros = 0;
    for (int repeat = 0; repeat < 300; ++repeat) {
        const Vector q = test::shares(
            test::random_counts(random, test::all_shapes[repeat % 6], 1 + random.below(50)));
        for (const double value : q) zeros += value == 0.0 ? 1 : 0;
        const double users = static_cast<double>(1 + random.below(1000));
        for (const Kind kind : {Kind::additive, Kind::mixture, Kind::floor}) {
            const Vector result = smoothed({kind, 0.001 + 0.9 * random.uniform()}, users, q);
            REQUIRE(close(std::accumulate(result.begin(), result.end(), 0.0), 1.0, 1e-13));
            for (const double value : result) REQUIRE(value > 0.0);
        }
    }
    CHECK(zeros > 1000);
}

TEST_CASE("label: names the smoothing and its amount", "[metrics][approximation]") {
    CHECK(label(Smoothing{}) == "none");
    CHECK(label(Smoothing{Kind::additive, 0.5}) == "additive 0.5");
    CHECK(label(Smoothing{Kind::additive, 1.0}) == "additive 1");
    CHECK(label(Smoothing{Kind::mixture, 0.01}) == "mixture 0.01");
    CHECK(label(Smoothing{Kind::floor, 1e-6}) == "floor 1e-06");
}

TEST_CASE("shortest: reads back as the same number", "[metrics][approximation]") {
    CHECK(shortest(0.1) == "0.1");
    CHECK(shortest(2.0) == "2");
    CHECK(shortest(-0.25) == "-0.25");
    test::Random random(42);
    for (int repeat = 0; repeat < 1000; ++repeat) {
        const double number = random.normal() * random.exponential();
        const std::string digits = shortest(number);
        REQUIRE(std::strtod(digits.c_str(), nullptr) == number);
        REQUIRE(digits.size() <= 24);
    }
    const double extreme = std::numeric_limits<double>::denorm_min();
    CHECK(std::strtod(shortest(extreme).c_str(), nullptr) == extreme);
    CHECK(std::strtod(shortest(-std::numeric_limits<double>::max()).c_str(), nullptr) ==
          -std::numeric_limits<double>::max());
}
