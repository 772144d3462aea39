#include "metrics/entropy.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::random_distribution;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double ln_2 = std::numbers::ln2;

// From flat to nearly all mass on a few items, and the corners of the double range.
std::vector<Vector> distributions() {
    Random random(5);
    std::vector<Vector> result;
    for (const double spread : {0.0, 1.0, 5.0, 100.0})
        for (const std::size_t K : {1U, 2U, 3U, 30U, 1000U})
            result.push_back(random_distribution(random, K, spread));
    result.push_back({1.0});
    result.push_back({1.0 - 1e-15, 1e-15});
    result.push_back({1e-300, 1.0});
    result.push_back({1.0 - 0x1p-53, 0x1p-53});
    result.push_back({0.0, 1.0, 0.0});
    result.push_back({0.5 + 0x1p-52, 0.5 - 0x1p-52});
    result.push_back({0.25, 0.0, 0.75, 1e-310, 5e-324});
    Vector tiny(1000, 1e-300);
    tiny[500] = 1.0;
    result.push_back(tiny);
    return result;
}

Vector reversed(Vector p) {
    std::reverse(p.begin(), p.end());
    return p;
}

// p moved by about `relative` and renormalised.
Vector nudged(Random& random, Vector p, double relative) {
    for (double& p_k : p) p_k *= 1.0 + relative * (random.uniform() - 0.5);
    return test::normalised(std::move(p));
}

}  // namespace

TEST_CASE("shannon_entropy: closed forms", "[metrics][entropy]") {
    CHECK(shannon_entropy(Vector{1.0}) == 0.0);
    CHECK(shannon_entropy(Vector{0.0, 1.0, 0.0}) == 0.0);
    CHECK(close(shannon_entropy(Vector{0.5, 0.5}), ln_2, 1e-15));
    CHECK(close(shannon_entropy(Vector{0.5, 0.25, 0.0, 0.25}), 1.5 * ln_2, 1e-15));
    for (const std::size_t K : {2U, 3U, 10U, 1000U})
        CHECK(close(shannon_entropy(Vector(K, 1.0 / static_cast<double>(K))),
                    std::log(static_cast<double>(K)),
                    1e-14));
    // Near a delta: e (1 - ln e) to first order, with all its digits.
    CHECK(close(shannon_entropy(Vector{1.0 - 0x1p-50, 0x1p-50}),
                0x1p-50 * (1.0 + 50.0 * ln_2),
                1e-14,
                0.0));
}

TEST_CASE("shannon_entropy: agrees with 50 digits", "[metrics][entropy]") {
    for (const Vector& p : distributions()) {
        CAPTURE(p.size(), p[0]);
        CHECK(close(shannon_entropy(p), oracle::shannon_entropy(p), 2e-15, 0.0));
    }
}

TEST_CASE("cross_entropy: agrees with 50 digits", "[metrics][entropy]") {
    Random random(6);
    for (const Vector& p : distributions()) {
        const std::vector<Vector> qs{reversed(p),
                                     nudged(random, p, 0.1),
                                     random_distribution(random, p.size(), 1.0),
                                     random_distribution(random, p.size(), 50.0)};
        for (const Vector& q : qs) {
            const double expected = oracle::cross_entropy(p, q);
            CAPTURE(p.size(), p[0], q[0], expected, cross_entropy(p, q) - expected);
            CHECK(close(cross_entropy(p, q), expected, 2e-15, 0.0));
        }
    }
}

TEST_CASE("cross_entropy: missing support is infinite, unneeded support is free",
          "[metrics][entropy]") {
    CHECK(cross_entropy(Vector{0.5, 0.5}, Vector{1.0, 0.0}) == infinity);
    CHECK(cross_entropy(Vector{1.0, 1e-300}, Vector{1.0, 0.0}) == infinity);
    CHECK(cross_entropy(Vector{1.0, 0.0}, Vector{0.0, 1.0}) == infinity);  // not 0: not skipped
    CHECK(cross_entropy(Vector{1.0, 0.0}, Vector{1.0, 0.0}) == 0.0);       // 0 ln 0 = 0
    CHECK(close(cross_entropy(Vector{1.0, 0.0}, Vector{0.25, 0.75}), 2.0 * ln_2, 1e-15));
    // A sub-distribution: the dropped mass is simply not there.
    CHECK(close(cross_entropy(Vector{0.5, 0.5, 0.0}, Vector{0.25, 0.25, 0.0}), 2 * ln_2, 1e-15));
    CHECK(close(cross_entropy(Vector{1.0}, Vector{1e-300}), 690.77552789821370520, 1e-15));
}

TEST_CASE("kl_divergence: agrees with 50 digits, from far apart to nearly equal",
          "[metrics][entropy]") {
    Random random(7);
    for (const Vector& p : distributions()) {
        std::vector<Vector> qs{reversed(p), random_distribution(random, p.size(), 1.0)};
        for (const double relative : {0.9, 0.1, 1e-3, 1e-6, 1e-9})
            qs.push_back(nudged(random, p, relative));
        for (const Vector& q : qs) {
            const double expected = oracle::kl_divergence(p, q);
            CAPTURE(p.size(), p[0], q[0], expected, kl_divergence(p, q) - expected);
            // The doubles sum to 1 within e = 1e-16 or so, which moves a divergence by e^2.
            CHECK(close(kl_divergence(p, q), expected, 1e-12, 1e-18));
        }
    }
}

