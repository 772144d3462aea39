#include "sim/samplers.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "support.hpp"

namespace truegap::test {
namespace {

using Probabilities = std::vector<double>;

// Streams of tests: an own seed, one cell a use.
sim::Stream draws(std::uint64_t cell) {
    return sim::stream({.seed = 99, .purpose = sim::Purpose::counts, .cell = cell});
}

std::vector<std::uint64_t> alias_frequencies(const Probabilities& p,
                                             std::size_t times,
                                             std::uint64_t cell) {
    sim::Stream stream = draws(cell);
    const sim::AliasTable table(p);
    std::vector<std::uint64_t> seen(p.size());
    for (std::size_t i = 0; i < times; ++i) ++seen[table(stream)];
    return seen;
}

// The first item 2 % more probable, at the cost of the last.
Probabilities with_error(Probabilities p) {
    const double error = 0.02 * p.front();
    p.front() += error;
    p.back() -= error;
    return p;
}

Probabilities binomial_law(std::uint32_t n, double p) {
    Probabilities law(n + 1);
    const boost::math::binomial_distribution<double> exact(n, p);
    for (std::uint32_t k = 0; k <= n; ++k) law[k] = boost::math::pdf(exact, k);
    return law;
}

}  // namespace

TEST_CASE("AliasTable: items are drawn with their probabilities", "[sim][samplers]") {
    const std::vector<Probabilities> cases{{0.5, 0.5},
                                           {0.1, 0.2, 0.3, 0.4},
                                           {1.0, 2.0, 3.0, 2.0},  // need not sum to 1
                                           {0.03, 0.9, 0.05, 0.02},
                                           Probabilities(37, 1.0)};
    std::uint64_t cell = 0;
    for (const Probabilities& weights : cases) {
        Probabilities p = weights;
        const double total = std::accumulate(p.begin(), p.end(), 0.0);
        for (double& value : p) value /= total;
        const auto seen = alias_frequencies(weights, 4'000'000, ++cell);
        CHECK(chi_square_p(seen, p) > chi_square_level);
        CHECK(chi_square_p(seen, with_error(p)) < chi_square_level);
    }
}

TEST_CASE("AliasTable: an item of probability 0 is never drawn", "[sim][samplers]") {
    const Probabilities p{0.0, 0.3, 0.0, 0.0, 0.3, 0.4, 0.0};
    const auto seen = alias_frequencies(p, 1'000'000, 20);
    for (std::size_t k = 0; k < p.size(); ++k) CHECK((seen[k] > 0) == (p[k] > 0.0));
    // And among very unequal items, with sums that round.
    Dice dice(4);
    std::size_t zeros_drawn = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        const Probabilities random = dice.simplex(1 + dice.below(12), 6.0, 0.5);
        const auto frequencies = alias_frequencies(random, 200, 1000 + dice.below(1000));
        for (std::size_t k = 0; k < random.size(); ++k)
            if (random[k] == 0.0 && frequencies[k] > 0) ++zeros_drawn;
    }
    CHECK(zeros_drawn == 0);
}

