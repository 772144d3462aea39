#include "metrics/gap.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "metrics/entropy.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;
using Order = std::vector<std::uint32_t>;
using Kind = Smoothing::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<Smoothing> smoothings{
    {}, {Kind::additive, 0.5}, {Kind::mixture, 0.1}, {Kind::floor, 0.05}};

Response ranked(const Vector& scores) {
    Response response;
    response.ranking = ranking_by(scores);
    return response;
}

// The plain average over all K! lotteries, each of which orders the tied candidates its own way.
// lotteries: as many orders of 0..K-1 as are wanted of them.
double average_over(const std::vector<Order>& lotteries,
                    const Approximation& approximation,
                    const Vector& p,
                    const Response& response,
                    std::size_t top) {
    double sum = 0.0;
    for (Order order : lotteries) {
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
            return response.ranking->tier_of[a] < response.ranking->tier_of[b];
        });
        sum += cross_entropy(p, approximate(approximation, {.p = p}, response, order, top).value());
    }
    return sum / static_cast<double>(lotteries.size());
}

std::vector<Order> all_lotteries(std::size_t K) {
    std::vector<Order> result;
    Order lottery(K);
    std::iota(lottery.begin(), lottery.end(), 0U);
    do {
        result.push_back(lottery);
    } while (std::next_permutation(lottery.begin(), lottery.end()));
    return result;
}

struct Seen {
    int finite = 0, infinite = 0;
};

void check_all_ways(const Vector& p, const Vector& scores, Seen& seen) {
    const std::vector<Order> lotteries = all_lotteries(p.size());
    const Response response = ranked(scores);
    std::vector<Approximation> approximations;
    for (const Smoothing& smoothing : smoothings) {
        for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
            approximations.emplace_back(RankMatched{residual, smoothing});
        approximations.emplace_back(
            RankCurve{RankCurve::Shape::zipf, 1.0, Residual::uniform, smoothing});
        approximations.emplace_back(
            RankCurve{RankCurve::Shape::geometric, 0.6, Residual::drop, smoothing});
    }
    for (const Approximation& approximation : approximations)
        for (std::size_t top = 1; top <= p.size(); ++top) {
            const auto actual = population_cross_entropy(approximation, p, response, top);
            const double expected = average_over(lotteries, approximation, p, response, top);
            CAPTURE(label(approximation, top), p, scores, expected);
            REQUIRE(actual.has_value());
            CHECK(close(*actual, expected, 1e-12));
            (std::isinf(expected) ? seen.infinite : seen.finite) += 1;
        }
}

}  // namespace

TEST_CASE("population_cross_entropy: is the average over every way to break the ties",
          "[metrics][gap]") {
    Seen seen;
    const std::vector<Vector> tie_structures{{1, 1, 1, 1, 1, 1},   // all tied
                                             {6, 5, 4, 3, 2, 1},   // none
                                             {1, 2, 3, 3, 2, 1},   // in pairs
                                             {2, 2, 9, 2, 2, 1},   // a tie that straddles most tops
                                             {1, 1, 1, 1, 1, 5},   // one leads
                                             {1, 3, 3, 3, 1, 1}};  // in threes
    const std::vector<Vector> populations{
        {0.30, 0.05, 0.25, 0.10, 0.18, 0.12},
        {0.20, 0.20, 0.10, 0.10, 0.20, 0.20},   // its own ties
        {0.40, 0.00, 0.35, 0.25, 0.00, 0.00},   // zeros: infinite for some
        {0.00, 0.00, 0.00, 1.00, 0.00, 0.00}};  // a single item
    for (const Vector& scores : tie_structures)
        for (const Vector& p : populations) check_all_ways(p, scores, seen);
    CHECK(seen.finite > 1000);
    CHECK(seen.infinite > 300);
}

