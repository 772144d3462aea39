#include "metrics/estimators/jvhw.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/detail/minimax_polynomial.hpp"
#include "metrics/estimators/plug_in.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;
using Real = boost::multiprecision::cpp_bin_float_100;

double jvhw(const Counts& counts) {
    return Jvhw{}(counts_view(counts)).value();
}

double plug_in(const Counts& counts) {
    return PlugIn{}(counts_view(counts)).value();
}

// T_j(2x - 1) = cos(j acos(2x - 1)), at x = (1 - cos(angle))/2 = sin(angle/2)^2.
double approximation_at(const detail::MinimaxPolynomial& polynomial, double angle) {
    double sum = 0.0;
    for (std::size_t j = 0; j < polynomial.chebyshev.size(); ++j)
        sum +=
            polynomial.chebyshev[j] * std::cos(static_cast<double>(j) * (std::numbers::pi - angle));
    return sum;
}

double error_at(const detail::MinimaxPolynomial& polynomial, double angle) {
    const double root = std::sin(0.5 * angle);
    const double x = root * root;
    return approximation_at(polynomial, angle) + (x > 0.0 ? x * std::log(x) : 0.0);
}

// The coefficients of x^m in the polynomial of that degree, sum_j a_j T_j(2x - 1), from the shifted polynomials' closed form
//     T_j(2x - 1) = j sum_m (-1)^(j-m) 4^m (j+m-1)! / ((j-m)! (2m)!) x^m.
const std::vector<Real>& powers(unsigned degree) {
    static std::map<unsigned, std::vector<Real>> known;
    std::vector<Real>& g = known[degree];
    if (!g.empty()) return g;
    const std::vector<double>& chebyshev = detail::minimax_entropy_polynomial(degree).chebyshev;
    const auto factorial = [](std::size_t m) {
        Real product = 1;
        for (std::size_t i = 2; i <= m; ++i) product *= i;
        return product;
    };
    g.assign(chebyshev.size(), Real(0));
    g[0] = chebyshev[0];
    for (std::size_t j = 1; j < chebyshev.size(); ++j)
        for (std::size_t m = 0; m <= j; ++m) {
            const Real size = Real(j) * pow(Real(4), static_cast<int>(m)) * factorial(j + m - 1) /
                              (factorial(j - m) * factorial(2 * m));
            g[m] += ((j - m) % 2 == 0 ? 1 : -1) * Real(chebyshev[j]) * size;
        }
    return g;
}

// The definition once more, in 100 digits; x^m from a count as C(c, m) / C(n, m).
double definition(const Counts& counts) {
    std::uint64_t total = 0;
    std::uint64_t singletons = 0;
    for (const std::uint32_t c : counts) {
        total += c;
        singletons += c == 1 ? 1 : 0;
    }
    const Real n(total);
    const int degree = std::min(4 + ceil(Real("1.2") * log(n)).convert_to<int>(), 22);
    Real t = 0;
    if (singletons > 0 && total >= static_cast<std::uint64_t>(degree)) {
        const Real b = log(n / singletons);
        Real a = Real("0.3303") * b + Real("0.4679");
        if (total >= 200 && b <= Real("1.5"))
            a = Real("-0.530556484842359") * b * b + Real("1.09787328176926") * b +
                Real("0.184831781602259");
        const Real least = 1 / (Real("1.9") * log(n));
        t = 4 * (a < least ? least : a) * log(n) / n;
    }
    std::vector<Real> g;
    if (t > 0) g = powers(static_cast<unsigned>(degree));
    Real sum = 0;
    std::map<std::uint32_t, std::size_t> items;
    for (const std::uint32_t c : counts) ++items[c];
    for (const auto& [c, times] : items) {
        if (c == 0) continue;
        const Real p = Real(c) / n;
        const Real direct = -p * log(p) + 1 / (2 * n);
        Real weight = t > 0 ? Real(2 * p / t - 1) : Real(1);
        weight = weight < 0 ? Real(0) : weight > 1 ? Real(1) : weight;
        Real polynomial = 0;
        if (weight < 1) {
            for (std::size_t m = 0; m < g.size() && m <= c; ++m) {
                Real ways = 1;  // C(c, m) / C(n, m)
                for (std::size_t q = 0; q < m; ++q) ways *= (Real(c) - q) / (n - q);
                polynomial += g[m] * pow(t, 1 - static_cast<int>(m)) * ways;
            }
            polynomial -= p * log(t);
        }
        const Real value = weight * direct + (1 - weight) * polynomial;
        if (value > 0) sum += value * times;
    }
    return sum.convert_to<double>();
}

}  // namespace

