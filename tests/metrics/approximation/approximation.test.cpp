#include "metrics/approximation/approximation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/entropy.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;
using Order = std::vector<std::uint32_t>;
using Kind = Smoothing::Kind;

constexpr double population = std::numeric_limits<double>::infinity();

void check_equal(const std::optional<Vector>& actual, const Vector& expected) {
    REQUIRE(actual.has_value());
    CAPTURE(*actual, expected);
    REQUIRE(actual->size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK(close((*actual)[k], expected[k], 1e-14, 0.0));
}

double sum(const Vector& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

Vector divided(Vector values, double by) {
    for (double& value : values) value /= by;
    return values;
}

}  // namespace

TEST_CASE("approximate: rank_matched by hand, every residual and smoothing",
          "[metrics][approximation]") {
    // Ten users chose 1, 4, 0, 3, 2 times; sorted: 4, 3, 2, 1, 0. The answer ranks item 2 first,
    // then item 1: they get 0.4 and 0.3, and 0.3 is left for the items 0, 3, 4.
    const Vector p_hat{0.1, 0.4, 0.0, 0.3, 0.2};
    const Order order{2, 1, 3, 0, 4};
    constexpr std::size_t top = 2;
    // uniform: 0.1 each. sorted: 0.2, 0.1, 0 to the items 3, 4, 0, as the target has them.
    const Vector uniform{0.1, 0.3, 0.4, 0.1, 0.1};
    const Vector sorted{0.0, 0.3, 0.4, 0.2, 0.1};
    const Vector drop{0.0, 0.3, 0.4, 0.0, 0.0};
    struct Case {
        Residual residual;
        Smoothing smoothing;
        Vector of_users, of_population;
    };
    const Case cases[] = {
        {Residual::uniform, {}, uniform, uniform},
        {Residual::sorted, {}, sorted, sorted},
        {Residual::drop, {}, drop, drop},
        // Half a pseudo-count each: (10 q + 0.5) / (10 + 2.5), for drop / (7 + 2.5).
        {Residual::uniform,
         {Kind::additive, 0.5},
         divided({1.5, 3.5, 4.5, 1.5, 1.5}, 12.5),
         uniform},
        {Residual::sorted, {Kind::additive, 0.5}, divided({0.5, 3.5, 4.5, 2.5, 1.5}, 12.5), sorted},
        {Residual::drop,
         {Kind::additive, 0.5},
         divided({0.5, 3.5, 4.5, 0.5, 0.5}, 9.5),
         divided({0.0, 3.0, 4.0, 0.0, 0.0}, 7.0)},
        // 0.9 q + 0.1 / 5: the 0.3 that drop lost stays lost.
        {Residual::uniform,
         {Kind::mixture, 0.1},
         {0.11, 0.29, 0.38, 0.11, 0.11},
         {0.11, 0.29, 0.38, 0.11, 0.11}},
        {Residual::sorted,
         {Kind::mixture, 0.1},
         {0.02, 0.29, 0.38, 0.20, 0.11},
         {0.02, 0.29, 0.38, 0.20, 0.11}},
        {Residual::drop,
         {Kind::mixture, 0.1},
         {0.02, 0.29, 0.38, 0.02, 0.02},
         {0.02, 0.29, 0.38, 0.02, 0.02}},
        // max(q, 0.15), divided by what that sums to.
        {Residual::uniform,
         {Kind::floor, 0.15},
         divided({0.15, 0.3, 0.4, 0.15, 0.15}, 1.15),
         divided({0.15, 0.3, 0.4, 0.15, 0.15}, 1.15)},
        {Residual::sorted,
         {Kind::floor, 0.15},
         divided({0.15, 0.3, 0.4, 0.2, 0.15}, 1.2),
         divided({0.15, 0.3, 0.4, 0.2, 0.15}, 1.2)},
        {Residual::drop,
         {Kind::floor, 0.15},
         divided({0.15, 0.3, 0.4, 0.15, 0.15}, 1.15),
         divided({0.15, 0.3, 0.4, 0.15, 0.15}, 1.15)},
    };
    for (const Case& example : cases) {
        const RankMatched matched{example.residual, example.smoothing};
        CAPTURE(label(matched, top));
        check_equal(approximate(matched, {p_hat, 10.0}, {}, order, top), example.of_users);
        check_equal(approximate(matched, {p_hat, population}, {}, order, top),
                    example.of_population);
    }
}

TEST_CASE("approximate: rank_matched with the full ranking leaves nothing for a residual",
          "[metrics][approximation]") {
    const Vector p{0.1, 0.4, 0.0, 0.3, 0.2};
    for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
        check_equal(approximate(RankMatched{residual, {}}, {.p = p}, {}, Order{2, 1, 3, 0, 4}, 5),
                    {0.1, 0.3, 0.4, 0.2, 0.0});
}

TEST_CASE("approximate: rank_curve by hand", "[metrics][approximation]") {
    const Vector target{0.1, 0.2, 0.3, 0.4};
    const Order order{3, 0, 2, 1};
    const auto q = [&](RankCurve curve, std::size_t top) {
        return approximate(curve, {target, 10.0}, {}, order, top);
    };
    using Shape = RankCurve::Shape;
    // 1, 1/2, 1/3, 1/4 of 25/12.
    check_equal(q({Shape::zipf, 1.0, Residual::uniform, {}}, 4), {0.24, 0.12, 0.16, 0.48});
    check_equal(q({Shape::zipf, 1.0, Residual::uniform, {}}, 2), {0.24, 0.14, 0.14, 0.48});
    check_equal(q({Shape::zipf, 1.0, Residual::drop, {}}, 2), {0.24, 0.0, 0.0, 0.48});
    // 8, 4, 2, 1 of 15.
    check_equal(q({Shape::geometric, 0.5, Residual::uniform, {}}, 4),
                divided({4.0, 1.0, 2.0, 8.0}, 15.0));
    check_equal(q({Shape::geometric, 0.5, Residual::uniform, {}}, 1),
                divided({7.0 / 3.0, 7.0 / 3.0, 7.0 / 3.0, 8.0}, 15.0));
    check_equal(q({Shape::zipf, 0.0, Residual::uniform, {}}, 4), {0.25, 0.25, 0.25, 0.25});
    check_equal(q({Shape::geometric, 1.0, Residual::uniform, {}}, 4), {0.25, 0.25, 0.25, 0.25});
    // (4.8, 2.4, 1.4, 1.4) + 0.5 of 12; dropped: (4.8, 2.4, 0, 0) + 0.5 of 9.2.
    check_equal(q({Shape::zipf, 1.0, Residual::uniform, {Kind::additive, 0.5}}, 2),
                divided({2.9, 1.9, 1.9, 5.3}, 12.0));
    check_equal(q({Shape::zipf, 1.0, Residual::drop, {Kind::additive, 0.5}}, 2),
                divided({2.9, 0.5, 0.5, 5.3}, 9.2));
}

TEST_CASE("approximate: rank_curve never depends on the target",
          "[metrics][approximation][property]") {
    Random random(51);
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::size_t K = 2 + random.below(20);
        const std::size_t top = 1 + random.below(K);
        const Order order = test::random_permutation(random, K);
        const RankCurve curve{
            repeat % 2 == 0 ? RankCurve::Shape::zipf : RankCurve::Shape::geometric,
            random.uniform(),
            repeat % 3 == 0 ? Residual::drop : Residual::uniform,
            {repeat % 5 == 0 ? Kind::none : Kind::additive, 0.5}};
        const Vector p = test::random_distribution(random, K, 2.0);
        const Vector other = test::random_distribution(random, K, 2.0);
        REQUIRE(p != other);
        REQUIRE(approximate(curve, {p, 30.0}, {}, order, top) ==
                approximate(curve, {other, 30.0}, {}, order, top));
    }
}

