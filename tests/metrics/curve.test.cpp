#include "metrics/curve.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::Random;
using Points = std::vector<CurvePoint>;
using Weights = std::vector<std::uint32_t>;

struct Planted {
    double break_at = 2.0, value = 2.5, left = -1.0, right = 1.0, noise = 0.0;
};

Points planted(Random& random, std::size_t n, const Planted& shape) {
    Points points;
    for (std::size_t i = 0; i < n; ++i) {
        const double x = 1.0 + 2.0 * random.uniform();
        const double from_break = x - shape.break_at;
        points.push_back({x,
                          shape.value + (from_break < 0.0 ? shape.left : shape.right) * from_break +
                              shape.noise * random.normal()});
    }
    return points;
}

// The sum of squares of the ordinary least squares fit with a given break, by QR.
double squares_at(const Points& points, const Weights& weights, double place) {
    const auto n = static_cast<Eigen::Index>(points.size());
    Eigen::MatrixXd design(n, 3);
    Eigen::VectorXd target(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const CurvePoint& point = points[static_cast<std::size_t>(i)];
        const double root = std::sqrt(static_cast<double>(weights[static_cast<std::size_t>(i)]));
        const double d = point.entropy - place;
        design.row(i) << root, root * std::min(d, 0.0), root * std::max(d, 0.0);
        target(i) = root * point.cross_entropy;
    }
    const Eigen::VectorXd solution = design.colPivHouseholderQr().solve(target);
    return (design * solution - target).squaredNorm();
}

Points shuffled(Random& random, Points points) {
    for (std::size_t i = points.size(); i > 1; --i)
        std::swap(points[i - 1], points[random.below(i)]);
    return points;
}

std::uint32_t total(const std::vector<CurveBin>& bins) {
    return std::accumulate(bins.begin(), bins.end(), 0U, [](std::uint32_t sum, const auto& bin) {
        return sum + bin.contexts;
    });
}

}  // namespace

TEST_CASE("bin_curve: equal widths, by hand", "[metrics][curve]") {
    // [0, 1): 0 and 0.5; [1, 2): none; [2, 3): 2; [3, 4]: 3, 4.
    const Points points{{4.0, 5.0}, {0.0, 1.0}, {2.0, 2.0}, {0.5, 2.0}, {3.0, 3.5}};
    const auto bins = bin_curve(points, Binning::equal_width, 4);
    REQUIRE(bins.size() == 3);
    CHECK(bins[0].low == 0.0);
    CHECK(bins[0].high == 1.0);
    CHECK(bins[0].contexts == 2);
    CHECK(bins[0].entropy == 0.25);
    CHECK(bins[0].cross_entropy == 1.5);
    REQUIRE(bins[0].cross_entropy_se);
    CHECK(*bins[0].cross_entropy_se == Approx(0.5));  // sd 1/sqrt 2, over sqrt 2
    REQUIRE(bins[0].gap_se);
    CHECK(*bins[0].gap_se == Approx(0.25));  // gaps 1 and 1.5
    CHECK(bins[1].low == 2.0);
    CHECK(bins[1].contexts == 1);
    CHECK_FALSE(bins[1].cross_entropy_se);
    CHECK_FALSE(bins[1].gap_se);
    CHECK(bins[2].high == 4.0);
    CHECK(bins[2].entropy == 3.5);
}