TEST_CASE("minimax_entropy_polynomial: no polynomial of its degree is better",
          "[metrics][entropy]") {
    for (unsigned degree = 1; degree <= detail::most_degree; ++degree) {
        const auto& polynomial = detail::minimax_entropy_polynomial(degree);
        CAPTURE(degree, polynomial.error);
        REQUIRE(polynomial.chebyshev.size() == degree + 1);
        // The extrema of the error, sign by sign, on a grid that ends in both end points.
        constexpr int steps = 20'000;
        std::vector<double> extrema;
        double worst = 0.0;
        for (int step = 0; step <= steps; ++step) {
            const double error = error_at(polynomial, std::numbers::pi * step / steps);
            worst = std::max(worst, std::abs(error));
            if (extrema.empty() || (extrema.back() > 0.0) != (error > 0.0))
                extrema.push_back(error);
            else if (std::abs(error) > std::abs(extrema.back()))
                extrema.back() = error;
        }
        // Chebyshev: an error that reaches its greatest size with alternating signs at degree + 2
        // points is the least possible; de la Vallee Poussin: it is at least the smallest of them.
        REQUIRE(extrema.size() == degree + 2);
        for (const double extremum : extrema)
            CHECK(close(std::abs(extremum), polynomial.error, 4e-6, 0.0));
        CHECK(worst <= polynomial.error + 1e-15);
    }
}

TEST_CASE("minimax_entropy_polynomial: the least errors that are known", "[metrics][entropy]") {
    // Degree 1: -x ln x is concave and 0 at both ends, so the constant 1/(2e).
    const auto& line = detail::minimax_entropy_polynomial(1);
    CHECK(close(line.error, 0.5 / std::numbers::e, 1e-15, 0.0));
    CHECK(close(line.chebyshev[0], 0.5 / std::numbers::e, 1e-15, 0.0));
    CHECK(std::abs(line.chebyshev[1]) < 1e-15);
    // degree^2 error -> nu_1(2)/2, nu_1(2) = 0.453 (Jiao et al. 2015, after Ibragimov).
    CHECK(std::abs(484.0 * detail::minimax_entropy_polynomial(22).error - 0.5 * 0.453) < 5e-4);
}

TEST_CASE("unbiased_polynomial: its mean over the counts is the polynomial", "[metrics][entropy]") {
    for (const auto& [degree, n] : {std::pair{7U, 7U}, {7U, 9U}, {10U, 100U}, {22U, 60U}}) {
        const auto& polynomial = detail::minimax_entropy_polynomial(degree);
        for (const double t : {0.3, 0.9})
            for (const double share : {0.01, 0.4, 1.0}) {
                const double x = t * share;
                double mean = 0.0;
                double size = 0.0;
                for (unsigned c = 0; c <= n; ++c) {
                    const double chance = std::exp(std::lgamma(n + 1.0) - std::lgamma(c + 1.0) -
                                                   std::lgamma(n - c + 1.0) + c * std::log(x) +
                                                   (n - c) * std::log1p(-x));
                    const double value = chance * detail::unbiased_polynomial(degree, c, n, t);
                    mean += value;
                    size += std::abs(value);
                }
                const double expected =
                    t * approximation_at(polynomial, 2.0 * std::asin(std::sqrt(share)));
                CAPTURE(degree, n, t, share, mean, expected, size);
                CHECK(std::abs(mean - expected) <= 1e-12 * std::max(size, 1.0));
            }
    }
}