TEST_CASE("approximate: probabilities are renormalised, logits go through softmax",
          "[metrics][approximation]") {
    const Vector target{0.2, 0.3, 0.5};
    const Target ten_users{target, 10.0};
    Response response;
    response.probabilities = {0.4, 0.2, 0.2};
    response.logits = {0.0, std::log(2.0), -population};
    check_equal(approximate(Probabilities{}, ten_users, response, {}, 3), {0.5, 0.25, 0.25});
    // (5, 2.5, 2.5) + 1 of 13.
    check_equal(approximate(Probabilities{{Kind::additive, 1.0}}, ten_users, response, {}, 3),
                divided({6.0, 3.5, 3.5}, 13.0));
    check_equal(approximate(Softmax{}, ten_users, response, {}, 3), {1.0 / 3.0, 2.0 / 3.0, 0.0});
    check_equal(approximate(Softmax{0.5, {}}, ten_users, response, {}, 3), {0.2, 0.8, 0.0});
    check_equal(approximate(Softmax{1.0, {Kind::mixture, 0.3}}, ten_users, response, {}, 3),
                {0.7 / 3.0 + 0.1, 1.4 / 3.0 + 0.1, 0.1});
    // Only differences of logits matter, however large they are.
    response.logits = {1e4, 1e4 + std::log(2.0), 1e4};
    const auto shifted = approximate(Softmax{}, ten_users, response, {}, 3);
    REQUIRE(shifted.has_value());
    CHECK(close((*shifted)[1], 0.5, 1e-11));
    response.logits = {-1e6, 1e6, 0.0};
    check_equal(approximate(Softmax{}, ten_users, response, {}, 3), {0.0, 1.0, 0.0});
}