TEST_CASE("kl_divergence: exactly 0 for equal distributions, never negative",
          "[metrics][entropy]") {
    for (const Vector& p : distributions()) {
        CAPTURE(p.size(), p[0]);
        CHECK(kl_divergence(p, p) == 0.0);
        CHECK(jensen_shannon(p, p) == 0.0);
    }
    Random random(8);
    for (int i = 0; i < 1000; ++i) {
        const Vector p = random_distribution(random, 1 + random.below(20), 2.0);
        REQUIRE(kl_divergence(p, nudged(random, p, std::pow(10.0, -16.0 * random.uniform()))) >=
                0.0);
    }
}

TEST_CASE("kl_divergence: missing support is infinite", "[metrics][entropy]") {
    CHECK(kl_divergence(Vector{0.5, 0.5}, Vector{1.0, 0.0}) == infinity);
    CHECK(kl_divergence(Vector{1.0, 0.0}, Vector{0.0, 1.0}) == infinity);
    CHECK(close(kl_divergence(Vector{1.0, 0.0}, Vector{0.5, 0.5}), ln_2, 1e-15));
    CHECK(kl_divergence(Vector{1.0, 0.0}, Vector{1.0, 0.0}) == 0.0);
    CHECK(close(kl_divergence(Vector{0.75, 0.25}, Vector{0.25, 0.75}), 0.5 * std::log(3), 1e-15));
}

TEST_CASE("kl_divergence: is cross-entropy minus entropy", "[metrics][entropy]") {
    Random random(9);
    for (int i = 0; i < 300; ++i) {
        const std::size_t K = 1 + random.below(50);
        const Vector p = random_distribution(random, K, 3.0);
        const Vector q = random_distribution(random, K, 3.0);
        REQUIRE(close(kl_divergence(p, q), cross_entropy(p, q) - shannon_entropy(p), 1e-13));
    }
}

TEST_CASE("jensen_shannon: agrees with 50 digits and is symmetric", "[metrics][entropy]") {
    Random random(10);
    for (const Vector& p : distributions()) {
        std::vector<Vector> qs{reversed(p), random_distribution(random, p.size(), 1.0)};
        for (const double relative : {0.5, 1e-3, 1e-7}) qs.push_back(nudged(random, p, relative));
        for (const Vector& q : qs) {
            const double js = jensen_shannon(p, q);
            const double expected = oracle::jensen_shannon(p, q);
            CAPTURE(p.size(), p[0], q[0], expected, js - expected);
            CHECK(close(js, expected, 1e-12, 1e-18));
            CHECK(close(jensen_shannon(q, p), js, 1e-15));
            CHECK(js >= 0.0);
            CHECK(js <= ln_2 * (1.0 + 1e-15));
        }
    }
}

TEST_CASE("jensen_shannon: ln 2 for disjoint supports, finite where KL is not",
          "[metrics][entropy]") {
    CHECK(close(jensen_shannon(Vector{1.0, 0.0}, Vector{0.0, 1.0}), ln_2, 1e-15));
    CHECK(
        close(jensen_shannon(Vector{0.3, 0.7, 0, 0, 0}, Vector{0, 0, 0.1, 0.2, 0.7}), ln_2, 1e-15));
    // (1,0) against (1/2,1/2): m = (3/4,1/4), so ln(4/3)/2 + [ln(2/3) + ln 2]/4 = 3/4 ln(4/3).
    CHECK(close(jensen_shannon(Vector{1.0, 0.0}, Vector{0.5, 0.5}),
                0.5 * std::log(4.0 / 3.0) + 0.25 * (std::log(2.0 / 3.0) + ln_2),
                1e-15));
    // Not the mean of two divergences, which is infinite here.
    CHECK(std::isfinite(jensen_shannon(Vector{0.5, 0.5, 0.0}, Vector{0.0, 0.5, 0.5})));
}

TEST_CASE("cross_entropy: is at least the entropy, equal only for q = p (Gibbs)",
          "[metrics][entropy][property]") {
    Random random(12);
    double smallest_gap = infinity;
    double largest_gap = 0.0;
    double largest_entropy = 0.0;
    for (int i = 0; i < 2000; ++i) {
        const std::size_t K = 2 + random.below(40);
        const Vector p = random_distribution(random, K, 3.0 * random.uniform());
        const Vector q = i % 2 == 0 ? random_distribution(random, K, 3.0 * random.uniform())
                                    : nudged(random, p, 0.01);
        const double entropy = shannon_entropy(p);
        REQUIRE(cross_entropy(p, p) == entropy);
        REQUIRE(p != q);
        REQUIRE(cross_entropy(p, q) > entropy);
        REQUIRE(kl_divergence(p, q) > 0.0);
        REQUIRE(entropy <= std::log(static_cast<double>(K)) * (1.0 + 1e-15));
        const double gap = cross_entropy(p, q) - entropy;
        smallest_gap = std::min(smallest_gap, gap);
        largest_gap = std::max(largest_gap, gap);
        largest_entropy = std::max(largest_entropy, entropy);
    }
    // Guard: near and far pairs, flat and peaked ones, all occurred.
    CHECK(smallest_gap < 1e-5);
    CHECK(largest_gap > 3.0);
    CHECK(largest_entropy > 3.0);
}