TEST_CASE("jvhw: agrees with its definition in 100 digits", "[metrics][entropy]") {
    Random random(71);
    for (const test::Shape shape : test::all_shapes)
        for (const std::size_t K : {1U, 3U, 20U, 100U, 400U}) {
            const Counts counts = test::random_counts(random, shape, K);
            CAPTURE(counts.size(), counts[0]);
            CHECK(close(jvhw(counts), definition(counts), 1e-12));
        }
    // Every degree, and the counts around t/2 and t, where the two parts meet.
    for (const std::uint32_t n :
         {7U, 12U, 28U, 65U, 150U, 199U, 200U, 800U, 4'000U, 20'000U, 300'000U, 3'000'000U})
        for (const std::uint32_t singletons : {1U, n / 4U, n / 2U}) {
            Counts counts(singletons, 1U);
            std::uint32_t left = n - singletons;
            for (std::uint32_t c = 2; c < 400 && c <= left; c += 1 + c / 3) {
                counts.push_back(c);
                left -= c;
            }
            counts.push_back(left);
            if (counts.size() > 20'000) continue;
            CAPTURE(n, singletons);
            CHECK(close(jvhw(counts), definition(counts), 1e-12));
        }
}

TEST_CASE("jvhw: has closed forms without singletons and for small samples", "[metrics][entropy]") {
    CHECK_FALSE(Jvhw{}(counts_view(Counts{})).has_value());
    CHECK_FALSE(Jvhw{}(counts_view(Counts{0, 0})).has_value());
    CHECK(jvhw({0, 1}) == 0.5);
    for (const Counts& counts :
         {Counts{2}, Counts{17}, Counts{2'147'483'647}, Counts{4'294'967'295}})
        CHECK(close(jvhw(counts), 0.5 / static_cast<double>(counts[0]), 1e-14, 0.0));
    for (const std::size_t n : {2U, 3U, 6U}) {
        const Counts ones(n, 1);
        CHECK(close(jvhw(ones), std::log(static_cast<double>(n)) + 0.5, 1e-14));
    }
    const Counts pairs{2, 2, 5, 9, 2, 70'000, 1'000'000'000};
    CHECK(close(jvhw(pairs), plug_in(pairs) + 7.0 / (2.0 * 1'000'070'020.0), 1e-14));
    CHECK(close(jvhw({2, 1, 1}), plug_in({2, 1, 1}) + 3.0 / 8.0, 1e-14));
}

TEST_CASE("jvhw: zeros, the order of items and K change nothing", "[metrics][entropy][property]") {
    Random random(72);
    for (const test::Shape shape : test::all_shapes) {
        const Counts counts = test::random_counts(random, shape, 40);
        Counts other;
        for (const std::uint32_t k : test::random_permutation(random, 40)) {
            other.push_back(counts[k]);
            other.push_back(0);
        }
        const double value = jvhw(counts);
        CHECK(close(jvhw(other), value, 1e-13));
        CHECK(close(Jvhw{}(counts_view(counts, 1'000'000)).value(), value, 1e-15));
    }
}

TEST_CASE("jvhw: large counts stay finite", "[metrics][entropy]") {
    Counts counts(30, 2'147'483'647);
    counts.insert(counts.end(), {1, 1, 3, 200, 70'000});
    CHECK(close(jvhw(counts), definition(counts), 1e-12));
    CHECK(close(jvhw(counts), std::log(30.0), 1e-4));
    const double all_singletons = jvhw(Counts(100'000, 1));
    CHECK(std::isfinite(all_singletons));
    CHECK(all_singletons > std::log(100'000.0));
}

TEST_CASE("jvhw: sees a uniform distribution over more items than observations",
          "[metrics][entropy][statistical]") {
    constexpr std::size_t K = 1000;
    constexpr int replicates = 300;
    Random random(73);
    double sum = 0.0;
    double sum_of_squares = 0.0;
    double plug_in_sum = 0.0;
    for (int replicate = 0; replicate < replicates; ++replicate) {
        Counts counts(K, 0);
        for (int draw = 0; draw < 300; ++draw) ++counts[random.below(K)];
        const double error = jvhw(counts) - std::log(1000.0);
        sum += error;
        sum_of_squares += error * error;
        plug_in_sum += plug_in(counts) - std::log(1000.0);
    }
    const double bias = sum / replicates;
    const double se = std::sqrt((sum_of_squares / replicates - bias * bias) / (replicates - 1));
    const double plug_in_bias = plug_in_sum / replicates;
    CAPTURE(bias, se, plug_in_bias);
    CHECK(plug_in_bias < -1.3);
    CHECK(std::abs(bias) + 4.5 * se < 0.25 * std::abs(plug_in_bias));
}
