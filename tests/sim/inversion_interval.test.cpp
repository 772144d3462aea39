#include "sim/inversion_interval.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/parallel.hpp"
#include "sim/stream.hpp"
#include "sim/study.hpp"
#include "sim/wide_multiply.hpp"

using namespace truegap;

namespace {

using Points = std::vector<metrics::CurvePoint>;

struct Shape {
    std::size_t n;
    double left, right, noise;
    bool skewed;   // most contexts have a high entropy
    bool varying;  // the noise falls with entropy, from 1.7 to 0.3 times as much
};

constexpr double planted_break = 2.0;

double uniform(sim::Stream& draws) {
    return (static_cast<double>(draws() >> 11U) + 0.5) * 0x1p-53;
}

double normal(sim::Stream& draws) {
    const double radius = std::sqrt(-2.0 * std::log(uniform(draws)));
    return radius * std::cos(2.0 * std::acos(-1.0) * uniform(draws));
}

Points planted(const Shape& shape, std::uint64_t address) {
    sim::Stream draws =
        sim::stream({.seed = 6, .purpose = sim::Purpose::noise, .cell = address, .n = shape.n});
    Points points;
    for (std::size_t i = 0; i < shape.n; ++i) {
        const double u = uniform(draws);
        const double x = 1.0 + 2.0 * (shape.skewed ? 1.0 - u * u : u);
        const double sd = shape.noise * (shape.varying ? 0.3 + 0.7 * (3.0 - x) : 1.0);
        const double d = x - planted_break;
        points.push_back({x, 2.5 + (d < 0.0 ? shape.left : shape.right) * d + sd * normal(draws)});
    }
    return points;
}

bool holds(const metrics::Interval& interval, double value) {
    return interval.low <= value && value <= interval.high;
}

struct Covered {
    std::uint32_t whole = 0, halved = 0;  // of the intervals, and of ones of half their length
};

Covered covered_of(const Shape& shape, std::uint32_t curves) {
    std::vector<Covered> each(curves);
    sim::for_each_index(2, curves, [&](std::size_t curve) {
        const auto found = sim::inversion_interval(planted(shape, curve),
                                                   {.seed = 1, .curve = curve, .resamples = 250});
        if (!found.interval) return;
        const auto [low, high] = *found.interval;
        const double quarter = 0.25 * (high - low);
        each[curve].whole = holds(*found.interval, planted_break) ? 1 : 0;
        each[curve].halved = holds({low + quarter, high - quarter}, planted_break) ? 1 : 0;
    });
    Covered sum;
    for (const Covered& one : each) {
        sum.whole += one.whole;
        sum.halved += one.halved;
    }
    return sum;
}

// Between 93 and 97 of a hundred, as far as that many curves can tell.
bool as_promised(std::uint32_t covered, std::uint32_t curves, double standard_errors) {
    const auto n = static_cast<double>(curves);
    const double share = static_cast<double>(covered) / n;
    const double margin = standard_errors * std::sqrt(0.95 * 0.05 / n);
    return share >= 0.93 - margin && share <= 0.97 + margin;
}

}  // namespace

TEST_CASE("inversion_interval: holds a planted break 93 to 97 times in a hundred",
          "[sim][inversion]") {
    constexpr std::uint32_t curves = 1000;
    const std::vector<Shape> shapes{{60, -1.0, 1.0, 0.1, false, false},
                                    {60, -0.5, 1.0, 0.2, true, true},
                                    {60, -0.5, 1.0, 0.4, false, false},
                                    {200, -1.0, 1.0, 0.4, false, true},
                                    {200, -0.5, 1.0, 0.2, true, false}};
    std::uint32_t whole = 0;
    std::uint32_t halved = 0;
    for (const Shape& shape : shapes) {
        const Covered covered = covered_of(shape, curves);
        INFO(shape.n << " contexts, slopes " << shape.left << " and " << shape.right << ", noise "
                     << shape.noise << ": " << covered.whole << ", of half the length "
                     << covered.halved);
        CHECK(as_promised(covered.whole, curves, 2.0));
        CHECK_FALSE(as_promised(covered.halved, curves, 2.0));
        whole += covered.whole;
        halved += covered.halved;
    }
    const auto all = static_cast<std::uint32_t>(curves * shapes.size());
    CHECK(as_promised(whole, all, 0.0));
    CHECK_FALSE(as_promised(halved, all, 0.0));
}

