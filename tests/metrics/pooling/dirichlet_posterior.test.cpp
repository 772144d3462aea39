#include "metrics/pooling/dirichlet_posterior.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "metrics/dirichlet.hpp"

#include "tests/metrics/dirichlet_oracle.hpp"
#include "tests/metrics/oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;
using Counts = std::vector<std::uint32_t>;

double mean_without(const Vector& a, std::size_t k) {
    oracle::Exact fewer(a.begin(), a.end());
    fewer[k] -= 1;
    return oracle::mean_entropy(fewer).convert_to<double>();
}

void check(const Vector& prior, const Counts& counts) {
    Vector a(prior);
    for (std::size_t k = 0; k < a.size(); ++k) a[k] += counts[k];
    Vector sums(a.size(), 0.25);
    const Posterior posterior = dirichlet_entropy_without_one(a, counts, 0.5, sums);
    const oracle::Exact exact(a.begin(), a.end());
    CAPTURE(a, counts);
    CHECK(close(posterior.mean, oracle::mean_entropy(exact).convert_to<double>(), 2e-14, 0.0));
    CHECK(close(posterior.sd,
                std::sqrt(oracle::variance_of_entropy(exact).convert_to<double>()),
                5e-14,
                0.0));
    const DirichletEntropy moments = dirichlet_entropy(a);
    CHECK(posterior.mean == moments.mean);
    CHECK(posterior.sd == std::sqrt(moments.variance));
    for (std::size_t k = 0; k < a.size(); ++k) {
        CAPTURE(k, sums[k]);
        if (counts[k] == 0)
            CHECK(sums[k] == 0.25);
        else
            CHECK(close(sums[k], 0.25 + 0.5 * mean_without(a, k), 2e-14));
    }
}

}  // namespace

TEST_CASE("dirichlet_entropy_without_one: 50 digits", "[metrics][pooling][golden]") {
    check({1.0, 1.0}, {1, 0});
    check({0.25, 0.25}, {1, 0});
    check({1e-9, 0.5}, {1, 0});
    check({1e-6, 1e-6, 0.5}, {1, 1, 0});
    check({0.0, 2.0}, {1, 0});  // a_0 - 1 = 0: only the other item is left
    check({3e5, 1e-4}, {1'000'000, 1});
    check({1e5, 1e5, 1e5}, {1, 2, 1'000'000});
    Random random(701);
    for (int repeat = 0; repeat < 40; ++repeat) {
        const std::size_t K = 2 + random.below(12);
        const test::Shape shape = test::all_shapes[random.below(4)];
        const double A = std::exp(std::log(0.5) + random.uniform() * std::log(6e5));
        Vector prior = test::random_distribution(random, K, repeat % 2 == 0 ? 0.0 : 2.0);
        for (double& a : prior) a *= A;
        check(prior, test::random_counts(random, shape, K));
    }
}

TEST_CASE("dirichlet_entropy_without_one: a single item is certain, nothing left is 0",
          "[metrics][pooling]") {
    Vector sums{0.125};
    const Posterior single = dirichlet_entropy_without_one(Vector{4.5}, Counts{4}, 1.0, sums);
    CHECK(single.mean == 0.0);
    CHECK(single.sd == 0.0);
    CHECK(sums[0] == 0.125);
    Vector two{0.0, 0.0};
    CHECK(dirichlet_entropy_without_one(Vector{1.0, 0.0}, Counts{1, 0}, 1.0, two).mean == 0.0);
    CHECK(two == Vector{0.0, 0.0});
}

TEST_CASE("dirichlet_entropy: d_i beside the moments", "[metrics][dirichlet]") {
    const Vector a{2.0, 2.0, 0.0, 7.5, 0.5, 0.5};
    Vector d(a.size(), -1.0);
    const DirichletEntropy with = dirichlet_entropy(a, d);
    const DirichletEntropy without = dirichlet_entropy(a);
    CHECK(with.mean == without.mean);
    CHECK(with.variance == without.variance);
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double expected =
            a[i] > 0.0 ? oracle::digamma(13.5) - oracle::digamma(a[i] + 1.0) : 0.0;
        CHECK(close(d[i], expected, 1e-14));
    }
}
