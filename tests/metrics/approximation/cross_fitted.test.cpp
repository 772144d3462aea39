#include "metrics/approximation/cross_fitted.hpp"

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
using Counts = std::vector<std::uint32_t>;
using Order = std::vector<std::uint32_t>;
using Vector = std::vector<double>;
using Kind = Smoothing::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::uint64_t total(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

HalvedCounts halves(const Counts& a, const Counts& b) {
    return {.first = a, .second = b, .n_first = total(a), .n_second = total(b)};
}

double fast(const RankMatched& approximation,
            const Counts& a,
            const Counts& b,
            const Order& order,
            std::size_t top) {
    const CrossFittedScorer scorer(approximation, top);
    CrossFittedLogs logs;
    scorer.logs(halves(a, b), logs);
    const auto value = scorer.cross_entropy(logs, halves(a, b), order);
    REQUIRE(value.has_value());
    return *value;
}

// The definition by `approximate`, which knows one half at a time.
double by_approximate(const RankMatched& approximation,
                      const Counts& a,
                      const Counts& b,
                      const Order& order,
                      std::size_t top) {
    const auto half = [&](const Counts& target, const Counts& scored) {
        const Vector p = test::shares(target);
        const auto q =
            approximate(approximation, {p, static_cast<double>(total(target))}, {}, order, top);
        REQUIRE(q.has_value());
        return static_cast<double>(total(scored)) * cross_entropy(test::shares(scored), *q);
    };
    return (half(a, b) + half(b, a)) / static_cast<double>(total(a) + total(b));
}

// `approximate` breaks the ties of unranked items by their number: the mean over every numbering.
double over_numberings(const RankMatched& approximation,
                       const Counts& a,
                       const Counts& b,
                       const Order& order,
                       std::size_t top) {
    Order number(a.size());
    std::iota(number.begin(), number.end(), 0U);
    double sum = 0.0;
    int numberings = 0;
    do {
        Counts renamed_a(a.size());
        Counts renamed_b(a.size());
        for (std::size_t k = 0; k < a.size(); ++k) {
            renamed_a[number[k]] = a[k];
            renamed_b[number[k]] = b[k];
        }
        Order renamed_order = order;
        for (std::uint32_t& item : renamed_order) item = number[item];
        sum += by_approximate(approximation, renamed_a, renamed_b, renamed_order, top);
        ++numberings;
    } while (std::next_permutation(number.begin(), number.end()));
    return sum / numberings;
}

const std::vector<Smoothing> smoothings{
    {}, {Kind::additive, 0.5}, {Kind::mixture, 0.01}, {Kind::floor, 1e-3}};

}  // namespace

TEST_CASE("cross_fitted: worked example", "[metrics][approximation]") {
    const RankMatched matched{Residual::uniform, {Kind::additive, 1.0}};
    // a = (3, 1, 0): the ranking (1, 0, 2), top 1, gives item 1 the 3 and 1/2 to each other one,
    // q_a = (1.5, 4, 1.5)/7; b = (0, 2, 0): q_b = (1, 3, 1)/5.
    const double expected =
        (-2.0 * std::log(4.0 / 7.0) - 3.0 * std::log(0.2) - std::log(0.6)) / 6.0;
    CHECK(close(fast(matched, {3, 1, 0}, {0, 2, 0}, {1, 0, 2}, 1), expected, 1e-15));
}

TEST_CASE("cross_fitted: fast and plain forms equal the definition by approximate",
          "[metrics][approximation]") {
    Random random(531);
    int infinite = 0;
    for (int repeat = 0; repeat < 400; ++repeat) {
        const std::size_t K = 1 + random.below(30);
        const Counts a = test::random_counts(random, test::all_shapes[repeat % 5], K);
        const Counts b = test::random_counts(random, test::all_shapes[random.below(5)], K);
        const Order order = test::random_permutation(random, K);
        const std::size_t top = 1 + random.below(K);
        const Residual residual = repeat % 2 == 0 ? Residual::uniform : Residual::drop;
        for (const Smoothing& smoothing : smoothings) {
            const RankMatched matched{residual, smoothing};
            CAPTURE(a, b, order, top, label(Approximation(matched), top));
            const double expected = by_approximate(matched, a, b, order, top);
            infinite += std::isinf(expected) ? 1 : 0;
            REQUIRE(close(fast(matched, a, b, order, top), expected, 1e-13));
            const auto plain = cross_fitted_cross_entropy(matched, halves(a, b), order, top);
            REQUIRE(plain.has_value());
            REQUIRE(close(*plain, expected, 1e-13));
        }
    }
    CHECK(infinite > 50);
}