TEST_CASE("inversion_interval: contexts drawn with replacement, fitted as if repeated",
          "[sim][inversion]") {
    const Points points = planted({50, -0.7, 1.0, 0.6, false, false}, 3);
    const auto found =
        sim::inversion_interval(points, {.seed = 8, .curve = 4, .resamples = 39, .level = 0.9});
    std::vector<double> breaks;
    int without = 0;
    for (std::uint64_t b = 0; b < 39; ++b) {
        sim::Stream draws = sim::stream(
            {.seed = 8, .purpose = sim::Purpose::resampled_curves, .cell = 4, .block = b});
        Points repeated;
        for (std::size_t i = 0; i < points.size(); ++i)
            repeated.push_back(points[sim::wide_multiply(draws(), points.size()).high]);
        const auto fit = metrics::fit_two_segments(repeated);
        REQUIRE(fit);
        breaks.push_back(fit->break_at);
        if (!fit->inverted()) ++without;
    }
    std::sort(breaks.begin(), breaks.end());
    REQUIRE(found.interval);
    // The 2nd and the 38th of 39.
    CHECK(found.interval->low == Approx(breaks[1]).epsilon(1e-9));
    CHECK(found.interval->high == Approx(breaks[37]).epsilon(1e-9));
    REQUIRE(found.share_without_inversion);
    CHECK(*found.share_without_inversion == Approx(without / 39.0));
    CHECK(found.fit->break_at == metrics::fit_two_segments(points)->break_at);
}

TEST_CASE("inversion_interval: the same bits for any number of threads; others at another address",
          "[sim][inversion]") {
    const Points points = planted({40, -0.5, 1.0, 0.4, true, false}, 5);
    const sim::InversionPlan plan{.seed = 2, .curve = 1, .resamples = 100};
    const auto one = sim::inversion_interval(points, plan);
    auto other = plan;
    other.threads = 3;
    const auto three = sim::inversion_interval(points, other);
    REQUIRE((one.interval && three.interval));
    CHECK(*one.interval == *three.interval);
    CHECK(one.share_without_inversion == three.share_without_inversion);
    for (auto change : {&sim::InversionPlan::seed, &sim::InversionPlan::curve}) {
        auto elsewhere = plan;
        elsewhere.*change += 1;
        CHECK_FALSE(*sim::inversion_interval(points, elsewhere).interval == *one.interval);
    }
}

TEST_CASE("inversion_interval: how many resamples show no inversion", "[sim][inversion]") {
    const sim::InversionPlan plan{.resamples = 200};
    CHECK(sim::inversion_interval(planted({100, -1.0, 1.0, 0.1, false, false}, 1), plan)
              .share_without_inversion == 0.0);
    CHECK(sim::inversion_interval(planted({100, 0.4, 1.0, 0.05, false, false}, 1), plan)
              .share_without_inversion == 1.0);
}

TEST_CASE("inversion_interval: nothing without a fit, and an end when asked", "[sim][inversion]") {
    const sim::InversionPlan plan{.resamples = 50};
    for (const Points& points :
         {Points{}, Points{{1.0, 2.0}, {2.0, 1.0}, {3.0, 2.0}}, Points(30, {1.0, 2.0})}) {
        const auto found = sim::inversion_interval(points, plan);
        CHECK_FALSE(found.fit);
        CHECK_FALSE(found.interval);
        CHECK_FALSE(found.share_without_inversion);
    }
    // Of four contexts most resamples lack one: they have no fit, and so no inversion.
    const auto four =
        sim::inversion_interval(Points{{1.0, 2.0}, {2.0, 1.0}, {3.0, 2.0}, {4.0, 3.0}}, plan);
    CHECK(four.fit);
    REQUIRE(four.share_without_inversion);
    CHECK(*four.share_without_inversion > 0.7);
    const std::atomic<bool> stop{true};
    auto stopped = plan;
    stopped.stop = &stop;
    CHECK_THROWS_AS(sim::inversion_interval(planted({40, -0.5, 1.0, 0.4, true, false}, 5), stopped),
                    sim::Interrupted);
}
