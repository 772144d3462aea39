#include "metrics/dirichlet.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "tests/metrics/dirichlet_oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;
using namespace truegap::metrics::oracle;

Dec50 covariance(const Exact& a, const Vector& g) {
    const Dec50 mean = mean_entropy(a);
    Dec50 sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        Exact one_more = a;
        one_more[i] += 1;
        sum += Dec50(g[i]) * a[i] / total(a) * (mean_entropy(one_more) - mean);
    }
    return sum;
}

// V(sum theta_i g_i), which with V(H) bounds the covariance.
double variance_of_linear(const Exact& a, const Vector& g) {
    const Dec50 A = total(a);
    Dec50 mean = 0;
    Dec50 second = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        mean += a[i] / A * g[i];
        second += a[i] / A * Dec50(g[i]) * g[i];
    }
    return Dec50((second - mean * mean) / (A + 1)).convert_to<double>();
}

void check_against_50_digits(const Vector& a, const Vector& g) {
    const Exact exact(a.begin(), a.end());
    const DirichletEntropy entropy = dirichlet_entropy(a);
    const auto mean = mean_entropy(exact).convert_to<double>();
    const auto variance = variance_of_entropy(exact).convert_to<double>();
    CAPTURE(a, g, entropy.mean, mean, entropy.variance, variance);
    CHECK(close(entropy.mean, mean, 2e-14, 0.0));
    CHECK(close(entropy.variance, variance, 5e-14, 0.0));
    const auto actual = dirichlet_covariance(a, g);
    REQUIRE(actual.has_value());
    const DirichletMoments both = dirichlet_moments(a, g);
    CHECK(both.entropy.mean == entropy.mean);
    CHECK(both.entropy.variance == entropy.variance);
    CHECK(both.covariance == actual);
    const double scale = std::sqrt(variance * variance_of_linear(exact, g));
    CHECK(std::abs(*actual - covariance(exact, g).convert_to<double>()) <= 1e-13 * scale);
}

// Moments of f(theta) and g(theta), theta ~ Beta(a, b), by the trapezoidal rule in the logit: the
// integrand is analytic and falls off exponentially, so that it is exact to rounding.
struct BetaMoments {
    double mean_H = 0.0, variance_H = 0.0, covariance = 0.0;
};

BetaMoments by_quadrature(double a, double b, double g_0, double g_1) {
    const double centre = std::log(a / b);
    long double mass = 0.0L;
    long double H1 = 0.0L;
    long double H2 = 0.0L;
    long double G1 = 0.0L;
    long double HG = 0.0L;
    constexpr long double step = 1.0L / 256.0L;
    for (int i = -60 * 256; i <= 60 * 256; ++i) {
        const long double u = static_cast<long double>(centre) + 6.0L * step * i;
        const long double ln_t = -std::log1p(std::exp(-u));
        const long double ln_s = -std::log1p(std::exp(u));
        // Shifted by its value at the mode of the transformed density.
        const long double ln_density =
            a * (ln_t - std::log(a / (a + b))) + b * (ln_s - std::log(b / (a + b)));
        const long double weight = std::exp(ln_density);
        const long double t = std::exp(ln_t);
        const long double s = std::exp(ln_s);
        const long double H = (t > 0.0L ? -t * ln_t : 0.0L) + (s > 0.0L ? -s * ln_s : 0.0L);
        const long double G = t * g_0 + s * g_1;
        mass += weight;
        H1 += weight * H;
        H2 += weight * H * H;
        G1 += weight * G;
        HG += weight * H * G;
    }
    const long double mean = H1 / mass;
    return {static_cast<double>(mean),
            static_cast<double>(H2 / mass - mean * mean),
            static_cast<double>(HG / mass - mean * G1 / mass)};
}

}  // namespace

TEST_CASE("dirichlet_entropy and _covariance: 50 digits, concentrations from 1e-6 to 1e9",
          "[metrics][dirichlet][golden]") {
    check_against_50_digits({1.0, 1.0}, {0.5, 2.0});
    check_against_50_digits({1e-6, 2e-6}, {0.5, 2.0});
    check_against_50_digits({1e9, 1e9, 2e9}, {0.5, 2.0, 1.0});
    check_against_50_digits({1e9, 1e-6}, {0.01, 7.0});
    check_against_50_digits({1e9, 1e-6, 1.0}, {0.01, 7.0, 3.0});
    check_against_50_digits({8.999, 9.0, 9.001, 16.0}, {1.0, 2.0, 4.0, 0.1});
    Random random(601);
    for (int repeat = 0; repeat < 40; ++repeat) {
        Vector a(2 + random.below(7));
        Vector g(a.size());
        const double low = std::log(repeat % 2 == 0 ? 1e-6 : 0.1);
        const double high = std::log(repeat % 3 == 0 ? 1e9 : 100.0);
        for (double& a_i : a) a_i = std::exp(low + (high - low) * random.uniform());
        for (double& g_i : g) g_i = 3.0 * random.exponential();
        check_against_50_digits(a, g);
    }
}