TEST_CASE("Multinomial: choices by cells and what they leave keep the probabilities",
          "[sim][samplers]") {
    // Few items own nearly all cells; a thousand own one each or none; more than the cells own none.
    std::uint64_t cell = 100;
    for (const std::uint32_t K : {1U, 3U, 50U, 256U, 1000U, 1024U, 1025U, 65'537U}) {
        Probabilities p(K);
        for (std::size_t k = 0; k < K; ++k)
            p[k] = k % 5 == 3 ? 0.0 : 1.0 + static_cast<double>(k % 7);
        const double total = std::accumulate(p.begin(), p.end(), 0.0);
        for (double& value : p) value /= total;
        const sim::Multinomial choices(p);
        sim::Stream stream = draws(++cell);
        std::vector<std::uint32_t> counts(K);
        const std::uint32_t n = std::min(1021U, 20 * K);  // not a multiple of what a number serves
        const std::uint32_t replicates = 6'000'000 / n;
        for (std::uint32_t r = 0; r < replicates; ++r) choices(n, stream, counts);
        const std::vector<std::uint64_t> seen(counts.begin(), counts.end());
        CAPTURE(K);
        CHECK(std::accumulate(seen.begin(), seen.end(), std::uint64_t{0}) ==
              std::uint64_t{n} * replicates);
        CHECK(chi_square_p(seen, p) > chi_square_level);
        if (K == 1) continue;
        // The partner: the first half of the items 2 % more probable, the others 2 % less.
        for (std::size_t k = 0; k < K; ++k) p[k] *= 2 * k < K ? 1.02 : 0.98;
        const double wrong_total = std::accumulate(p.begin(), p.end(), 0.0);
        for (double& value : p) value /= wrong_total;
        CHECK(chi_square_p(seen, p) < chi_square_level);
    }
}

TEST_CASE("AliasTable: one item, and very unequal probabilities", "[sim][samplers]") {
    CHECK(alias_frequencies({3.0}, 1000, 30) == std::vector<std::uint64_t>{1000});
    CHECK(alias_frequencies({1e-300, 1.0}, 100'000, 31) == std::vector<std::uint64_t>{0, 100'000});
    CHECK(alias_frequencies({1e-300, 0.0}, 1000, 32) == std::vector<std::uint64_t>{1000, 0});
    CHECK(alias_frequencies({1e300, 1e300, 0.0}, 1000, 33)[2] == 0);
    const Probabilities p{1e-5, 1.0 - 1.1e-5 - 1e-9, 1e-9, 1e-6};
    const auto seen = alias_frequencies(p, 20'000'000, 34);
    ZScores z;
    for (const std::size_t rare : {std::size_t{0}, std::size_t{3}})
        z.add(static_cast<double>(seen[rare]), 2e7 * p[rare], std::sqrt(2e7 * p[rare]));
    CHECK(z.beyond() == 0);
    CHECK(seen[2] <= 3);  // expected 0.02
}

TEST_CASE("Multinomial: count vectors have the multinomial law", "[sim][samplers]") {
    // Alias regime, n = 4 over 3 items: all 15 count vectors.
    const Probabilities p{0.5, 0.2, 0.3};
    const auto law_of = [](const Probabilities& q) {
        std::map<std::array<std::uint32_t, 3>, double> law;
        const std::array factorial{1.0, 1.0, 2.0, 6.0, 24.0};
        for (std::uint32_t a = 0; a <= 4; ++a)
            for (std::uint32_t b = 0; a + b <= 4; ++b)
                law[{a, b, 4 - a - b}] = 24.0 / factorial[a] / factorial[b] / factorial[4 - a - b] *
                                         std::pow(q[0], a) * std::pow(q[1], b) *
                                         std::pow(q[2], 4 - a - b);
        return law;
    };
    sim::Stream stream = draws(40);
    std::map<std::array<std::uint32_t, 3>, std::uint64_t> seen;
    for (const auto& [counts, probability] : law_of(p)) seen[counts] = 0;
    const sim::Multinomial multinomial{p};
    for (int r = 0; r < 500'000; ++r) {
        std::array<std::uint32_t, 3> counts{};
        multinomial(4, stream, counts);
        ++seen[counts];
    }
    std::vector<std::uint64_t> observed;
    for (const auto& [counts, times] : seen) observed.push_back(times);
    const auto test = [&](const Probabilities& q) {
        Probabilities expected;
        for (const auto& [counts, probability] : law_of(q)) expected.push_back(probability);
        return chi_square_p(observed, expected);
    };
    REQUIRE(observed.size() == 15);
    CHECK(test(p) > chi_square_level);
    CHECK(test(with_error(p)) < chi_square_level);
}

TEST_CASE("Multinomial: means, variances and covariances in both regimes", "[sim][samplers]") {
    const Probabilities p{0.05, 0.4, 0.0, 0.25, 0.2, 0.1};
    const std::size_t K = p.size();
    constexpr int replicates = 60'000;
    // The last two are conditional binomials: more than 24 draws an item.
    for (const std::uint32_t n : {1U, 30U, 144U, 145U, 1'000'000U}) {
        sim::Stream stream = draws(50 + n);
        const sim::Multinomial multinomial{p};
        REQUIRE(multinomial.items() == K);
        std::vector<double> sums(K), products(K * K), squared_products(K * K);
        std::size_t wrong_totals = 0;
        std::vector<std::uint32_t> counts(K);
        for (int r = 0; r < replicates; ++r) {
            std::fill(counts.begin(), counts.end(), 0U);
            multinomial(n, stream, counts);
            if (std::accumulate(counts.begin(), counts.end(), 0U) != n) ++wrong_totals;
            for (std::size_t i = 0; i < K; ++i) {
                const double e = counts[i] - n * p[i];
                sums[i] += e;
                for (std::size_t j = 0; j <= i; ++j) {
                    const double product = e * (counts[j] - n * p[j]);
                    products[i * K + j] += product;
                    squared_products[i * K + j] += product * product;
                }
            }
        }
        CHECK(wrong_totals == 0);
        ZScores z;
        ZScores wrong_p;      // 2 % more of item 1 claimed
        ZScores independent;  // covariances claimed to be 0
        for (std::size_t i = 0; i < K; ++i) {
            const double variance = n * p[i] * (1.0 - p[i]);
            z.add(sums[i] / replicates, 0.0, std::sqrt(variance / replicates));
            if (i == 1)
                wrong_p.add(
                    sums[i] / replicates, 0.02 * n * p[i], std::sqrt(variance / replicates));
            for (std::size_t j = 0; j <= i; ++j) {
                const double mean = products[i * K + j] / replicates;
                const double error = std::sqrt(
                    (squared_products[i * K + j] / replicates - mean * mean) / replicates);
                z.add(mean, i == j ? variance : -(n * p[i] * p[j]), error);
                if (i != j) independent.add(mean, 0.0, error);
            }
        }
        CAPTURE(n, z.worst());
        CHECK(z.tested() == 27);
        CHECK(z.beyond() == 0);
        CHECK(independent.beyond() >= 8);
        if (n >= 30) CHECK(wrong_p.beyond() == 1);
    }
}

TEST_CASE("Multinomial: nobody and a thousand million users", "[sim][samplers]") {
    const Probabilities p{0.5, 1e-9, 0.0, 0.5 - 1e-9};
    const sim::Multinomial multinomial{p};
    sim::Stream stream = draws(60);
    std::vector<std::uint32_t> counts{7, 8, 9, 10};
    multinomial(0, stream, counts);
    CHECK(counts == std::vector<std::uint32_t>{7, 8, 9, 10});  // it adds
    constexpr std::uint32_t n = 1'000'000'000;
    constexpr int replicates = 4000;
    double rare = 0.0, first = 0.0, spread = 0.0;
    std::size_t wrong = 0;
    for (int r = 0; r < replicates; ++r) {
        counts.assign(4, 0U);
        multinomial(n, stream, counts);
        if (counts[0] + counts[1] + counts[3] != n || counts[2] != 0) ++wrong;
        rare += counts[1];
        const double e = (counts[0] - 0.5 * n) / std::sqrt(0.25 * n);
        first += e;
        spread += e * e;
    }
    CHECK(wrong == 0);
    ZScores z;
    z.add(rare, replicates, std::sqrt(replicates));  // Poisson(1) each
    z.add(first, 0.0, std::sqrt(replicates));
    z.add(spread, replicates, std::sqrt(2.0 * replicates));
    CHECK(z.beyond() == 0);
    constexpr std::uint32_t most = ~0U;
    counts.assign(4, 0U);
    multinomial(most, stream, counts);
    CHECK(counts[0] + counts[1] + counts[3] == most);
}

TEST_CASE("binomial: numbers have the binomial law", "[sim][samplers]") {
    struct Case {
        std::uint32_t n;
        double p;
    };
    std::uint64_t cell = 70;
    for (const auto& [n, p] : {Case{1, 0.37},
                               Case{10, 0.3},
                               Case{50, 0.97},
                               Case{100, 0.5},
                               Case{1000, 0.004},
                               Case{2000, 0.25}}) {
        sim::Stream stream = draws(++cell);
        std::vector<std::uint64_t> seen(n + 1);
        for (int r = 0; r < 400'000; ++r) ++seen[sim::binomial(n, p, stream)];
        CAPTURE(n, p);
        CHECK(chi_square_p(seen, binomial_law(n, p)) > chi_square_level);
        CHECK(chi_square_p(seen, binomial_law(n, 0.98 * p)) < chi_square_level);
    }
}

TEST_CASE("binomial: the ends of its domain", "[sim][samplers]") {
    sim::Stream stream = draws(80);
    CHECK(sim::binomial(0, 0.5, stream) == 0);
    CHECK(sim::binomial(~0U, 0.0, stream) == 0);
    CHECK(sim::binomial(~0U, 1.0, stream) == ~0U);
    CHECK(sim::binomial(1000, 1e-300, stream) == 0);
    constexpr double n = 4294967295.0;
    double sum = 0.0;
    for (int r = 0; r < 2000; ++r)
        sum += (sim::binomial(~0U, 0.3, stream) - 0.3 * n) / std::sqrt(n * 0.3 * 0.7);
    CHECK(std::abs(sum) < 4.5 * std::sqrt(2000.0));
}

TEST_CASE("random_permutation: all orders of 4 are equally likely", "[sim][samplers]") {
    const auto p_value = [](auto shuffle) {
        sim::Stream stream = draws(90);
        std::map<std::array<std::uint32_t, 4>, std::uint64_t> seen;
        std::array<std::uint32_t, 4> order{9, 9, 9, 9};
        for (int r = 0; r < 480'000; ++r) {
            shuffle(stream, order);
            ++seen[order];
        }
        REQUIRE(seen.size() == 24);
        std::vector<std::uint64_t> observed;
        for (const auto& [permutation, times] : seen) observed.push_back(times);
        return chi_square_p(observed, Probabilities(24, 1.0 / 24.0));
    };
    CHECK(p_value([](sim::Stream& stream, std::span<std::uint32_t> order) {
              sim::random_permutation(stream, order);
          }) > chi_square_level);
    // The partner: the well-known wrong shuffle that swaps with any place.
    CHECK(p_value([](sim::Stream& stream, std::span<std::uint32_t> order) {
              std::iota(order.begin(), order.end(), 0U);
              for (std::size_t i = 0; i < order.size(); ++i)
                  std::swap(order[i], order[stream() % order.size()]);
          }) < chi_square_level);
    sim::Stream stream = draws(91);
    std::vector<std::uint32_t> one{5};
    sim::random_permutation(stream, one);
    CHECK(one == std::vector<std::uint32_t>{0});
    sim::random_permutation(stream, std::span<std::uint32_t>{});
}

}  // namespace truegap::test