TEST_CASE("cross_fitted: under the sorted residual ties are averaged over",
          "[metrics][approximation]") {
    Random random(532);
    int tied = 0;
    for (int repeat = 0; repeat < 60; ++repeat) {
        const std::size_t K = 2 + random.below(4);
        Counts a(K);
        Counts b(K);
        for (std::uint32_t& count : a) count = static_cast<std::uint32_t>(random.below(3));
        for (std::uint32_t& count : b) count = static_cast<std::uint32_t>(random.below(4));
        ++a[random.below(K)];
        ++b[random.below(K)];
        const Order order = test::random_permutation(random, K);
        const std::size_t top = 1 + random.below(K);
        for (const Smoothing& smoothing : smoothings) {
            const RankMatched matched{Residual::sorted, smoothing};
            CAPTURE(a, b, order, top, label(Approximation(matched), top));
            const double expected = over_numberings(matched, a, b, order, top);
            REQUIRE(close(fast(matched, a, b, order, top), expected, 1e-13));
            const auto plain = cross_fitted_cross_entropy(matched, halves(a, b), order, top);
            REQUIRE(plain.has_value());
            REQUIRE(close(*plain, expected, 1e-13));
            if (std::isfinite(expected))
                tied += close(by_approximate(matched, a, b, order, top), expected, 1e-9) ? 0 : 1;
        }
    }
    CHECK(tied > 10);  // else this would not see how ties are broken
}

TEST_CASE("cross_fitted: nothing when a half is empty, infinite where a half misses an item",
          "[metrics][approximation]") {
    const Order order{0, 1, 2};
    const RankMatched raw{Residual::uniform, {}};
    const CrossFittedScorer scorer(raw, 2);
    CrossFittedLogs logs;
    const Counts some{1, 2, 3};
    const Counts none{0, 0, 0};
    for (const auto& [a, b] :
         {std::pair{some, none}, std::pair{none, some}, std::pair{none, none}}) {
        scorer.logs(halves(a, b), logs);
        CHECK_FALSE(scorer.cross_entropy(logs, halves(a, b), order));
        CHECK_FALSE(cross_fitted_cross_entropy(raw, halves(a, b), order, 2));
    }
    CHECK(fast(raw, {4, 0, 0}, {3, 0, 1}, order, 2) == infinity);
    CHECK(fast(raw, {4, 0, 0}, {3, 0, 0}, order, 2) == 0.0);
}

TEST_CASE("cross_fitted: swapping the halves changes nothing, and buffers can be used again",
          "[metrics][approximation][property]") {
    Random random(533);
    for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop}) {
        const RankMatched matched{residual, {Kind::additive, 0.5}};
        const CrossFittedScorer scorer(matched, 5);
        CrossFittedLogs logs;
        for (int repeat = 0; repeat < 50; ++repeat) {
            const Counts a = test::random_counts(random, test::all_shapes[repeat % 5], 12);
            const Counts b = test::random_counts(random, test::all_shapes[repeat % 3], 12);
            const Order order = test::random_permutation(random, 12);
            scorer.logs(halves(a, b), logs);
            const auto value = scorer.cross_entropy(logs, halves(a, b), order);
            REQUIRE(value.has_value());
            REQUIRE(*value == fast(matched, a, b, order, 5));
            REQUIRE(close(fast(matched, b, a, order, 5), *value, 1e-14));
        }
    }
}