TEST_CASE("bin_curve: equal counts keep one entropy together", "[metrics][curve]") {
    const auto entropies = [](const std::vector<double>& values) {
        Points points;
        for (const double x : values) points.push_back({x, x + 1.0});
        return points;
    };
    SECTION("without ties the counts differ by one at most") {
        const auto bins = bin_curve(entropies({7, 1, 2, 3, 6, 5, 4}), Binning::equal_count, 3);
        REQUIRE(bins.size() == 3);
        CHECK(bins[0].contexts == 2);
        CHECK(bins[1].contexts == 2);
        CHECK(bins[2].contexts == 3);
        CHECK(bins[0].low == 1.0);
        CHECK(bins[0].high == 3.0);
        CHECK(bins[2].low == 5.0);
        CHECK(bins[2].high == 7.0);
    }
    SECTION("a cut within a run goes to its nearer end") {
        // Cuts at 2, 4 and 6 of 8; the run of 2s is places 1 to 4.
        const auto bins = bin_curve(entropies({1, 2, 2, 2, 2, 3, 4, 5}), Binning::equal_count, 4);
        REQUIRE(bins.size() == 4);
        CHECK(bins[0].contexts == 1);
        CHECK(bins[1].contexts == 4);
        CHECK(bins[1].entropy == 2.0);
        CHECK(bins[2].contexts == 1);
        CHECK(bins[3].contexts == 2);
    }
    SECTION("one run is one bin") {
        for (const Binning binning : {Binning::equal_count, Binning::equal_width}) {
            const auto bins = bin_curve(entropies({3, 3, 3, 3}), binning, 10);
            REQUIRE(bins.size() == 1);
            CHECK(bins[0].low == 3.0);
            CHECK(bins[0].high == 3.0);
            CHECK(bins[0].contexts == 4);
            CHECK(bins[0].cross_entropy_se == 0.0);
        }
    }
    SECTION("fewer points than bins") {
        for (const Binning binning : {Binning::equal_count, Binning::equal_width}) {
            CHECK(bin_curve(entropies({1, 2, 4}), binning, 10).size() == 3);
            CHECK(bin_curve({}, binning, 10).empty());
            CHECK(bin_curve(entropies({1, 2, 4}), binning, 1).at(0).contexts == 3);
        }
    }
}

TEST_CASE("bin_curve: every context once, in ranges that hold it, whatever the order",
          "[metrics][curve]") {
    Random random(11);
    for (int round = 0; round < 200; ++round) {
        Points points;
        const std::size_t n = 1 + random.below(60);
        // Few different entropies, so that there are ties.
        for (std::size_t i = 0; i < n; ++i)
            points.push_back({0.1 * static_cast<double>(random.below(30)), random.normal()});
        const std::size_t wanted = 1 + random.below(15);
        for (const Binning binning : {Binning::equal_count, Binning::equal_width}) {
            const auto bins = bin_curve(points, binning, wanted);
            REQUIRE(bins.size() <= wanted);
            CHECK(total(bins) == n);
            for (std::size_t i = 0; i < bins.size(); ++i) {
                const bool last = i + 1 == bins.size();
                std::vector<double> within;
                for (const CurvePoint& point : points)
                    if (point.entropy >= bins[i].low &&
                        (point.entropy < bins[i].high || (last && point.entropy == bins[i].high)))
                        within.push_back(point.cross_entropy);
                REQUIRE(within.size() == bins[i].contexts);
                double sum = 0.0;
                for (const double value : within) sum += value;
                CHECK(bins[i].cross_entropy ==
                      Approx(sum / static_cast<double>(within.size())).margin(1e-12));
                if (i > 0) CHECK(bins[i].low >= bins[i - 1].high);
            }
            const auto again = bin_curve(shuffled(random, points), binning, wanted);
            REQUIRE(again.size() == bins.size());
            for (std::size_t i = 0; i < bins.size(); ++i) {
                CHECK(again[i].cross_entropy == bins[i].cross_entropy);
                CHECK(again[i].gap_se == bins[i].gap_se);
            }
        }
    }
}

TEST_CASE("published_inversion: the lowest bin, unless it is the leftmost", "[metrics][curve]") {
    const auto reading = [](const std::vector<double>& values) {
        std::vector<CurveBin> bins;
        for (const double value : values) bins.push_back({.cross_entropy = value});
        return published_inversion(bins);
    };
    CHECK_FALSE(reading({}));
    CHECK_FALSE(reading({1.0}));
    CHECK_FALSE(reading({1.0, 2.0, 1.5}));
    CHECK_FALSE(reading({1.0, 2.0, 1.0}));
    CHECK(reading({2.0, 1.0, 3.0}) == std::size_t{1});
    CHECK(reading({2.0, 1.5, 1.0}) == std::size_t{2});
    CHECK(reading({3.0, 1.0, 1.0}) == std::size_t{1});
}

