#include "metrics/approximation/top_logprobs.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector logs(Vector values) {
    for (double& value : values) value = std::log(value);
    return values;
}

void check_equal(const Vector& actual, const Vector& expected, double tolerance = 2e-15) {
    CAPTURE(actual, expected);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t k = 0; k < actual.size(); ++k)
        CHECK(close(actual[k], expected[k], tolerance, 0.0));
}

}  // namespace

TEST_CASE("values_by_rank: top log-probabilities, the rest by residual policy",
          "[metrics][approximation]") {
    const Vector top = logs({0.5, 0.3});
    check_equal(values_by_rank(top, 4, Residual::uniform), {0.5, 0.3, 0.1, 0.1});
    check_equal(values_by_rank(top, 4, Residual::drop), {0.5, 0.3, 0.0, 0.0});
    check_equal(values_by_rank(logs({0.25}), 4, Residual::uniform), {0.25, 0.25, 0.25, 0.25});
    check_equal(values_by_rank(Vector{-infinity}, 3, Residual::uniform), {0.0, 0.5, 0.5});
}

TEST_CASE("values_by_rank: complete log-probabilities are renormalised, whatever they add up to",
          "[metrics][approximation]") {
    for (const Residual residual : {Residual::uniform, Residual::drop}) {
        check_equal(values_by_rank(logs({0.5, 0.3, 0.2}), 3, residual), {0.5, 0.3, 0.2});
        check_equal(values_by_rank(logs({0.25, 0.15, 0.1}), 3, residual), {0.5, 0.3, 0.2});
        check_equal(values_by_rank(logs({1.0, 0.6, 0.4}), 3, residual), {0.5, 0.3, 0.2});
        check_equal(values_by_rank(Vector{-3.0}, 1, residual), {1.0});
        check_equal(values_by_rank(Vector{0.0, -infinity}, 2, residual), {1.0, 0.0});
    }
}

TEST_CASE("values_by_rank: known mass above 1 is renormalised and leaves nothing",
          "[metrics][approximation]") {
    for (const Residual residual : {Residual::uniform, Residual::drop}) {
        check_equal(values_by_rank(logs({0.75, 0.5}), 4, residual), {0.6, 0.4, 0.0, 0.0});
        check_equal(values_by_rank(Vector{1e-9}, 2, residual), {1.0, 0.0});
    }
}

TEST_CASE("values_by_rank: a tiny rest keeps its digits", "[metrics][approximation]") {
    // 1 - e^-1e-12 = 1e-12 - 5e-25, shared by two.
    const Vector values = values_by_rank(Vector{-1e-12}, 3, Residual::uniform);
    CHECK(close(values[1], 5e-13 - 2.5e-25, 1e-15, 0.0));
    CHECK(values[2] == values[1]);
}

TEST_CASE("values_by_rank: the top of a distribution with its mean tail",
          "[metrics][approximation][property]") {
    Random random(521);
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::size_t K = 2 + random.below(30);
        Vector p = test::random_distribution(random, K, 1.5);
        std::sort(p.begin(), p.end(), std::greater<>{});
        const std::size_t top = 1 + random.below(K - 1);
        const Vector known = logs(Vector(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(top)));
        const Vector values = values_by_rank(known, K, Residual::uniform);
        REQUIRE(close(std::accumulate(values.begin(), values.end(), 0.0), 1.0, 1e-14));
        const double rest =
            std::accumulate(p.begin() + static_cast<std::ptrdiff_t>(top), p.end(), 0.0);
        for (std::size_t i = 0; i < K; ++i)
            REQUIRE(close(values[i], i < top ? p[i] : rest / static_cast<double>(K - top), 1e-15));
        // The tail of a sorted distribution is never above its last known value.
        REQUIRE(values[top] <= values[top - 1] * (1.0 + 1e-12));
        const Vector dropped = values_by_rank(known, K, Residual::drop);
        for (std::size_t i = 0; i < K; ++i) REQUIRE(dropped[i] == (i < top ? values[i] : 0.0));
    }
}