TEST_CASE("population_cross_entropy: averages over ties among seven and among few",
          "[metrics][gap]") {
    Seen seen;
    check_all_ways({0.05, 0.25, 0.10, 0.30, 0.02, 0.08, 0.20}, {2, 1, 2, 2, 1, 2, 3}, seen);
    for (const Vector& scores : {Vector{1, 1}, Vector{1, 2}, Vector{2, 1}})
        check_all_ways({0.75, 0.25}, scores, seen);
    check_all_ways({1.0}, {1.0}, seen);
    Random random(71);
    for (int repeat = 0; repeat < 20; ++repeat) {
        const std::size_t K = 3 + random.below(2);
        Vector scores(K);
        for (double& score : scores) score = static_cast<double>(random.below(3));
        check_all_ways(test::random_distribution(random, K, 1.5), scores, seen);
    }
    CHECK(seen.finite > 500);
}

TEST_CASE("population_cross_entropy: without ties it is approximate, then cross_entropy",
          "[metrics][gap]") {
    Random random(72);
    for (int repeat = 0; repeat < 200; ++repeat) {
        const std::size_t K = 2 + random.below(80);
        const Vector p = test::random_distribution(random, K, 1.5);
        const Response response = ranked(test::random_distribution(random, K, 1.5));
        const std::size_t top = 1 + random.below(K);
        for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
            for (const Smoothing& smoothing : smoothings) {
                const RankMatched matched{residual, smoothing};
                const auto q =
                    approximate(matched, {.p = p}, response, response.ranking->order, top);
                REQUIRE(close(population_cross_entropy(matched, p, response, top).value(),
                              cross_entropy(p, *q),
                              1e-12));
            }
    }
}

TEST_CASE("population_cross_entropy: all of many candidates tied has a closed form",
          "[metrics][gap]") {
    // Every item is ranked in each place with chance 1/K: the mean of ln q over the places.
    constexpr std::size_t K = 200;
    Random random(73);
    const Vector p = test::random_distribution(random, K, 1.0);
    const Response response = ranked(Vector(K, 1.0));
    Vector sorted = p;
    std::sort(sorted.rbegin(), sorted.rend());
    double mean_ln = 0.0;
    for (const double value : sorted) mean_ln += std::log(value) / K;
    CHECK(close(population_cross_entropy(RankMatched{}, p, response, K).value(), -mean_ln, 1e-12));

    const double rest = std::accumulate(sorted.begin() + 10, sorted.end(), 0.0) / (K - 10);
    double cut = (K - 10) * std::log(rest) / K;
    for (std::size_t i = 0; i < 10; ++i) cut += std::log(sorted[i]) / K;
    CHECK(close(population_cross_entropy(RankMatched{}, p, response, 10).value(), -cut, 1e-12));
}

TEST_CASE("population_cross_entropy: all of many candidates tied, the rest in target order",
          "[metrics][gap]") {
    // Going through the items in target order: with j of the first r ranked, the next is ranked
    // with chance (top - j) / (K - r), in any place; else it takes the unranked place r - j.
    constexpr std::size_t K = 300;
    Random random(76);
    Vector p = test::random_distribution(random, K, 1.0);
    std::sort(p.rbegin(), p.rend());
    const Response response = ranked(Vector(K, 1.0));
    for (const std::size_t top : {1U, 10U, 150U, 299U}) {
        double mean_ranked = 0.0;
        for (std::size_t i = 0; i < top; ++i)
            mean_ranked += std::log(p[i]) / static_cast<double>(top);
        Vector chance(top + 1, 0.0);  // of j ranked so far
        chance[0] = 1.0;
        double expected = 0.0;
        for (std::size_t r = 0; r < K; ++r) {
            for (std::size_t j = std::min(r, top) + 1; j-- > 0;) {
                const double is_ranked = static_cast<double>(top - j) / static_cast<double>(K - r);
                expected -= p[r] * chance[j] * is_ranked * mean_ranked;
                if (is_ranked < 1.0)
                    expected -= p[r] * chance[j] * (1.0 - is_ranked) * std::log(p[top + r - j]);
                if (j < top) chance[j + 1] += chance[j] * is_ranked;
                chance[j] *= 1.0 - is_ranked;
            }
        }
        CAPTURE(top, expected);
        CHECK(close(*population_cross_entropy(RankMatched{Residual::sorted, {}}, p, response, top),
                    expected,
                    1e-12));
    }
}