TEST_CASE("approximate: nothing when the response lacks the form that is read",
          "[metrics][approximation]") {
    const Vector p{0.5, 0.5};
    Response probabilities;
    probabilities.probabilities = {0.5, 0.5};
    Response logits;
    logits.logits = {0.0, 0.0};
    CHECK_FALSE(approximate(RankMatched{}, {.p = p}, probabilities, {}, 2).has_value());
    CHECK_FALSE(approximate(RankCurve{}, {.p = p}, logits, {}, 2).has_value());
    CHECK_FALSE(approximate(Probabilities{}, {.p = p}, logits, Order{0, 1}, 2).has_value());
    CHECK_FALSE(approximate(Softmax{}, {.p = p}, probabilities, Order{0, 1}, 2).has_value());
}

TEST_CASE("approximate: q is a distribution except where drop loses mass",
          "[metrics][approximation][property]") {
    Random random(52);
    int lossy = 0;
    for (int repeat = 0; repeat < 400; ++repeat) {
        const std::size_t K = 1 + random.below(30);
        const auto counts = test::random_counts(random, test::all_shapes[repeat % 6], K);
        const Vector p_hat = test::shares(counts);
        Vector ordered = p_hat;
        std::sort(ordered.rbegin(), ordered.rend());
        const std::size_t top = 1 + random.below(K);
        const double covered = std::accumulate(
            ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(top), 0.0);
        const Order order = test::random_permutation(random, K);
        for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
            for (const Kind kind : {Kind::none, Kind::additive, Kind::mixture, Kind::floor})
                for (const double users : {5.0, 1000.0, population}) {
                    const auto q = approximate(
                        RankMatched{residual, {kind, 0.25}}, {p_hat, users}, {}, order, top);
                    double expected = 1.0;
                    if (residual == Residual::drop && kind == Kind::none) expected = covered;
                    if (residual == Residual::drop && kind == Kind::mixture)
                        expected = 0.75 * covered + 0.25;
                    REQUIRE(q.has_value());
                    REQUIRE(close(sum(*q), expected, 1e-13));
                    REQUIRE(*std::min_element(q->begin(), q->end()) >= 0.0);
                    lossy += expected < 0.999 ? 1 : 0;
                }
    }
    CHECK(lossy > 500);  // guard
}