TEST_CASE("fit_two_segments: a planted curve without noise is found", "[metrics][curve]") {
    Random random(3);
    for (const Planted& shape : {Planted{},
                                 Planted{.break_at = 1.4, .left = -0.5, .right = 2.0},
                                 Planted{.break_at = 2.6, .left = 1.0, .right = -3.0},
                                 Planted{.break_at = 2.2, .left = 0.2, .right = 0.9}}) {
        const auto fit = fit_two_segments(planted(random, 60, shape));
        REQUIRE(fit);
        CHECK(fit->break_at == Approx(shape.break_at).epsilon(1e-10));
        CHECK(fit->value_at_break == Approx(shape.value).epsilon(1e-10));
        CHECK(fit->left_slope == Approx(shape.left).epsilon(1e-9));
        CHECK(fit->right_slope == Approx(shape.right).epsilon(1e-9));
        CHECK(fit->sum_of_squares < 1e-20);
        CHECK(fit->inverted() == (shape.left < 0.0 && shape.right > 0.0));
    }
}

TEST_CASE("fit_two_segments: a planted break on a context", "[metrics][curve]") {
    Points points;
    for (int i = 0; i < 9; ++i) points.push_back({double(i), std::abs(double(i) - 3.0)});
    const auto fit = fit_two_segments(points);
    REQUIRE(fit);
    CHECK(fit->break_at == Approx(3.0).epsilon(1e-12));
    CHECK(fit->left_slope == Approx(-1.0).epsilon(1e-12));
    CHECK(fit->right_slope == Approx(1.0).epsilon(1e-12));
}

// No break of a fine grid fits better, by ordinary least squares that share nothing with ours; and ours
// is as good at its own break as it says.
TEST_CASE("fit_two_segments: no other break has a lower sum of squares", "[metrics][curve]") {
    Random random(5);
    std::size_t on_a_context = 0;
    std::size_t between = 0;
    for (int round = 0; round < 60; ++round) {
        const Planted shape{.break_at = 1.2 + 1.6 * random.uniform(),
                            .left = random.normal(),
                            .right = random.normal(),
                            .noise = 0.5 * random.uniform()};
        const std::size_t n = 4 + random.below(40);
        Points points = planted(random, n, shape);
        if (round % 3 == 0)
            for (CurvePoint& point : points) point.entropy = std::round(5.0 * point.entropy) / 5.0;
        Weights weights;
        for (std::size_t i = 0; i < n; ++i)
            weights.push_back(static_cast<std::uint32_t>(round % 2 == 0 ? 1 : random.below(4)));
        std::set<double> distinct;
        for (std::size_t i = 0; i < n; ++i)
            if (weights[i] > 0) distinct.insert(points[i].entropy);
        const auto fit = fit_two_segments(points, weights);
        if (distinct.size() < 4) {
            CHECK_FALSE(fit);
            continue;
        }
        REQUIRE(fit);
        const std::vector<double> x(distinct.begin(), distinct.end());
        const double low = x[1];
        const double high = x[x.size() - 2];
        CHECK(fit->break_at >= low);
        CHECK(fit->break_at <= high);
        (distinct.count(fit->break_at) > 0 ? on_a_context : between) += 1;
        CHECK(fit->sum_of_squares ==
              Approx(squares_at(points, weights, fit->break_at)).margin(1e-10));
        std::vector<double> places = x;
        for (int i = 0; i <= 500; ++i) places.push_back(low + (high - low) * i / 500.0);
        double best = std::numeric_limits<double>::infinity();
        for (const double place : places)
            if (place >= low && place <= high)
                best = std::min(best, squares_at(points, weights, place));
        CHECK(fit->sum_of_squares <= best + 1e-10);
        // A grid is no better than its step: the best of it is near.
        CHECK(fit->sum_of_squares >= best - 0.05 * (1.0 + best));
    }
    CHECK(on_a_context > 3);
    CHECK(between > 3);
}