TEST_CASE("population_cross_entropy: forms without a ranking need none", "[metrics][gap]") {
    const Vector p{0.5, 0.3, 0.2};
    Response response;
    response.probabilities = {0.25, 0.25, 0.5};
    response.logits = {0.0, 0.0, std::log(2.0)};
    const double expected = -(0.8 * std::log(0.25) + 0.2 * std::log(0.5));
    for (const std::size_t top : {1U, 3U}) {
        CHECK(close(*population_cross_entropy(Probabilities{}, p, response, top), expected, 1e-14));
        CHECK(close(*population_cross_entropy(Softmax{}, p, response, top), expected, 1e-14));
    }
    CHECK_FALSE(population_cross_entropy(RankMatched{}, p, response, 3).has_value());
    CHECK_FALSE(population_cross_entropy(RankCurve{}, p, response, 3).has_value());
    CHECK_FALSE(population_cross_entropy(Probabilities{}, p, ranked({3, 2, 1}), 3).has_value());
    CHECK_FALSE(complete_cross_entropy(Softmax{}, p, ranked({3, 2, 1})).has_value());
    response.probabilities = {0.5, 0.5, 0.0};
    CHECK(population_cross_entropy(Probabilities{}, p, response, 3) == infinity);
}

TEST_CASE("complete_cross_entropy: by hand, whatever the smoothing and the residual",
          "[metrics][gap]") {
    // The reversed order gives the item of 0.5 the value 0.2 and so on.
    const Vector p{0.5, 0.3, 0.2};
    const double reversed = -(0.5 * std::log(0.2) + 0.3 * std::log(0.3) + 0.2 * std::log(0.5));
    // zipf over three: 6/11, 3/11, 2/11.
    const double curve =
        -(0.5 * std::log(2.0 / 11.0) + 0.3 * std::log(3.0 / 11.0) + 0.2 * std::log(6.0 / 11.0));
    for (const Smoothing& smoothing : smoothings)
        for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop}) {
            const RankMatched matched{residual, smoothing};
            CHECK(close(*complete_cross_entropy(matched, p, ranked({1, 2, 3})), reversed, 1e-14));
            CHECK(close(
                *complete_cross_entropy(matched, p, ranked({3, 2, 1})), shannon_entropy(p), 1e-14));
            if (residual == Residual::sorted) continue;
            const RankCurve zipf{RankCurve::Shape::zipf, 1.0, residual, smoothing};
            CHECK(close(*complete_cross_entropy(zipf, p, ranked({1, 2, 3})), curve, 1e-14));
        }
    Response logits;
    logits.logits = {0.0, 0.0, -infinity};
    CHECK(complete_cross_entropy(Softmax{1.0, {Kind::mixture, 0.5}}, p, logits) == infinity);
}

TEST_CASE("complete_cross_entropy: never below the entropy for rank_matched",
          "[metrics][gap][property]") {
    Random random(74);
    for (int repeat = 0; repeat < 1000; ++repeat) {
        const std::size_t K = 1 + random.below(20);
        const Vector p = test::shares(test::random_counts(random, test::Shape::mixed, K));
        Vector scores(K);
        for (double& score : scores) score = static_cast<double>(random.below(4));
        REQUIRE(*complete_cross_entropy(RankMatched{}, p, ranked(scores)) >=
                shannon_entropy(p) - 1e-13);
        // Exactly the entropy when the ranking is p's own, ties and all.
        REQUIRE(
            close(*complete_cross_entropy(RankMatched{}, p, ranked(p)), shannon_entropy(p), 1e-13));
    }
}

