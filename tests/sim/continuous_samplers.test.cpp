#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "sim/samplers.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

sim::Stream draws(std::uint64_t cell) {
    return sim::stream({.seed = 98, .purpose = sim::Purpose::noise, .cell = cell});
}

}  // namespace

TEST_CASE("standard_normal: numbers have the normal law", "[sim][samplers]") {
    // 40 cells of equal probability.
    constexpr std::size_t cells = 40;
    sim::Stream stream = draws(1);
    std::vector<std::uint64_t> seen(cells), shifted(cells);
    const auto cell = [](double x) {
        const double place = 0.5 * std::erfc(-x / std::sqrt(2.0)) * cells;
        return std::min(static_cast<std::size_t>(place), cells - 1);
    };
    for (int r = 0; r < 1'000'000; ++r) {
        const double x = sim::standard_normal(stream);
        ++seen[cell(x)];
        ++shifted[cell(1.02 * x)];
    }
    const std::vector<double> equal(cells, 1.0 / cells);
    CHECK(chi_square_p(seen, equal) > chi_square_level);
    CHECK(chi_square_p(shifted, equal) < chi_square_level);
}

TEST_CASE("dirichlet: means, variances, covariances and mean logarithms", "[sim][samplers]") {
    std::uint64_t cell = 10;
    for (const std::vector<double>& a : {std::vector<double>{0.3, 1.0, 2.5},
                                         std::vector<double>{0.02, 0.05, 0.01},
                                         std::vector<double>{40.0, 3.0, 0.5, 7.0},
                                         std::vector<double>{1e4, 3e4}}) {
        constexpr int replicates = 200'000;
        const double total = std::accumulate(a.begin(), a.end(), 0.0);
        const std::size_t K = a.size();
        sim::Stream stream = draws(++cell);
        std::vector<double> sums(K), squares(K), fourths(K), logs(K), squared_logs(K);
        double products = 0.0, squared_products = 0.0;
        std::size_t unsound = 0;
        for (int r = 0; r < replicates; ++r) {
            const std::vector<double> theta = sim::dirichlet(a, stream);
            double sum = 0.0;
            for (std::size_t k = 0; k < K; ++k) {
                if (!(theta[k] >= 0.0)) ++unsound;
                sum += theta[k];
                const double e = theta[k] - a[k] / total;
                sums[k] += e;
                squares[k] += e * e;
                fourths[k] += e * e * e * e;
                const double log = std::log(theta[k]);
                logs[k] += log;
                squared_logs[k] += log * log;
            }
            if (std::abs(sum - 1.0) > 1e-12) ++unsound;
            const double product = (theta[0] - a[0] / total) * (theta[1] - a[1] / total);
            products += product;
            squared_products += product * product;
        }
        CHECK(unsound == 0);
        ZScores z;
        ZScores wrong;  // a concentration 2 % too high everywhere
        for (std::size_t k = 0; k < K; ++k) {
            const double m = a[k] / total;
            const double variance = m * (1.0 - m) / (total + 1.0);
            const double mean_square = squares[k] / replicates;
            const double error =
                std::sqrt((fourths[k] / replicates - mean_square * mean_square) / replicates);
            z.add(sums[k] / replicates, 0.0, std::sqrt(variance / replicates));
            z.add(mean_square, variance, error);
            wrong.add(mean_square, m * (1.0 - m) / (1.02 * total + 1.0), error);
            // Logarithms of numbers below 1e-308 are not there to be averaged.
            if (a[k] < 0.1) continue;
            const double log = logs[k] / replicates;
            const double log_error =
                std::sqrt((squared_logs[k] / replicates - log * log) / replicates);
            z.add(log, boost::math::digamma(a[k]) - boost::math::digamma(total), log_error);
            wrong.add(log,
                      boost::math::digamma(1.02 * a[k]) - boost::math::digamma(1.02 * total),
                      log_error);
        }
        const double product = products / replicates;
        z.add(product,
              -a[0] * a[1] / (total * total * (total + 1.0)),
              std::sqrt((squared_products / replicates - product * product) / replicates));
        CAPTURE(a, z.worst());
        CHECK(z.beyond() == 0);
        if (total > 1.0) CHECK(wrong.beyond() > 0);
    }
}

TEST_CASE("dirichlet: tiny concentrations give all mass to one item, fairly", "[sim][samplers]") {
    std::uint64_t cell = 30;
    for (const double scale : {1e-4, 1e-20, 1e-300}) {
        const std::vector<double> a{scale, 2.0 * scale, 5.0 * scale};
        sim::Stream stream = draws(++cell);
        std::vector<std::uint64_t> winners(3);
        std::size_t unsound = 0;
        for (int r = 0; r < 50'000; ++r) {
            const std::vector<double> theta = sim::dirichlet(a, stream);
            const double sum = std::accumulate(theta.begin(), theta.end(), 0.0);
            if (!(std::abs(sum - 1.0) < 1e-12)) ++unsound;
            ++winners[static_cast<std::size_t>(std::max_element(theta.begin(), theta.end()) -
                                               theta.begin())];
        }
        CAPTURE(scale);
        CHECK(unsound == 0);
        // P(item k has nearly all) = a_k / total up to terms of the order of the total.
        CHECK(chi_square_p(winners, std::vector<double>{0.125, 0.25, 0.625}) > chi_square_level);
        CHECK(chi_square_p(winners, std::vector<double>{0.145, 0.23, 0.625}) < chi_square_level);
    }
}

TEST_CASE("dirichlet: no concentration above 0 is too small", "[sim][samplers]") {
    sim::Stream stream = draws(40);
    std::size_t unsound = 0;
    for (int r = 0; r < 1000; ++r) {
        const auto theta = sim::dirichlet(std::vector<double>{1e-308, 1e-308}, stream);
        if (!(std::abs(theta[0] + theta[1] - 1.0) < 1e-12)) ++unsound;
    }
    CHECK(unsound == 0);
}

TEST_CASE("dirichlet: one component is 1", "[sim][samplers]") {
    sim::Stream stream = draws(50);
    CHECK(sim::dirichlet(std::vector<double>{0.7}, stream) == std::vector<double>{1.0});
}

}  // namespace truegap::test
