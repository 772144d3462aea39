#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "metrics/dirichlet.hpp"
#include "metrics/entropy.hpp"
#include "metrics/pooling/empirical_bayes.hpp"

#include "tests/metrics/pooling/tables.hpp"

/// Groups that really come from one Dirichlet(A m): there the posterior is the truth's distribution,
/// so that its mean is unbiased and its variance the mean squared error. The estimates of a table share
/// its A and m, so tables, not groups, are the independent units.
namespace {

using namespace truegap::metrics;
using namespace truegap::metrics::test;
using Vector = std::vector<double>;

constexpr double limit = 4.5;
constexpr int tables = 30;
constexpr std::size_t groups = 1000;
constexpr double A = 6.0;
const Vector m{0.3, 0.2, 0.15, 0.12, 0.1, 0.07, 0.04, 0.02};

// Mean over its standard error.
double z(const Vector& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return mean / std::sqrt(squares / (n - 1.0) / n);
}

struct Errors {
    Vector bias,
        excess;  // a table: mean error; mean squared error over the posterior variance, - 1
};

struct Moments {
    double error = 0.0, square = 0.0, variance = 0.0;

    void add(double mean, double posterior_variance, double truth) {
        error += mean - truth;
        square += (mean - truth) * (mean - truth);
        variance += posterior_variance;
    }
    void close_table(Errors& errors) const {
        errors.bias.push_back(error / static_cast<double>(groups));
        errors.excess.push_back(square / variance - 1.0);
    }
};

}  // namespace

TEST_CASE("empirical_bayes: finds A, and its posterior is calibrated, as a permuted m is not",
          "[metrics][pooling][statistical]") {
    Random random(721);
    Vector prior(m);
    for (double& a : prior) a *= A;
    Vector permuted(prior.rbegin(), prior.rend());
    Vector ln_ratio;
    Errors fitted;
    Errors planted;
    for (int repeat = 0; repeat < tables; ++repeat) {
        std::vector<std::vector<std::uint32_t>> counts;
        Vector truth;
        for (std::size_t g = 0; g < groups; ++g) {
            const Vector theta = dirichlet_variate(random, prior);
            truth.push_back(shannon_entropy(theta));
            counts.push_back(choices(random, theta, 3 + random.below(12)));
        }
        const OwnedTable table = table_of(counts);
        std::vector<std::size_t> members(groups);
        std::iota(members.begin(), members.end(), std::size_t{0});
        const auto found = fit_dirichlet_prior(table.view(), members);
        REQUIRE(found.has_value());
        ln_ratio.push_back(std::log(found->concentration / A));
        const auto posteriors = empirical_bayes(table.view());
        Moments ours;
        Moments theirs;
        for (std::size_t g = 0; g < groups; ++g) {
            ours.add(posteriors[g]->mean, posteriors[g]->sd * posteriors[g]->sd, truth[g]);
            Vector a(permuted);
            for (std::size_t k = 0; k < a.size(); ++k) a[k] += counts[g][k];
            const DirichletEntropy entropy = dirichlet_entropy(a);
            theirs.add(entropy.mean, entropy.variance, truth[g]);
        }
        ours.close_table(fitted);
        theirs.close_table(planted);
    }
    INFO("ln A/A " << z(ln_ratio) << ", bias " << z(fitted.bias) << ", excess " << z(fitted.excess)
                   << "; permuted m: bias " << z(planted.bias) << ", excess " << z(planted.excess));
    CHECK(std::abs(z(ln_ratio)) < limit);
    for (const double ratio : ln_ratio) CHECK(std::abs(ratio) < 0.2);
    CHECK(std::abs(z(fitted.bias)) < limit);
    CHECK(std::abs(z(fitted.excess)) < limit);
    CHECK(std::abs(z(planted.bias)) > limit);
    CHECK(std::abs(z(planted.excess)) > limit);
}