TEST_CASE("dirichlet_entropy and _covariance: two items by quadrature", "[metrics][dirichlet]") {
    for (const auto& [a, b] :
         {std::pair{0.3, 0.4}, {1.0, 1.0}, {0.5, 6.0}, {12.0, 2.5}, {30.0, 41.0}}) {
        const BetaMoments expected = by_quadrature(a, b, 0.2, 1.7);
        const Vector concentrations{a, b};
        const DirichletEntropy entropy = dirichlet_entropy(concentrations);
        CAPTURE(a, b);
        CHECK(close(entropy.mean, expected.mean_H, 1e-12, 0.0));
        CHECK(close(entropy.variance, expected.variance_H, 1e-11, 0.0));
        const auto covariance = dirichlet_covariance(concentrations, Vector{0.2, 1.7});
        REQUIRE(covariance.has_value());
        CHECK(close(*covariance, expected.covariance, 1e-11, 0.01));
    }
}

TEST_CASE("dirichlet_entropy: a single item is certain; items of concentration 0 do not exist",
          "[metrics][dirichlet]") {
    for (const double a : {1e-6, 0.5, 1.0, 15.5, 1e9}) {
        const DirichletEntropy single = dirichlet_entropy(Vector{a});
        CHECK(single.mean == 0.0);
        CHECK(single.variance == 0.0);
        CHECK(dirichlet_covariance(Vector{a}, Vector{2.0}) == 0.0);
    }
    const DirichletEntropy with = dirichlet_entropy(Vector{2.0, 0.0, 0.5, 0.0});
    const DirichletEntropy without = dirichlet_entropy(Vector{2.0, 0.5});
    CHECK(with.mean == without.mean);
    CHECK(with.variance == without.variance);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(dirichlet_covariance(Vector{2.0, 0.0, 0.5}, Vector{1.0, infinity, 2.0}) ==
          dirichlet_covariance(Vector{2.0, 0.5}, Vector{1.0, 2.0}));
    CHECK_FALSE(dirichlet_covariance(Vector{2.0, 0.1, 0.5}, Vector{1.0, infinity, 2.0}));
}

TEST_CASE("dirichlet_entropy: a flat prior over K items has mean psi(K + 1) - psi(2)",
          "[metrics][dirichlet]") {
    double harmonic = 0.0;  // psi(K + 1) - psi(2) = 1/2 + ... + 1/K
    for (std::size_t K = 2; K <= 60; ++K) {
        harmonic += 1.0 / static_cast<double>(K);
        CHECK(close(dirichlet_entropy(Vector(K, 1.0)).mean, harmonic, 1e-14));
    }
}

TEST_CASE("dirichlet_covariance: linear in g, blind to constants, within Cauchy-Schwarz",
          "[metrics][dirichlet][property]") {
    Random random(602);
    int positive = 0;
    for (int repeat = 0; repeat < 200; ++repeat) {
        Vector a(2 + random.below(20));
        Vector g(a.size());
        Vector shifted(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            a[i] = std::exp(2.0 * random.normal());
            g[i] = random.normal();
            shifted[i] = 3.0 * g[i] + 5.0;
        }
        const double covariance = dirichlet_covariance(a, g).value();
        CHECK(close(dirichlet_covariance(a, shifted).value(), 3.0 * covariance, 1e-12, 1e-3));
        const double variance = dirichlet_entropy(a).variance;
        const double bound = variance * variance_of_linear(Exact(a.begin(), a.end()), g);
        CHECK(covariance * covariance <= bound * (1.0 + 1e-12));
        // The surprise of the mean distribution goes with the entropy.
        const Vector mean = test::normalised(a);
        Vector surprise(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) surprise[i] = -std::log(mean[i]);
        positive += dirichlet_covariance(a, surprise).value() > 0.0 ? 1 : 0;
    }
    CHECK(positive == 200);
}
