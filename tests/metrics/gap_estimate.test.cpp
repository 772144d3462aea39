#include "metrics/gap_estimate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/dirichlet.hpp"
#include "metrics/entropy.hpp"
#include "metrics/estimators/chao_shen.hpp"
#include "metrics/estimators/miller_madow.hpp"
#include "metrics/estimators/plug_in.hpp"
#include "metrics/estimators/zhang.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector logs(Vector q) {
    for (double& value : q) value = std::log(value);
    return q;
}

// The item of every user.
Counts users_of(const Counts& counts) {
    Counts users;
    for (std::uint32_t k = 0; k < counts.size(); ++k) users.insert(users.end(), counts[k], k);
    return users;
}

double mean_of(const Vector& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_of(const Vector& values) {
    const double mean = mean_of(values);
    double sum = 0.0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return sum;
}

// Leaves out one user after the other and does everything again.
double jackknife_by_users(const Counts& counts,
                          const Vector& ln_q,
                          const EntropyFunction& entropy) {
    Vector gaps;
    for (const std::uint32_t out : users_of(counts)) {
        Counts left = counts;
        --left[out];
        Vector losses;
        for (const std::uint32_t item : users_of(left)) losses.push_back(-ln_q[item]);
        gaps.push_back(mean_of(losses) - entropy(counts_view(left)).value());
    }
    const auto n = static_cast<double>(gaps.size());
    return std::sqrt((n - 1.0) / n * squares_of(gaps));
}

Counts drawn(Random& random, const Vector& p, std::size_t n) {
    Vector cumulative(p.size());
    std::partial_sum(p.begin(), p.end(), cumulative.begin());
    Counts counts(p.size(), 0);
    for (std::size_t u = 0; u < n; ++u) {
        const double chance = random.uniform();
        std::size_t k = 0;
        while (k + 1 < p.size() && chance >= cumulative[k]) ++k;
        ++counts[k];
    }
    return counts;
}

constexpr std::size_t draws = 2000;
constexpr double quantile = 1.959963984540054;

// How often gap +- 1.96 se holds the truth, less 0.95, in standard errors of that share.
class Coverage {
  public:
    void add(double gap, double standard_error, double truth) {
        hits_ += std::abs(gap - truth) <= quantile * standard_error ? 1 : 0;
        ++all_;
    }
    [[nodiscard]] double z() const {
        return (static_cast<double>(hits_) / static_cast<double>(all_) - 0.95) /
               std::sqrt(0.95 * 0.05 / static_cast<double>(all_));
    }

  private:
    std::size_t hits_ = 0, all_ = 0;
};

// q near p, so that cross-entropy and entropy move together.
Vector near(Random& random, Vector p) {
    for (double& value : p) value *= std::exp(0.4 * random.normal());
    return test::normalised(p);
}

}  // namespace

TEST_CASE("cross_entropy_estimate: mean and standard error of the users' log losses",
          "[metrics][gap]") {
    Random random(611);
    for (int repeat = 0; repeat < 100; ++repeat) {
        const std::size_t K = 1 + random.below(20);
        const Counts counts = test::random_counts(random, test::all_shapes[repeat % 3], K);
        const Vector ln_q = logs(test::random_distribution(random, K, 1.0));
        Vector losses;
        for (const std::uint32_t item : users_of(counts)) losses.push_back(-ln_q[item]);
        const auto estimate = cross_entropy_estimate(counts_view(counts), ln_q);
        REQUIRE(estimate.has_value());
        CHECK(close(estimate->value, mean_of(losses), 1e-13));
        if (losses.size() < 2) continue;
        const auto n = static_cast<double>(losses.size());
        REQUIRE(estimate->standard_error.has_value());
        CHECK(
            close(*estimate->standard_error, std::sqrt(squares_of(losses) / (n - 1.0) / n), 1e-12));
    }
}

