#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "metrics/pooling/recommended.hpp"

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Vector = std::vector<double>;
using Counts = std::vector<std::uint32_t>;
using Order = std::vector<std::uint32_t>;

PooledGroup with_mean(Vector mean) {
    PooledGroup group;
    group.mean = std::move(mean);
    return group;
}

Order by_mean(const Vector& mean) {
    Order order = first_items(mean.size());
    std::sort(order.begin(), order.end(), [&](std::uint32_t i, std::uint32_t k) {
        return mean[i] > mean[k];
    });
    return order;
}

const PooledGroup four = with_mean({0.1, 0.4, 0.3, 0.2});

double expected_log(const Vector& mean, const Vector& ln_q) {
    double sum = 0.0;
    for (std::size_t k = 0; k < mean.size(); ++k) sum += mean[k] * ln_q[k];
    return sum;
}

}  // namespace

TEST_CASE("RankingQuality: four candidates, the first two, by hand", "[metrics][pooling]") {
    RankingQuality above;  // m = 6/10, chance 1/2, most 0.7
    above.add(four, Counts{2, 4, 1, 3}, 10, Order{1, 0}, 2);
    CHECK(close(above.value(), 0.5, 1e-14));
    RankingQuality below;  // m = 4/10, least 0.3
    below.add(four, Counts{2, 4, 1, 3}, 10, Order{2, 3, 0, 1}, 2);
    CHECK(close(below.value(), -0.5, 1e-14));
    // Both: m = 1.0, chance 1.0.
    RankingQuality both;
    both.add(four, Counts{2, 4, 1, 3}, 10, Order{1, 0}, 2);
    both.add(four, Counts{2, 4, 1, 3}, 10, Order{2, 3}, 2);
    CHECK(close(both.value(), 0.0, 1e-14));
    // A second group with three candidates and a top of one: m = 0.6 + 1, chance 1/2 + 1/3,
    // most 0.7 + 0.8.
    above.add(with_mean({0.1, 0.8, 0.1}), Counts{0, 5, 0}, 5, Order{1}, 1);
    CHECK(above.value() == 1.0);
    RankingQuality other;  // m = 0.6 + 0.4, most 0.7 + 0.8
    other.add(four, Counts{2, 4, 1, 3}, 10, Order{1, 0}, 2);
    other.add(with_mean({0.1, 0.8, 0.1}), Counts{0, 2, 3}, 5, Order{1}, 1);
    CHECK(close(other.value(), (1.0 - 5.0 / 6.0) / (1.5 - 5.0 / 6.0), 1e-14));
}

TEST_CASE("RankingQuality: 0 where there is nothing to tell", "[metrics][pooling]") {
    CHECK(RankingQuality{}.value() == 0.0);
    RankingQuality all;
    all.add(four, Counts{2, 4, 1, 3}, 10, Order{1, 0, 2, 3}, 4);
    all.add(four, Counts{0, 0, 1, 2}, 3, Order{0, 1, 2, 3}, 4);
    CHECK(all.value() == 0.0);
    // All candidates are as probable, up to rounding: no ranking is better than another.
    Random random(781);
    for (int repeat = 0; repeat < 100; ++repeat) {
        const std::size_t K = 2 + random.below(20);
        Vector mean(K);
        for (double& value : mean)
            value = (1.0 + 4e-16 * static_cast<double>(random.below(5))) / static_cast<double>(K);
        RankingQuality flat;
        const Counts counts = random_counts(random, Shape::mixed, K);
        const std::uint64_t n = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
        const std::size_t top = 1 + random.below(K);
        flat.add(with_mean(mean), counts, n, random_permutation(random, K), top);
        CHECK(flat.value() == 0.0);
    }
}

TEST_CASE("RankingQuality: near 1 for the best ranking, 0 for a random one, -1 for the worst",
          "[metrics][pooling][statistical]") {
    Random random(782);
    constexpr std::size_t K = 12;
    constexpr std::size_t top = 4;
    constexpr int groups = 2000;
    constexpr double n = 10.0;
    RankingQuality best;
    RankingQuality chance;
    RankingQuality worst;
    double room_above = 0.0;
    double room_below = 0.0;
    double random_variance = 0.0;
    for (int g = 0; g < groups; ++g) {
        const Vector p = random_distribution(random, K, 1.0);
        const PooledGroup group = with_mean(p);
        const Counts counts = choices(random, p, static_cast<std::size_t>(n));
        Order order = by_mean(p);
        for (std::size_t i = 0; i < top; ++i) {
            room_above += p[order[i]] - 1.0 / static_cast<double>(K);
            room_below += 1.0 / static_cast<double>(K) - p[order[K - 1 - i]];
        }
        best.add(group, counts, 10, order, top);
        std::reverse(order.begin(), order.end());
        worst.add(group, counts, 10, order, top);
        chance.add(group, counts, 10, random_permutation(random, K), top);
        // Of the mass of 4 drawn from 12 without replacement.
        double squares = 0.0;
        for (const double value : p) squares += std::pow(value - 1.0 / K, 2);
        random_variance += top * (squares / (K - 1.0)) * (1.0 - top / static_cast<double>(K));
    }
    // m's variance is at most 1/(4 n) a group, plus that of the random choice.
    const double noise = groups / (4.0 * n);
    CHECK(std::abs(best.value() - 1.0) < 4.5 * std::sqrt(noise) / room_above);
    CHECK(std::abs(worst.value() + 1.0) < 4.5 * std::sqrt(noise) / room_below);
    CHECK(std::abs(chance.value()) <
          4.5 * std::sqrt(noise + random_variance) / std::min(room_above, room_below));
    // The thresholds are tight enough to tell them apart.
    CHECK(4.5 * std::sqrt(noise + random_variance) / std::min(room_above, room_below) < 0.6);
    CHECK(best.value() > 0.9);
    CHECK(worst.value() < -0.6);
}

