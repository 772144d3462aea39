#include "metrics/pooling/recommended.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/metrics/pooling/mixture_oracle.hpp"
#include "tests/metrics/pooling/tables.hpp"

namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Vector = std::vector<double>;
using Counts = std::vector<std::uint32_t>;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::uint64_t total(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

long double cross_entropy(const Counts& counts, const Vector& ln_q) {
    long double sum = 0.0L;
    for (std::size_t k = 0; k < counts.size(); ++k)
        sum -= static_cast<long double>(counts[k]) * ln_q[k];
    return sum / static_cast<long double>(total(counts));
}

struct Expected {
    double cross_entropy, gap, standard_error, covariance;
};

// The jackknife users one by one; the entropy without one comes from the plain implementation.
Expected by_hand(const oracle::MixtureGroup& group, const Counts& counts, const Vector& ln_q) {
    const auto n = static_cast<long double>(total(counts));
    const long double CE = cross_entropy(counts, ln_q);
    long double first = 0.0L;
    long double second = 0.0L;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        first += group.probabilities[k] * ln_q[k];
        second += static_cast<long double>(group.probabilities[k]) * ln_q[k] * ln_q[k];
    }
    std::vector<long double> x;
    std::vector<long double> h;
    for (std::size_t k = 0; k < counts.size(); ++k)
        for (std::uint32_t user = 0; user < counts[k] && n > 1; ++user) {
            Counts fewer = counts;
            --fewer[k];
            x.push_back(cross_entropy(fewer, ln_q));
            h.push_back(group.without_one[k]);
        }
    const long double mean_x = std::accumulate(x.begin(), x.end(), 0.0L) / n;
    const long double mean_h = std::accumulate(h.begin(), h.end(), 0.0L) / n;
    long double C = 0.0L;
    for (std::size_t i = 0; i < x.size(); ++i)
        C += (n - 1.0L) / n * (x[i] - mean_x) * (h[i] - mean_h);
    const long double squared = (second - first * first) / n +
                                static_cast<long double>(group.sd) * group.sd -
                                2.0L * std::min(0.0L, C);
    return {static_cast<double>(CE),
            static_cast<double>(CE - group.mean),
            static_cast<double>(std::sqrt(squared)),
            static_cast<double>(C)};
}

const PooledGroup three{.entropy = {.mean = 0.9, .sd = 0.1},
                        .pooled_weight = 1.0,
                        .mean = {0.5, 0.3, 0.2},
                        .entropy_without_one = {0.85, 0.0, 0.7}};

}  // namespace

TEST_CASE("recommended_gap: the documented formula, users left out one by one",
          "[metrics][pooling][golden]") {
    Random random(771);
    int positive = 0;
    int negative = 0;
    for (int repeat = 0; repeat < 40; ++repeat) {
        const OwnedTable table = random_table(random);
        const auto groups = mixture_posteriors(table.view());
        const auto plain = oracle::mixture(table);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            const Counts& counts = table.groups[g].counts;
            if (total(counts) == 0) continue;
            Vector ln_q = random_distribution(random, counts.size(), 1.5);
            for (double& value : ln_q) value = std::log(value);
            const Expected expected = by_hand(plain[g], counts, ln_q);
            const RecommendedGap actual = recommended_gap(groups[g], counts, total(counts), ln_q);
            CAPTURE(counts, ln_q, expected.covariance);
            CHECK(close(actual.cross_entropy, expected.cross_entropy, 1e-12));
            CHECK(close(actual.gap, expected.gap, 1e-9));
            CHECK(close(actual.standard_error, expected.standard_error, 1e-8));
            if (expected.covariance > 1e-4) ++positive;
            if (expected.covariance < -1e-4) ++negative;
        }
    }
    CHECK(positive > 20);
    CHECK(negative > 20);
}

TEST_CASE("recommended_gap: three candidates by hand", "[metrics][pooling]") {
    // CE = (3 * 1 + 1 * 2) / 4, pi's mean of -ln q = 1.8, variance 0.5*0.64 + 0.3*1.44 + 0.2*0.04.
    // C = -(1/4) [3 * (1 - 1.25)(0.85 - 0.8125) + (2 - 1.25)(0.7 - 0.8125)] = 0.028125 > 0.
    const RecommendedGap up = recommended_gap(three, Counts{3, 0, 1}, 4, Vector{-1.0, -3.0, -2.0});
    CHECK(close(up.cross_entropy, 1.25, 1e-15));
    CHECK(close(up.gap, 0.35, 1e-14));
    CHECK(close(up.standard_error, std::sqrt(0.76 / 4.0 + 0.01), 1e-14));
    // ln q of the first and the last exchanged: C = -0.028125, mean 2.1, variance
    // 0.5*0.01 + 0.3*0.81 + 0.2*1.21.
    const RecommendedGap down =
        recommended_gap(three, Counts{3, 0, 1}, 4, Vector{-2.0, -3.0, -1.0});
    CHECK(close(down.cross_entropy, 1.75, 1e-15));
    CHECK(close(down.standard_error, std::sqrt(0.49 / 4.0 + 0.01 + 2.0 * 0.028125), 1e-14));
}

TEST_CASE("recommended_gap: a candidate with q = 0", "[metrics][pooling]") {
    const RecommendedGap seen =
        recommended_gap(three, Counts{3, 0, 1}, 4, Vector{-1.0, -3.0, -infinity});
    CHECK(seen.cross_entropy == infinity);
    CHECK(seen.gap == infinity);
    CHECK(seen.standard_error == infinity);
    const RecommendedGap unseen =
        recommended_gap(three, Counts{3, 0, 1}, 4, Vector{-1.0, -infinity, -2.0});
    CHECK(close(unseen.cross_entropy, 1.25, 1e-15));
    CHECK(close(unseen.gap, 0.35, 1e-14));
    CHECK(unseen.standard_error == infinity);
    // One that cannot be chosen does no harm.
    PooledGroup never = three;
    never.mean = {0.75, 0.0, 0.25};
    const RecommendedGap harmless =
        recommended_gap(never, Counts{3, 0, 1}, 4, Vector{-1.0, -infinity, -2.0});
    CHECK(close(harmless.standard_error, std::sqrt(0.1875 / 4.0 + 0.01), 1e-14));
}

TEST_CASE("recommended_gap: a single user has no covariance", "[metrics][pooling]") {
    const RecommendedGap one = recommended_gap(three, Counts{0, 0, 1}, 1, Vector{-1.0, -3.0, -2.0});
    CHECK(close(one.gap, 1.1, 1e-14));
    CHECK(close(one.standard_error, std::sqrt(0.76 + 0.01), 1e-14));
}