TEST_CASE("cross_entropy_estimate: no users, one, one item, and an impossible choice",
          "[metrics][gap]") {
    const Vector ln_q = logs({0.5, 0.25, 0.25});
    CHECK_FALSE(cross_entropy_estimate(counts_view(Counts{0, 0, 0}), ln_q));
    const auto one = cross_entropy_estimate(counts_view(Counts{0, 1, 0}), ln_q);
    REQUIRE(one.has_value());
    CHECK(close(one->value, std::log(4.0), 1e-15));
    CHECK_FALSE(one->standard_error);
    CHECK(cross_entropy_estimate(counts_view(Counts{0, 7, 0}), ln_q)->standard_error == 0.0);
    const Vector with_zero = logs({0.5, 0.5, 0.0});
    const auto impossible = cross_entropy_estimate(counts_view(Counts{3, 1, 1}), with_zero);
    CHECK(impossible->value == infinity);
    CHECK(impossible->standard_error == infinity);
    CHECK(close(cross_entropy_estimate(counts_view(Counts{3, 1, 0}), with_zero)->value,
                std::log(2.0),
                1e-15));
}

TEST_CASE("jackknife_gap: equals leaving out every user and doing everything again",
          "[metrics][gap]") {
    Random random(612);
    const std::vector<EntropyFunction> estimators{PlugIn{}, MillerMadow{}, ChaoShen{}, Zhang{}};
    for (int repeat = 0; repeat < 80; ++repeat) {
        const std::size_t K = 2 + random.below(12);
        Counts counts = test::random_counts(random, test::all_shapes[repeat % 3], K);
        ++counts[0];
        ++counts[1];  // two users at least, and often equal counts with different q
        const Vector ln_q = logs(test::random_distribution(random, K, 1.0));
        for (const EntropyFunction& entropy : estimators) {
            const auto estimate = jackknife_gap(counts_view(counts), ln_q, entropy);
            CAPTURE(counts, ln_q);
            REQUIRE(estimate.has_value());
            CHECK(estimate->entropy == entropy(counts_view(counts)));
            CHECK(estimate->cross_entropy ==
                  cross_entropy_estimate(counts_view(counts), ln_q)->value);
            CHECK(estimate->gap == estimate->cross_entropy - estimate->entropy);
            REQUIRE(estimate->standard_error.has_value());
            CHECK(
                close(*estimate->standard_error, jackknife_by_users(counts, ln_q, entropy), 1e-11));
        }
    }
}

TEST_CASE("jackknife_gap: where a part is undefined or infinite", "[metrics][gap]") {
    const Vector ln_q = logs({0.5, 0.5, 0.0});
    const EntropyFunction needs_three = [](const CountsView& sample) {
        return sample.n < 3 ? std::nullopt : PlugIn{}(sample);
    };
    CHECK_FALSE(jackknife_gap(counts_view(Counts{0, 0, 0}), ln_q, PlugIn{}));
    CHECK_FALSE(jackknife_gap(counts_view(Counts{1, 1, 0}), ln_q, needs_three));
    const auto three = jackknife_gap(counts_view(Counts{2, 1, 0}), ln_q, needs_three);
    REQUIRE(three.has_value());
    CHECK_FALSE(three->standard_error);
    CHECK_FALSE(jackknife_gap(counts_view(Counts{1, 0, 0}), ln_q, PlugIn{})->standard_error);
    const auto impossible = jackknife_gap(counts_view(Counts{1, 1, 2}), ln_q, PlugIn{});
    CHECK(impossible->gap == infinity);
    CHECK(impossible->standard_error == infinity);
}