TEST_CASE("fit_two_segments: weights are repeated points, and the order does not matter",
          "[metrics][curve]") {
    Random random(7);
    for (int round = 0; round < 50; ++round) {
        const Points points = planted(random, 5 + random.below(30), {.noise = 0.3});
        Weights weights;
        Points repeated;
        for (const CurvePoint& point : points) {
            weights.push_back(static_cast<std::uint32_t>(random.below(4)));
            repeated.insert(repeated.end(), weights.back(), point);
        }
        const auto weighted = fit_two_segments(points, weights);
        const auto plain = fit_two_segments(shuffled(random, repeated));
        REQUIRE(weighted.has_value() == plain.has_value());
        if (!plain) continue;
        CHECK(weighted->break_at == Approx(plain->break_at).epsilon(1e-9));
        CHECK(weighted->left_slope == Approx(plain->left_slope).epsilon(1e-8));
        CHECK(weighted->sum_of_squares == Approx(plain->sum_of_squares).margin(1e-12));

        const auto fit = fit_two_segments(points);
        const auto other = fit_two_segments(shuffled(random, points));
        REQUIRE((fit && other));
        CHECK(fit->break_at == other->break_at);
        CHECK(fit->sum_of_squares == other->sum_of_squares);
    }
}

TEST_CASE("fit_two_segments: far from zero and close together", "[metrics][curve]") {
    Random random(13);
    const Planted shape{.noise = 0.1};
    Points near;
    Points far;
    for (const CurvePoint& point : planted(random, 40, shape)) {
        near.push_back(point);
        far.push_back({1000.0 + 1e-3 * point.entropy, 1000.0 + 1e-3 * point.cross_entropy});
    }
    const auto a = fit_two_segments(near);
    const auto b = fit_two_segments(far);
    REQUIRE((a && b));
    CHECK(1e3 * (b->break_at - 1000.0) == Approx(a->break_at).epsilon(1e-6));
    CHECK(b->left_slope == Approx(a->left_slope).epsilon(1e-6));
    CHECK(b->right_slope == Approx(a->right_slope).epsilon(1e-6));
}

TEST_CASE("fit_two_segments: nothing to fit, and nothing to invert", "[metrics][curve]") {
    CHECK_FALSE(fit_two_segments({}));
    const Points three{{1.0, 2.0}, {2.0, 1.0}, {3.0, 2.0}, {3.0, 2.5}, {1.0, 1.0}};
    CHECK_FALSE(fit_two_segments(three));
    CHECK_FALSE(fit_two_segments(Points(20, CurvePoint{1.0, 2.0})));
    Points four = three;
    four.push_back({4.0, 3.0});
    CHECK(fit_two_segments(four));
    CHECK_FALSE(fit_two_segments(four, Weights{1, 1, 1, 1, 1, 0}));
    // Constant: slopes of exactly 0, in numbers that binary fractions cannot hold.
    Points constant;
    Points straight;
    for (int i = 0; i < 30; ++i) {
        constant.push_back({0.1 * i, 0.3});
        straight.push_back({0.1 * i, 0.7 - 0.03 * i});
    }
    const auto flat = fit_two_segments(constant);
    REQUIRE(flat);
    CHECK(flat->left_slope == 0.0);
    CHECK(flat->right_slope == 0.0);
    CHECK_FALSE(flat->inverted());
    const auto line = fit_two_segments(straight);
    REQUIRE(line);
    CHECK(line->left_slope == Approx(-0.3));
    CHECK(line->right_slope == Approx(-0.3));
    CHECK_FALSE(line->inverted());
}