TEST_CASE("decompose: the four terms by hand", "[metrics][gap]") {
    const GapDecomposition terms = decompose({.entropy = 2.0,
                                              .true_gap = 0.1,
                                              .complete_cross_entropy = 2.3,
                                              .answered_cross_entropy = 2.7,
                                              .mean_entropy = 1.8,
                                              .mean_cross_entropy = 2.6,
                                              .mean_gap = 0.8});
    CHECK(close(*terms.approximation, 0.2, 1e-14));  // (2.3 - 2.0) - 0.1
    CHECK(close(*terms.answer, 0.4, 1e-14));         // 2.7 - 2.3
    CHECK(close(*terms.entropy, 0.2, 1e-14));        // 2.0 - 1.8
    CHECK(close(*terms.cross_entropy, -0.1, 1e-14));
    CHECK(close(*terms.total_bias, 0.7, 1e-14));
}

TEST_CASE("decompose: the terms sum to the total bias", "[metrics][gap][property]") {
    Random random(75);
    for (int repeat = 0; repeat < 1000; ++repeat) {
        const auto level = [&] { return 10.0 * random.uniform(); };
        GapLevels levels{level(), level(), level(), level(), level(), level(), {}};
        levels.mean_gap = *levels.mean_cross_entropy - *levels.mean_entropy;
        const GapDecomposition terms = decompose(levels);
        REQUIRE(std::abs(*terms.approximation + *terms.answer + *terms.entropy +
                         *terms.cross_entropy - *terms.total_bias) <= 1e-12);
    }
}

TEST_CASE("decompose: infinity minus infinity is undefined, infinity alone is not",
          "[metrics][gap]") {
    const GapLevels finite{2.0, 0.1, 2.3, 2.7, 1.8, 2.6, 0.8};

    GapLevels levels = finite;
    levels.true_gap = infinity;
    CHECK(decompose(levels).approximation == -infinity);
    CHECK(decompose(levels).total_bias == -infinity);
    levels.complete_cross_entropy = infinity;
    CHECK_FALSE(decompose(levels).approximation.has_value());
    CHECK(decompose(levels).answer == -infinity);
    levels.answered_cross_entropy = infinity;
    CHECK_FALSE(decompose(levels).answer.has_value());
    CHECK(decompose(levels).cross_entropy == -infinity);
    levels.mean_cross_entropy = infinity;
    levels.mean_gap = infinity;
    CHECK_FALSE(decompose(levels).cross_entropy.has_value());
    CHECK_FALSE(decompose(levels).total_bias.has_value());
    CHECK(close(*decompose(levels).entropy, 0.2, 1e-14));  // untouched by the rest

    levels = finite;
    levels.answered_cross_entropy = infinity;
    CHECK(decompose(levels).answer == infinity);
    CHECK(decompose(levels).cross_entropy == -infinity);
    CHECK(decompose(levels).total_bias.has_value());
}

TEST_CASE("decompose: a missing level leaves only its own terms out", "[metrics][gap]") {
    const GapDecomposition none = decompose({2.0, 0.1, {}, {}, {}, {}, {}});
    CHECK_FALSE(none.approximation.has_value());
    CHECK_FALSE(none.answer.has_value());
    CHECK_FALSE(none.entropy.has_value());
    CHECK_FALSE(none.cross_entropy.has_value());
    CHECK_FALSE(none.total_bias.has_value());
    GapLevels levels{2.0, 0.1, 2.3, 2.7, {}, 2.6, {}};
    const GapDecomposition terms = decompose(levels);
    CHECK(terms.approximation.has_value());
    CHECK(terms.answer.has_value());
    CHECK_FALSE(terms.entropy.has_value());
    CHECK(terms.cross_entropy.has_value());
    CHECK_FALSE(terms.total_bias.has_value());
}
