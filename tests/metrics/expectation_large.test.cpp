#include <boost/multiprecision/cpp_dec_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "metrics/estimators/registry.hpp"
#include "metrics/expectation.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Values = std::vector<double>;
using Dec50 = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<50>,
                                            boost::multiprecision::et_off>;

const AdditiveStatistic seen{
    .term = [](std::size_t, std::uint64_t count) { return count > 0 ? 1.0 : 0.0; }};

// Mean of the plug-in, sum_k sum_j -(j/n) ln(j/n) C(n, j) p^j (1-p)^(n-j), from j = 0 upward.
double plug_in_mean(const Values& p, std::uint32_t n) {
    std::vector<Dec50> f(n + 1);
    for (std::uint32_t j = 1; j <= n; ++j) f[j] = -Dec50(j) / n * log(Dec50(j) / n);
    Dec50 total = 0;
    for (const double p_k : p) total += Dec50(p_k);
    Dec50 sum = 0;
    for (const double p_k : p) {
        const Dec50 exact = Dec50(p_k) / total;
        Dec50 weight = pow(Dec50(1 - exact), n);
        for (std::uint32_t j = 0; j <= n; ++j) {
            sum += weight * f[j];
            weight *= Dec50(n - j) / (j + 1) * exact / (1 - exact);
        }
    }
    return sum.convert_to<double>();
}

}  // namespace

TEST_CASE("additive_mean: agrees with 50 digits for 50 items and 1000 observations",
          "[metrics][expectation]") {
    Random random(81);
    const Estimator plug_in = find_estimator("plug_in").value();
    for (const double spread : {0.5, 2.0, 6.0}) {
        const Values p = test::random_distribution(random, 50, spread);
        CHECK(close(expected_entropy(plug_in, p, 1000)->mean, plug_in_mean(p, 1000), 1e-13, 0.1));
    }
}

TEST_CASE("additive_covariance: of the number of items seen, and with a fixed cross-entropy",
          "[metrics][expectation]") {
    Random random(82);
    for (const std::uint64_t n : {1U, 20U, 1000U})
        for (const double spread : {0.0, 1.0, 4.0}) {
            const Values p = test::random_distribution(random, 50, spread);
            const auto size = static_cast<double>(n);
            Values ln_q;
            for (const double q : test::random_distribution(random, 50, 1.0))
                ln_q.push_back(std::log(q));
            // From the probabilities that one item, or two, stay unseen.
            double mean = 0.0;
            double variance = 0.0;
            double covariance = 0.0;
            for (std::size_t i = 0; i < p.size(); ++i) {
                const double absent = std::pow(1.0 - p[i], size);
                mean += 1.0 - absent;
                variance += absent * (1.0 - absent);
                for (std::size_t j = 0; j < p.size(); ++j) {
                    if (j != i)
                        variance += std::pow(std::max(1.0 - p[i] - p[j], 0.0), size) -
                                    absent * std::pow(1.0 - p[j], size);
                    // Cov(1{c_i > 0}, c_j)
                    const double with_count =
                        j == i ? size * p[i] * absent
                               : -size * p[i] * p[j] * std::pow(1.0 - p[i], size - 1.0);
                    covariance -= with_count * ln_q[j] / size;
                }
            }
            const AdditiveStatistic cross_entropy{.term = [&](std::size_t k, std::uint64_t count) {
                return -static_cast<double>(count) / size * ln_q[k];
            }};
            CAPTURE(n, spread);
            CHECK(close(additive_mean(p, n, seen), mean, 1e-12));
            CHECK(close(additive_covariance(p, n, seen, seen), variance, 1e-11));
            CHECK(close(additive_covariance(p, n, seen, cross_entropy), covariance, 1e-11));
            const Moments2 closed = fixed_cross_entropy_moments(p, ln_q, n);
            const Moments2 carried = additive_moments(p, n, cross_entropy);
            CHECK(close(carried.mean, closed.mean, 1e-12));
            CHECK(close(*carried.variance, *closed.variance, 1e-11, 0.0));
        }
}

TEST_CASE("expected_entropy: a hundred thousand observations follow the asymptotic expansions",
          "[metrics][expectation]") {
    const Values p{0.4, 0.25, 0.2, 0.1, 0.05};
    constexpr std::uint64_t n = 100'000;
    const auto size = static_cast<double>(n);
    double entropy = 0.0;
    double square = 0.0;
    double reciprocals = 0.0;
    for (const double p_k : p) {
        entropy -= p_k * std::log(p_k);
        square += p_k * std::log(p_k) * std::log(p_k);
        reciprocals += 1.0 / p_k;
    }
    const Moments2 plug_in = expected_entropy(find_estimator("plug_in").value(), p, n).value();
    // Harris 1975: bias -(K-1)/(2n) + (1 - sum 1/p)/(12 n^2) + O(n^-3);
    // variance (sum p ln^2 p - H^2)/n + (K-1)/(2 n^2) + O(n^-3).
    const double bias = -4.0 / (2.0 * size) + (1.0 - reciprocals) / (12.0 * size * size);
    CHECK(std::abs(plug_in.mean - entropy - bias) < 1e-12);
    // What is left is of the order of sum 1/p times n^-3; the last term here is 4,000 times that.
    const double variance = (square - entropy * entropy) / size + 4.0 / (2.0 * size * size);
    CHECK(std::abs(*plug_in.variance - variance) < reciprocals / (size * size * size));
    const Moments2 zhang = expected_entropy(find_estimator("zhang").value(), p, n).value();
    CHECK(std::abs(zhang.mean - entropy) < 1e-12);
}
