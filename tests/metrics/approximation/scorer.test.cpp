#include "metrics/approximation/scorer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/counts.hpp"
#include "metrics/entropy.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;
using Order = std::vector<std::uint32_t>;
using Kind = Smoothing::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::uint64_t total(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// The plain form: q over all candidates, then the cross-entropy of the observed shares with it.
double plain(const Approximation& approximation,
             const Counts& counts,
             const Response& response,
             const Order& order,
             std::size_t top) {
    std::vector<double> p_hat(counts.begin(), counts.end());
    const auto n = static_cast<double>(total(counts));
    for (double& share : p_hat) share /= n;
    const auto q = approximate(approximation, {p_hat, n}, response, order, top);
    REQUIRE(q.has_value());
    return cross_entropy(p_hat, *q);
}

double fast(const Approximation& approximation,
            const Counts& counts,
            const Order& order,
            std::size_t top) {
    const RankScorer scorer(approximation, top);
    Counts largest;
    largest_counts(counts, scorer.largest_needed(counts.size()), largest);
    RankLogs logs;
    scorer.logs(largest, total(counts), counts.size(), logs);
    return scorer.cross_entropy(logs, counts, total(counts), order);
}

std::vector<Smoothing> smoothings() {
    return {{},
            {Kind::additive, 0.5},
            {Kind::additive, 0.0},
            {Kind::additive, 2.25},
            {Kind::mixture, 0.01},
            {Kind::mixture, 1.0},
            {Kind::floor, 1e-6},
            {Kind::floor, 0.05}};
}

// Counts of every kind that the fast form treats apart: zeros, above 256 (not binned), above 4096
// (beyond its table), and n up to 20000 or so.
std::vector<Counts> samples() {
    Random random(61);
    std::vector<Counts> result{{1},
                               {0, 1},
                               {3, 0, 0, 0, 0},
                               {256, 255, 257, 0},
                               {4095, 4096, 4097, 0, 1},
                               {19'999, 1, 0, 0},
                               {0, 0, 5000, 5000, 5000, 5000},
                               {7, 7, 7, 7, 7}};
    for (int repeat = 0; repeat < 40; ++repeat) {
        const test::Shape shape = test::all_shapes[repeat % 5];  // all but huge
        Counts counts = test::random_counts(random, shape, 1 + random.below(12));
        if (shape == test::Shape::dominated)
            for (std::uint32_t& count : counts)
                count = count > 1000 ? 4000 + count % 15'000 : count;
        result.push_back(counts);
    }
    for (const test::Shape shape : {test::Shape::sparse, test::Shape::zipf})
        result.push_back(test::random_counts(random, shape, 60));
    return result;
}

}  // namespace

TEST_CASE("RankScorer: rank_matched agrees with the plain form", "[metrics][scorer]") {
    Random random(62);
    int finite = 0;
    int infinite = 0;
    for (const Counts& counts : samples()) {
        const std::size_t K = counts.size();
        Order right = test::random_permutation(random, K);
        const Order any = right;
        std::stable_sort(
            right.begin(), right.end(), [&](auto a, auto b) { return counts[a] > counts[b]; });
        for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
            for (const Smoothing& smoothing : smoothings())
                for (std::size_t top = 1; top <= K; top = top < 8 ? top + 1 : top + 13)
                    for (const Order& order : {any, right}) {
                        const RankMatched matched{residual, smoothing};
                        const double expected = plain(matched, counts, {}, order, top);
                        const double actual = fast(matched, counts, order, top);
                        CAPTURE(label(matched, top), counts, order, expected, actual);
                        REQUIRE(close(actual, expected, 1e-12));
                        (std::isinf(expected) ? infinite : finite) += 1;
                    }
    }
    CHECK(finite > 5000);
    CHECK(infinite > 500);
}

TEST_CASE("RankScorer: rank_curve agrees with the plain form", "[metrics][scorer]") {
    Random random(63);
    int infinite = 0;
    for (const Counts& counts : samples()) {
        const std::size_t K = counts.size();
        const Order order = test::random_permutation(random, K);
        for (const auto& [shape, parameter] :
             {std::pair{RankCurve::Shape::zipf, 1.0}, {RankCurve::Shape::geometric, 0.7}})
            for (const Residual residual : {Residual::uniform, Residual::drop})
                for (const Smoothing& smoothing : smoothings())
                    for (std::size_t top = 1; top <= K; top = top < 4 ? top + 1 : top + 7) {
                        const RankCurve curve{shape, parameter, residual, smoothing};
                        const double expected = plain(curve, counts, {}, order, top);
                        const double actual = fast(curve, counts, order, top);
                        CAPTURE(label(curve, top), counts, order, expected, actual);
                        REQUIRE(close(actual, expected, 1e-12));
                        infinite += std::isinf(expected) ? 1 : 0;
                    }
    }
    CHECK(infinite > 100);
}

TEST_CASE("RankScorer: one buffer of logs serves target after target", "[metrics][scorer]") {
    // As in the hot loop: the same scorer and buffer, other counts and other n; for a fixed curve
    // the logs hold for all counts of one n and must not survive a change of n.
    Random random(64);
    const std::vector<Approximation> approximations{
        RankMatched{Residual::uniform, {Kind::additive, 0.5}},
        RankMatched{Residual::sorted, {Kind::mixture, 0.1}},
        RankCurve{RankCurve::Shape::zipf, 1.0, Residual::uniform, {Kind::additive, 0.5}}};
    for (const Approximation& approximation : approximations) {
        const RankScorer scorer(approximation, 3);
        RankLogs logs;
        Counts largest;
        for (int repeat = 0; repeat < 60; ++repeat) {
            const Counts counts = test::random_counts(random, test::Shape::mixed, 8);
            const std::uint64_t n = total(counts);
            const Order order = test::random_permutation(random, 8);
            largest_counts(counts, scorer.largest_needed(8), largest);
            scorer.logs(largest, n, 8, logs);
            REQUIRE(close(scorer.cross_entropy(logs, counts, n, order),
                          plain(approximation, counts, {}, order, 3),
                          1e-12));
        }
    }
}

TEST_CASE("RankScorer: needs the largest counts only where it reads them", "[metrics][scorer]") {
    CHECK(RankScorer(RankMatched{Residual::uniform, {}}, 10).largest_needed(50) == 10);
    CHECK(RankScorer(RankMatched{Residual::drop, {}}, 10).largest_needed(10) == 10);
    CHECK(RankScorer(RankMatched{Residual::sorted, {}}, 10).largest_needed(50) == 50);
    CHECK(RankScorer(RankCurve{}, 10).largest_needed(50) == 0);
}

TEST_CASE("RankScorer: by hand", "[metrics][scorer]") {
    // Counts 1, 4, 0, 3, 2; ranked 2, 1: q = (1.5, 3.5, 4.5, 1.5, 1.5) / 12.5.
    const double by_hand = -(6.0 * std::log(1.5 / 12.5) + 4.0 * std::log(3.5 / 12.5)) / 10.0;
    CHECK(close(fast(RankMatched{Residual::uniform, {Kind::additive, 0.5}},
                     {1, 4, 0, 3, 2},
                     {2, 1, 3, 0, 4},
                     2),
                by_hand,
                1e-14));
    CHECK(fast(RankMatched{Residual::drop, {}}, {1, 4, 0, 3, 2}, {2, 1, 3, 0, 4}, 2) == infinity);
    // Mass on items nobody chose costs nothing; everyone in the top: nothing infinite.
    CHECK(close(fast(RankMatched{Residual::drop, {}}, {0, 4, 0, 4, 0}, {1, 3, 0, 2, 4}, 2),
                std::log(2.0),
                1e-15));
}

TEST_CASE("RankScorer: smoothing none ignores a leftover amount", "[metrics][scorer]") {
    const RankMatched matched{Residual::uniform, {Kind::none, 0.5}};
    const Counts counts{5, 3, 2, 1, 1};
    const Order order{0, 1, 2, 3, 4};
    CHECK(close(fast(matched, counts, order, 2), plain(matched, counts, {}, order, 2), 1e-12));
}

TEST_CASE("fixed_logs: agrees with the plain form", "[metrics][scorer]") {
    Random random(65);
    int infinite = 0;
    for (const Counts& counts : samples()) {
        const std::size_t K = counts.size();
        const std::uint64_t n = total(counts);
        Response response;
        response.probabilities = test::random_distribution(random, K, 2.0);
        for (const double p : response.probabilities) response.logits.push_back(std::log(p));
        if (K > 2) {
            response.logits[random.below(K)] = -infinity;
            response.probabilities[random.below(K)] = 0.0;
        }
        for (const Smoothing& smoothing : smoothings())
            for (const Approximation& approximation : {Approximation{Probabilities{smoothing}},
                                                       Approximation{Softmax{0.5, smoothing}}}) {
                const auto logs = fixed_logs(approximation, response, static_cast<double>(n));
                REQUIRE(logs.has_value());
                const double expected = plain(approximation, counts, response, {}, K);
                CAPTURE(label(approximation, K), counts, expected);
                REQUIRE(close(fixed_cross_entropy(*logs, counts, n), expected, 1e-12));
                infinite += std::isinf(expected) ? 1 : 0;
            }
    }
    CHECK(infinite > 50);
}

TEST_CASE("fixed_logs: nothing when the response lacks the form that is read",
          "[metrics][scorer]") {
    Response response;
    CHECK_FALSE(fixed_logs(Probabilities{}, response, 10.0).has_value());
    CHECK_FALSE(fixed_logs(Softmax{}, response, 10.0).has_value());
    response.logits = {0.0, 1.0};
    CHECK_FALSE(fixed_logs(Probabilities{}, response, 10.0).has_value());
    CHECK(fixed_logs(Softmax{}, response, 10.0).has_value());
}

TEST_CASE("fixed_cross_entropy: an observed item without mass is infinite, an unobserved one free",
          "[metrics][scorer]") {
    const std::vector<double> ln_q{std::log(0.5), std::log(0.5), -infinity};
    CHECK(close(fixed_cross_entropy(ln_q, Counts{3, 1, 0}, 4), std::log(2.0), 1e-15));
    CHECK(fixed_cross_entropy(ln_q, Counts{3, 0, 1}, 4) == infinity);
}