TEST_CASE("ranked_logs: four candidates, the first two, by hand", "[metrics][pooling]") {
    const double random = (std::log(0.2) + std::log(0.1)) / 2.0;
    const double best = (0.3 * std::log(0.2) + 0.2 * std::log(0.1)) / 0.5;
    const double worst = (0.2 * std::log(0.2) + 0.3 * std::log(0.1)) / 0.5;
    const std::pair<double, double> cases[] = {{0.0, random},
                                               {1.0, best},
                                               {-1.0, worst},
                                               {0.5, 0.5 * random + 0.5 * best},
                                               {-0.25, 0.75 * random + 0.25 * worst}};
    for (const auto& [quality, rest] : cases) {
        const Vector logs = ranked_logs(four, Order{1, 0, 3, 2}, 2, quality).ln_q;
        REQUIRE(logs.size() == 4);
        CHECK(close(logs[1], std::log(0.4), 1e-15));
        CHECK(close(logs[0], std::log(0.3), 1e-15));
        CHECK(close(logs[2], rest, 1e-14));
        CHECK(close(logs[3], rest, 1e-14));
    }
}

TEST_CASE("ranked_logs: a whole ranking gets the sorted means, whatever the quality",
          "[metrics][pooling]") {
    const Vector logs = ranked_logs(four, Order{3, 0, 1, 2}, 4, 0.3).ln_q;
    CHECK(close(logs[3], std::log(0.4), 1e-15));
    CHECK(close(logs[0], std::log(0.3), 1e-15));
    CHECK(close(logs[1], std::log(0.2), 1e-15));
    CHECK(close(logs[2], std::log(0.1), 1e-15));
    CHECK(ranked_logs(four, Order{3, 0, 1, 2}, 4, 0.3).order_error == 0.0);
}

TEST_CASE("recommended_gap: what is unknown of the order is in the standard error, not in the gap",
          "[metrics][pooling]") {
    const Counts counts{2, 1, 1, 0};
    const Vector ln_q = ranked_logs(four, Order{1, 0, 3, 2}, 2, 0.5).ln_q;
    PooledGroup group = four;
    group.entropy_without_one = {1.2, 1.1, 1.0, 0.0};
    const RecommendedGap without = recommended_gap(group, counts, 4, ln_q);
    const RecommendedGap with = recommended_gap(group, counts, 4, ln_q, 0.25);
    CHECK(with.gap == without.gap);
    CHECK(close(with.standard_error,
                std::sqrt(without.standard_error * without.standard_error + 0.0625),
                1e-14));
}

TEST_CASE("ranked_logs: the unranked meet what their best, worst and mean order would",
          "[metrics][pooling][property]") {
    Random random(783);
    for (int repeat = 0; repeat < 30; ++repeat) {
        const std::size_t K = 3 + random.below(5);
        const std::size_t top = 1 + random.below(K - 1);
        const PooledGroup group = with_mean(random_distribution(random, K, 1.0));
        const Order order = random_permutation(random, K);
        Order tail(order.begin() + static_cast<std::ptrdiff_t>(top), order.end());
        std::sort(tail.begin(), tail.end());
        double lowest = 0.0;
        double highest = -1e9;
        double sum = 0.0;
        double permutations = 0.0;
        do {
            Order whole(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top));
            whole.insert(whole.end(), tail.begin(), tail.end());
            const double here = expected_log(group.mean, ranked_logs(group, whole, K, 0.0).ln_q);
            lowest = std::min(lowest, here);
            highest = std::max(highest, here);
            sum += here;
            permutations += 1.0;
        } while (std::next_permutation(tail.begin(), tail.end()));
        const auto of = [&](double quality) {
            return expected_log(group.mean, ranked_logs(group, order, top, quality).ln_q);
        };
        CHECK(close(of(1.0), highest, 1e-13));
        CHECK(close(of(-1.0), lowest, 1e-13));
        CHECK(close(of(0.0), sum / permutations, 1e-13));
        CHECK(close(ranked_logs(group, order, top, 0.3).order_error,
                    (highest - sum / permutations) / 2.0,
                    1e-13));
        // The posterior's own order at quality 1 leaves no gap to the mean distribution.
        const double own =
            expected_log(group.mean, ranked_logs(group, by_mean(group.mean), top, 1.0).ln_q);
        CHECK(close(-own, oracle::shannon_entropy(group.mean), 1e-13));
    }
}