TEST_CASE("rank_matched: with a population and the full ranking q is a permutation of p",
          "[metrics][approximation][property]") {
    Random random(53);
    int wrong_orders = 0;
    int with_ties = 0;
    for (int repeat = 0; repeat < 1500; ++repeat) {
        const std::size_t K = 2 + random.below(12);
        // Every other p is made of few distinct values, so that it has ties.
        const Vector p = repeat % 2 == 0
                             ? test::random_distribution(random, K, 2.0)
                             : test::shares(test::random_counts(random, test::Shape::mixed, K));
        Vector values = p;
        std::sort(values.begin(), values.end());
        with_ties += std::adjacent_find(values.begin(), values.end()) != values.end() ? 1 : 0;

        const Order any = test::random_permutation(random, K);
        const auto q = approximate(RankMatched{}, {.p = p}, {}, any, K);
        REQUIRE(q.has_value());
        Vector sorted_q = *q;
        std::sort(sorted_q.begin(), sorted_q.end());
        REQUIRE(sorted_q == values);
        const double gap = cross_entropy(p, *q) - shannon_entropy(p);
        REQUIRE(gap >= -1e-13);
        if (*q != p) {
            ++wrong_orders;
            REQUIRE(gap > 0.0);
        }

        // The right order up to ties, these broken by the random permutation.
        Order right = any;
        std::stable_sort(right.begin(), right.end(), [&](auto a, auto b) { return p[a] > p[b]; });
        const auto exact = approximate(RankMatched{}, {.p = p}, {}, right, K);
        REQUIRE(*exact == p);
        REQUIRE(std::abs(cross_entropy(p, *exact) - shannon_entropy(p)) <= 1e-13);
    }
    CHECK(wrong_orders > 1000);
    CHECK(with_ties > 300);
}

TEST_CASE("values_by_rank: sorted values, then the residual", "[metrics][approximation]") {
    const Vector sorted{0.5, 0.3, 0.2, 0.0};
    CHECK(values_by_rank(RankMatched{Residual::uniform, {}}, sorted, 2) ==
          Vector{0.5, 0.3, 0.1, 0.1});
    CHECK(values_by_rank(RankMatched{Residual::sorted, {}}, sorted, 2) == sorted);
    CHECK(values_by_rank(RankMatched{Residual::drop, {}}, sorted, 2) == Vector{0.5, 0.3, 0.0, 0.0});
    check_equal(
        values_by_rank(RankCurve{RankCurve::Shape::geometric, 0.5, Residual::drop, {}}, 3, 2),
        divided({4.0, 2.0, 0.0}, 7.0));
}

TEST_CASE("label: says every choice that was made", "[metrics][approximation]") {
    CHECK(label(RankMatched{Residual::uniform, {Kind::additive, 0.5}}, 10) ==
          "rank_matched(uniform,additive 0.5,top 10)");
    CHECK(label(RankMatched{Residual::sorted, {Kind::floor, 1e-6}}, 3) ==
          "rank_matched(sorted,floor 1e-06,top 3)");
    CHECK(label(RankMatched{Residual::drop, {}}, 1) == "rank_matched(drop,none,top 1)");
    CHECK(label(RankCurve{}, 10) == "rank_curve(zipf 1,uniform,none,top 10)");
    CHECK(label(RankCurve{RankCurve::Shape::geometric, 0.8, Residual::drop, {Kind::mixture, 0.01}},
                5) == "rank_curve(geometric 0.8,drop,mixture 0.01,top 5)");
    CHECK(label(Probabilities{}, 10) == "probabilities");
    CHECK(label(Probabilities{{Kind::floor, 0.001}}, 10) == "probabilities(floor 0.001)");
    CHECK(label(Softmax{}, 10) == "softmax(1)");
    CHECK(label(Softmax{0.7, {Kind::additive, 1.0}}, 10) == "softmax(0.7,additive 1)");
}

TEST_CASE("ranks_read: of those that read a ranking", "[metrics][approximation]") {
    CHECK(ranks_read(RankMatched{}, 10) == 10);
    CHECK(ranks_read(RankCurve{}, 10) == 10);
    CHECK(ranks_read(TopLogprobs{}, 10) == 10);
    CHECK(ranks_read(TopLogprobs{.known = 20, .smoothing = {}}, 10) == 20);
    CHECK(ranks_read(CrossFittedRankMatched{}, 10) == 10);
    CHECK(ranks_read(Recommended{Recommended::Reads::ranking}, 10) == 10);
    CHECK(ranks_read(Recommended{}, 10) == 0);
    CHECK(ranks_read(Probabilities{}, 10) == 0);
    CHECK(ranks_read(Softmax{}, 10) == 0);
    CHECK(ranks_read(SampleFrequency{}, 10) == 0);
    CHECK(ranks_read(Verbalized{}, 10) == 0);
}