TEST_CASE("delta_gap: the variance of ln(p/q) over users", "[metrics][gap]") {
    Random random(613);
    for (int repeat = 0; repeat < 100; ++repeat) {
        const std::size_t K = 1 + random.below(20);
        const Counts counts = test::random_counts(random, test::all_shapes[repeat % 5], K);
        const Vector ln_q = logs(test::random_distribution(random, K, 1.0));
        const Vector p = test::shares(counts);
        const auto n =
            static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
        long double first = 0.0L;
        long double second = 0.0L;
        for (std::size_t k = 0; k < K; ++k) {
            if (counts[k] == 0) continue;
            const long double ratio = std::log(static_cast<long double>(p[k])) - ln_q[k];
            first += p[k] * ratio;
            second += p[k] * ratio * ratio;
        }
        const auto estimate = delta_gap(counts_view(counts), ln_q);
        REQUIRE(estimate.has_value());
        CHECK(close(estimate->gap, static_cast<double>(first), 1e-13));
        const auto se =
            static_cast<double>(std::sqrt(std::max(second - first * first, 0.0L))) / std::sqrt(n);
        CHECK(close(estimate->standard_error.value(), se, 1e-8));
    }
    const Vector ln_q = logs({0.5, 0.5, 0.0});
    CHECK_FALSE(delta_gap(counts_view(Counts{0, 0, 0}), ln_q));
    CHECK(delta_gap(counts_view(Counts{1, 0, 0}), ln_q)->standard_error == 0.0);
    CHECK(delta_gap(counts_view(Counts{1, 0, 1}), ln_q)->standard_error == infinity);
    // q = c/n: the first order vanishes.
    CHECK(close(
        delta_gap(counts_view(Counts{4, 3, 1}), logs({0.5, 0.375, 0.125}))->standard_error.value(),
        0.0,
        1e-15));
}

