#include "metrics/approximation/sample_frequency.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;
using Vector = std::vector<double>;
using Dec50 = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<50>,
                                            boost::multiprecision::et_off>;

constexpr double infinity = std::numeric_limits<double>::infinity();

// The mean over every sequence of m answers, each with its probability.
double enumerated(const Vector& p, const Vector& q, std::uint64_t m, double alpha) {
    double mean = 0.0;
    Counts samples(p.size(), 0);
    const std::function<void(std::uint64_t, double)> answer = [&](std::uint64_t left,
                                                                  double probability) {
        if (left > 0) {
            for (std::size_t k = 0; k < q.size(); ++k) {
                if (q[k] <= 0.0) continue;
                ++samples[k];
                answer(left - 1, probability * q[k]);
                --samples[k];
            }
            return;
        }
        for (std::size_t k = 0; k < p.size(); ++k) {
            if (p[k] <= 0.0) continue;
            const double frequency = (samples[k] + alpha) / (static_cast<double>(m) +
                                                             alpha * static_cast<double>(p.size()));
            mean -= probability * p[k] * std::log(frequency);
        }
    };
    answer(m, 1.0);
    return mean;
}

// The binomial sum from s = 0 upwards with 50 digits.
double by_50_digits(const Vector& p, const Vector& q, unsigned m, double alpha) {
    const Dec50 total = m + Dec50(alpha) * static_cast<unsigned>(p.size());
    std::vector<Dec50> logs;
    for (unsigned s = 0; s <= m; ++s) logs.push_back(log((s + Dec50(alpha)) / total));
    Dec50 sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
        const Dec50 hit(q[k]);
        Dec50 weight = pow(Dec50(1 - hit), static_cast<int>(m));
        for (unsigned s = 0; s <= m; ++s) {
            sum -= Dec50(p[k]) * weight * logs[s];
            weight *= hit / (1 - hit) * (m - s) / (s + 1);
        }
    }
    return sum.convert_to<double>();
}

}  // namespace

TEST_CASE("sample_frequency_logs: worked example, and a distribution", "[metrics][approximation]") {
    const Vector logs = sample_frequency_logs(Counts{3, 0, 1}, 4, 0.5);
    // (3.5, 0.5, 1.5) / 5.5
    CHECK(close(std::exp(logs[0]), 7.0 / 11.0, 1e-15, 0.0));
    CHECK(close(std::exp(logs[1]), 1.0 / 11.0, 1e-15, 0.0));
    CHECK(close(std::exp(logs[2]), 3.0 / 11.0, 1e-15, 0.0));
    CHECK(sample_frequency_logs(Counts{4, 0}, 4, 0.0) == Vector{0.0, -infinity});
}

TEST_CASE("expected_sample_frequency_cross_entropy: equals the mean over all sequences of answers",
          "[metrics][approximation]") {
    Random random(501);
    for (int repeat = 0; repeat < 40; ++repeat) {
        const std::size_t K = 1 + random.below(4);
        const std::uint64_t m = 1 + random.below(6);
        const double alpha = repeat % 3 == 0 ? 1.0 : 0.01 + random.uniform();
        Vector p = test::random_distribution(random, K, 1.0);
        Vector q = test::random_distribution(random, K, 2.0);
        if (K > 2 && repeat % 4 == 0) q[0] = p[1] = 0.0;
        p = test::normalised(p);
        q = test::normalised(q);
        CAPTURE(K, m, alpha, p, q);
        CHECK(close(expected_sample_frequency_cross_entropy(p, q, m, alpha),
                    enumerated(p, q, m, alpha),
                    1e-13));
    }
}

TEST_CASE("expected_sample_frequency_cross_entropy: 50 digits for many answers",
          "[metrics][approximation][golden]") {
    Random random(502);
    for (const unsigned m : {50U, 1000U, 5000U})
        for (const double alpha : {1e-8, 0.5, 30.0}) {
            const Vector p = test::random_distribution(random, 6, 1.0);
            const Vector q = test::random_distribution(random, 6, 4.0);  // some near 0, some near 1
            CAPTURE(m, alpha, p, q);
            CHECK(close(expected_sample_frequency_cross_entropy(p, q, m, alpha),
                        by_50_digits(p, q, m, alpha),
                        2e-14));
        }
}

TEST_CASE("expected_sample_frequency_cross_entropy: without pseudo-counts infinite unless certain",
          "[metrics][approximation]") {
    const Vector even{0.5, 0.5};
    CHECK(expected_sample_frequency_cross_entropy(even, even, 1, 0.0) == infinity);
    // However unlikely a miss is: 2^-100000.
    CHECK(expected_sample_frequency_cross_entropy(even, even, 100'000, 0.0) == infinity);
    const Vector certain{0.0, 1.0};
    CHECK(expected_sample_frequency_cross_entropy(certain, certain, 3, 0.0) == 0.0);
    CHECK(expected_sample_frequency_cross_entropy(even, certain, 3, 0.0) == infinity);
    CHECK(expected_sample_frequency_cross_entropy(certain, even, 3, 0.0) == infinity);
    CHECK(expected_sample_frequency_cross_entropy(Vector{1.0}, Vector{1.0}, 7, 0.0) == 0.0);
    CHECK(expected_sample_frequency_cross_entropy(Vector{1.0}, Vector{1.0}, 7, 2.0) == 0.0);
    // Finite as soon as there are pseudo-counts: p misses with probability 1/2 each time.
    CHECK(close(expected_sample_frequency_cross_entropy(even, even, 1, 1.0),
                -0.5 * (std::log(1.0 / 3.0) + std::log(2.0 / 3.0)),
                1e-15));
}

TEST_CASE("expected_sample_frequency_cross_entropy: many answers tend to the cross-entropy of q",
          "[metrics][approximation][property]") {
    const Vector p{0.6, 0.3, 0.1};
    const Vector q{0.2, 0.5, 0.3};
    const double limit = -0.6 * std::log(0.2) - 0.3 * std::log(0.5) - 0.1 * std::log(0.3);
    double before = infinity;
    for (const std::uint64_t m : {100U, 1000U, 10'000U, 100'000U, 1'000'000U}) {
        const double excess = expected_sample_frequency_cross_entropy(p, q, m, 0.5) - limit;
        CHECK(std::abs(excess) < before / 9.0);  // of order 1/m
        before = std::abs(excess);
    }
}
