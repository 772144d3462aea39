#include "metrics/estimators/wolpert_wolf.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "metrics/estimators/registry.hpp"

#include "tests/metrics/estimators/oracle_closed.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

void check_posterior(const Counts& counts, std::uint64_t K, double a) {
    const oracle::MeanAndSd expected = oracle::wolpert_wolf(counts, K, a);
    const auto actual = WolpertWolf{a}.posterior(counts_view(counts, K));
    CAPTURE(counts, K, a);
    REQUIRE(actual.has_value());
    CHECK(close(actual->mean, expected.mean, 1e-13, 0.0));
    CHECK(close(actual->sd, expected.sd, 1e-12, 0.0));
}

}  // namespace

TEST_CASE("wolpert_wolf: mean and sd agree with the double sum over pairs in 100 digits",
          "[metrics][entropy]") {
    Random random(41);
    for (const Shape shape : test::all_shapes)
        for (const std::size_t K : {2U, 5U, 20U}) {
            const Counts counts = test::random_counts(random, shape, K);
            for (const double a : {1e-9, 0.01, 0.5, 1.0, 30.0, 1e9})
                for (const std::uint64_t items : {std::uint64_t{K}, std::uint64_t{1'000'000}})
                    check_posterior(counts, items, a);
        }
}

TEST_CASE("wolpert_wolf: mean and sd hold at the corners", "[metrics][entropy]") {
    for (const double a : {1e-9, 1.0, 1e9}) {
        check_posterior({1}, 2, a);
        check_posterior({5, 3, 1, 1}, 1'000'000, a);
        check_posterior({5, 3, 1, 1}, 1'000'000'000'000, a);
        check_posterior({10}, 3, a);
        check_posterior({2'147'483'647, 1}, 2, a);
        check_posterior({4'294'967'295, 4'294'967'295}, 2, a);
        check_posterior({4'294'967'295, 1}, 1'000'000'000'000, a);
        check_posterior(Counts(3000, 4'294'967'295), 3000, a);
    }
    const auto known = WolpertWolf{}.posterior(counts_view(Counts{17}, 1));
    REQUIRE(known.has_value());
    CHECK(known->mean == 0.0);
    CHECK(known->sd == 0.0);
}

TEST_CASE("wolpert_wolf: sd of the uniform prior on two items' shares by quadrature",
          "[metrics][entropy]") {
    // Beta(4, 2) after (3, 1): moments of the binary entropy by the midpoint rule.
    double mean = 0.0;
    double square = 0.0;
    constexpr int cells = 200'000;
    for (int i = 0; i < cells; ++i) {
        const double p = (i + 0.5) / cells;
        const double weight = 20.0 * p * p * p * (1.0 - p) / cells;
        const double entropy = -p * std::log(p) - (1.0 - p) * std::log(1.0 - p);
        mean += weight * entropy;
        square += weight * entropy * entropy;
    }
    const auto posterior = WolpertWolf{}.posterior(counts_view(Counts{3, 1}, 2));
    REQUIRE(posterior.has_value());
    CHECK(close(posterior->mean, mean, 1e-9));
    CHECK(close(posterior->sd, std::sqrt(square - mean * mean), 1e-9));
}

TEST_CASE("wolpert_wolf: its standard error is the posterior sd, its parameter is in its name",
          "[metrics][entropy]") {
    const Counts counts{3, 2, 1};
    const CountsView sample = counts_view(counts, 10);
    const auto half = find_estimator("wolpert_wolf(0.5)");
    REQUIRE(half.has_value());
    CHECK(half->label() == "wolpert_wolf(0.5)");
    CHECK(half->parameter() == 0.5);
    CHECK(half->estimate(sample) == WolpertWolf{0.5}(sample));
    CHECK(half->standard_error(sample) == WolpertWolf{0.5}.posterior(sample)->sd);
    CHECK(find_estimator("wolpert_wolf(1)")->label() == "wolpert_wolf");
    CHECK(find_estimator("wolpert_wolf")->parameter() == 1.0);
    CHECK(find_estimator("wolpert_wolf(1e-9)").has_value());
    CHECK(find_estimator("wolpert_wolf(1e9)").has_value());
    for (const char* bad : {"wolpert_wolf(0)",
                            "wolpert_wolf(-1)",
                            "wolpert_wolf(9e-10)",
                            "wolpert_wolf(1.1e9)",
                            "wolpert_wolf(nan)",
                            "wolpert_wolf(inf)"})
        CHECK_FALSE(find_estimator(bad).has_value());
}