TEST_CASE("delta_gap: for many users the jackknife of the same gap", "[metrics][gap]") {
    Random random(614);
    const Vector p = test::random_distribution(random, 10, 1.0);
    const Counts counts = drawn(random, p, 100'000);
    const Vector ln_q = logs(near(random, p));
    const double delta = delta_gap(counts_view(counts), ln_q)->standard_error.value();
    const double jackknife =
        jackknife_gap(counts_view(counts), ln_q, PlugIn{})->standard_error.value();
    CHECK(close(jackknife / delta, 1.0, 1e-3));
}

TEST_CASE("posterior_gap: the variance of a difference", "[metrics][gap]") {
    const Counts counts{5, 3, 0, 2};
    const Vector ln_q = logs({0.4, 0.3, 0.2, 0.1});
    const double se = cross_entropy_estimate(counts_view(counts), ln_q)->standard_error.value();
    const auto gap = posterior_gap(counts_view(counts), ln_q, {.mean = 1.1, .sd = 0.2}, 0.01);
    CHECK(gap->entropy == 1.1);
    CHECK(close(gap->standard_error.value(), std::sqrt(se * se + 0.04 - 0.02), 1e-15));
    // A covariance beyond both variances, which estimates of different kinds can have.
    CHECK(posterior_gap(counts_view(counts), ln_q, {.mean = 1.1, .sd = 0.0}, 9.0)->standard_error ==
          0.0);
    CHECK_FALSE(posterior_gap(counts_view(counts), ln_q, {.mean = 1.1, .sd = 0.2}, std::nullopt)
                    ->standard_error);
    CHECK_FALSE(posterior_gap(counts_view(counts), ln_q, {.mean = 1.1, .sd = 0.2}, infinity)
                    ->standard_error);
    CHECK_FALSE(posterior_gap(counts_view(Counts{0, 0, 0, 0}), ln_q, {}, 0.0));
    CHECK_FALSE(posterior_gap(counts_view(Counts{0, 1, 0, 0}), ln_q, {}, 0.0)->standard_error);
    CHECK(posterior_gap(counts_view(counts), logs({0.5, 0.5, 0.0, 0.0}), {}, 0.0)->standard_error ==
          infinity);
}

TEST_CASE("dirichlet_gap: posterior_gap with the moments of its Dirichlet", "[metrics][gap]") {
    const Counts counts{5, 3, 0, 2};
    const Vector ln_q = logs({0.4, 0.3, 0.2, 0.1});
    const Vector concentrations{5.5, 3.25, 0.125, 2.5};
    Vector surprise(ln_q);
    for (double& value : surprise) value = -value;
    const DirichletEntropy entropy = dirichlet_entropy(concentrations);
    const auto expected = posterior_gap(counts_view(counts),
                                        ln_q,
                                        {entropy.mean, std::sqrt(entropy.variance)},
                                        dirichlet_covariance(concentrations, surprise));
    const auto gap = dirichlet_gap(counts_view(counts), ln_q, concentrations);
    REQUIRE(gap.has_value());
    CHECK(gap->gap == expected->gap);
    CHECK(close(gap->standard_error.value(), expected->standard_error.value(), 1e-15));
    // Nobody chose item 2, but the posterior holds it possible.
    const Vector with_zero = logs({0.4, 0.3, 0.0, 0.3});
    CHECK(std::isfinite(dirichlet_gap(counts_view(counts), with_zero, concentrations)->gap));
    CHECK_FALSE(dirichlet_gap(counts_view(counts), with_zero, concentrations)->standard_error);
    CHECK(dirichlet_gap(counts_view(counts), with_zero, Vector{5.5, 3.25, 0.0, 2.5})
              ->standard_error.has_value());
    CHECK_FALSE(dirichlet_gap(counts_view(Counts{0, 0, 0, 0}), ln_q, concentrations));
}

TEST_CASE("delta_gap and jackknife_gap: their intervals hold the true gap 95 times in 100",
          "[metrics][gap][statistical]") {
    Random random(615);
    const Vector p = test::random_distribution(random, 10, 1.0);
    const Vector q = near(random, p);
    const Vector ln_q = logs(q);
    const double truth = kl_divergence(p, q);
    Coverage delta;
    Coverage jackknife;
    Coverage independent;  // the planted error: as if the parts did not move together
    for (std::size_t r = 0; r < draws; ++r) {
        const Counts counts = drawn(random, p, 1000);
        const CountsView sample = counts_view(counts);
        // miller_madow, for the plug-in's bias of (K - 1)/2n is not what is tested here.
        const auto gap = jackknife_gap(sample, ln_q, MillerMadow{});
        jackknife.add(gap->gap, gap->standard_error.value(), truth);
        delta.add(gap->gap, delta_gap(sample, ln_q)->standard_error.value(), truth);
        independent.add(gap->gap,
                        std::hypot(cross_entropy_estimate(sample, ln_q)->standard_error.value(),
                                   PlugIn{}.standard_error(sample).value()),
                        truth);
    }
    CAPTURE(delta.z(), jackknife.z(), independent.z());
    CHECK(std::abs(delta.z()) < 4.5);
    CHECK(std::abs(jackknife.z()) < 4.5);
    CHECK(std::abs(independent.z()) > 4.5);
}

TEST_CASE("dirichlet_gap: its interval holds the true gap 95 times in 100",
          "[metrics][gap][statistical]") {
    Random random(616);
    // The prior must be the truth's own, given q: q is near its centre and knows nothing more.
    const Counts prior{9, 5, 3, 2, 2, 1, 1, 1, 1, 1};
    const Vector ln_q = logs(near(random, test::shares(prior)));
    Vector q(ln_q);
    for (double& value : q) value = std::exp(value);
    Coverage with;
    Coverage without;  // the planted error
    for (std::size_t r = 0; r < draws; ++r) {
        Vector theta(prior.size(), 0.0);  // gamma variables of whole shapes
        for (std::size_t k = 0; k < theta.size(); ++k)
            for (std::uint32_t i = 0; i < prior[k]; ++i) theta[k] += random.exponential();
        theta = test::normalised(theta);
        const Counts counts = drawn(random, theta, 1000);
        Vector concentrations(counts.begin(), counts.end());
        for (std::size_t k = 0; k < theta.size(); ++k) concentrations[k] += prior[k];
        const double truth = kl_divergence(theta, q);
        const auto gap = dirichlet_gap(counts_view(counts), ln_q, concentrations);
        with.add(gap->gap, gap->standard_error.value(), truth);
        const Posterior posterior{gap->entropy,
                                  std::sqrt(dirichlet_entropy(concentrations).variance)};
        const auto wrong = posterior_gap(counts_view(counts), ln_q, posterior, 0.0);
        without.add(wrong->gap, wrong->standard_error.value(), truth);
    }
    CAPTURE(with.z(), without.z());
    CHECK(std::abs(with.z()) < 4.5);
    CHECK(std::abs(without.z()) > 4.5);
}
