#include "metrics/curve_test.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace truegap::metrics;

namespace {

using Profiles = std::vector<std::vector<double>>;

// Parts of a perfect predictor's curve, with another mean and spread each, and dependent.
std::vector<double> null_profile(std::mt19937_64& engine, std::size_t parts) {
    std::normal_distribution<double> normal;
    const double common = normal(engine);
    std::vector<double> profile;
    for (std::size_t k = 0; k < parts; ++k) {
        const auto place = static_cast<double>(k);
        profile.push_back(1.0 / (1.0 + place) + (0.1 + 0.02 * place) * (normal(engine) + common));
    }
    return profile;
}

Profiles null_profiles(std::mt19937_64& engine, std::size_t count, std::size_t parts) {
    Profiles profiles;
    for (std::size_t b = 0; b < count; ++b) profiles.push_back(null_profile(engine, parts));
    return profiles;
}

// How often data sets are rejected at 0.05 when each part's gap is raised by so much.
struct Rejections {
    double worse = 0.0, rise = 0.0;
};
Rejections rejections(std::size_t sets, double low_end, double everywhere, double threshold) {
    std::mt19937_64 engine(11);
    Rejections share;
    for (std::size_t i = 0; i < sets; ++i) {
        const Profiles null = null_profiles(engine, 39, 6);
        std::vector<double> observed = null_profile(engine, 6);
        for (std::size_t k = 0; k < 6; ++k) observed[k] += everywhere + (k < 2 ? low_end : 0.0);
        const CurveTest test = compare_with_null(observed, null);
        share.worse += test.worse_p <= threshold ? 1.0 : 0.0;
        share.rise += test.rise_p <= threshold ? 1.0 : 0.0;
    }
    share.worse /= static_cast<double>(sets);
    share.rise /= static_cast<double>(sets);
    return share;
}

}  // namespace

TEST_CASE("gap_profile: means of parts of equal count, in any order of the points",
          "[metrics][curve]") {
    std::vector<CurvePoint> points;
    for (int i = 0; i < 7; ++i) points.push_back({0.1 * i, 0.1 * i + i * i});
    const std::vector<double> profile = gap_profile(points, 3);  // 2, 2 and 3 contexts
    REQUIRE(profile.size() == 3);
    CHECK(profile[0] == Approx((0.0 + 1.0) / 2));
    CHECK(profile[1] == Approx((4.0 + 9.0) / 2));
    CHECK(profile[2] == Approx((16.0 + 25.0 + 36.0) / 3));
    std::mt19937_64 engine(1);
    for (int round = 0; round < 20; ++round) {
        std::shuffle(points.begin(), points.end(), engine);
        CHECK(gap_profile(points, 3) == profile);
    }
    CHECK(gap_profile(points, 20).size() == 7);
    CHECK(gap_profile({}, 4).empty());
}

TEST_CASE("gap_profile: contexts of one entropy are in an order of their own", "[metrics][curve]") {
    std::vector<CurvePoint> points{{1.0, 3.0}, {1.0, 2.0}, {1.0, 5.0}, {1.0, 1.0}};
    const std::vector<double> profile = gap_profile(points, 2);
    std::reverse(points.begin(), points.end());
    CHECK(gap_profile(points, 2) == profile);
}

TEST_CASE("compare_with_null: by hand", "[metrics][curve]") {
    // One part: z keeps the order, so p counts the profiles that reach the observed one.
    const Profiles one{{0.1}, {0.5}, {0.3}, {0.2}};
    const CurveTest test = compare_with_null(std::vector<double>{0.3}, one);
    CHECK(test.worse_p == Approx(3.0 / 5));
    CHECK(test.part_p == std::vector<double>{3.0 / 5});
    CHECK(test.excess[0] == Approx(0.3 - 0.275));
    CHECK(test.rise_p == 1.0);

    // Two parts: one cut, whose contrast keeps its order under z.
    const Profiles two{{0.2, 0.1}, {0.4, 0.1}, {0.1, 0.3}};
    const CurveTest rise = compare_with_null(std::vector<double>{0.9, 0.2}, two);
    CHECK(rise.rise_p == Approx(1.0 / 4));
    CHECK(rise.rise_cut == 1);
    CHECK(rise.rise_excess == Approx(0.7 - (0.1 + 0.3 - 0.2) / 3));
    CHECK(rise.worst_part == 0);
}

TEST_CASE("compare_with_null: parts that never differ decide nothing", "[metrics][curve]") {
    const Profiles same{{0.2, 0.1}, {0.2, 0.1}};
    const CurveTest test = compare_with_null(std::vector<double>{0.2, 0.1}, same);
    CHECK(test.worse_p == 1.0);
    CHECK(test.rise_p == 1.0);
}

TEST_CASE("compare_with_null: shifting and scaling any part alike changes no p",
          "[metrics][curve][property]") {
    std::mt19937_64 engine(5);
    for (int round = 0; round < 50; ++round) {
        Profiles null = null_profiles(engine, 19, 4);
        std::vector<double> observed = null_profile(engine, 4);
        const CurveTest before = compare_with_null(observed, null);
        const auto change = [&](std::vector<double>& profile) {
            for (std::size_t k = 0; k < 4; ++k)
                profile[k] = 3.0 + profile[k] * (1.0 + static_cast<double>(k));
        };
        change(observed);
        for (auto& profile : null) change(profile);
        const CurveTest after = compare_with_null(observed, null);
        CHECK(after.worse_p == before.worse_p);
        CHECK(after.worst_part == before.worst_part);
        CHECK(after.part_p == before.part_p);
        // No part is more certain than the worst one.
        CHECK(*std::min_element(after.part_p.begin(), after.part_p.end()) == after.worse_p);
    }
}

TEST_CASE("compare_with_null: a perfect predictor is rejected 5 times in 100, a worse one often",
          "[metrics][curve][statistical]") {
    constexpr std::size_t sets = 4000;
    const double se = std::sqrt(0.05 * 0.95 / sets);
    const Rejections perfect = rejections(sets, 0.0, 0.0, 0.05);
    CHECK(std::abs(perfect.worse - 0.05) < 4.0 * se);
    CHECK(std::abs(perfect.rise - 0.05) < 4.0 * se);
    // The planted error: a threshold of 2 in 40 taken for 3 in 40 rejects too many.
    CHECK(rejections(sets, 0.0, 0.0, 0.075).worse - 0.05 > 4.0 * se);
    // Worse everywhere is no rise; worse at low entropies is both.
    const Rejections everywhere = rejections(400, 0.0, 0.6, 0.05);
    CHECK(everywhere.worse > 0.8);
    CHECK(everywhere.rise < 0.05 + 4.0 * std::sqrt(0.05 * 0.95 / 400));
    const Rejections low = rejections(400, 0.6, 0.0, 0.05);
    CHECK(low.worse > 0.8);
    CHECK(low.rise > 0.8);
}
