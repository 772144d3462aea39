#include "sim/bootstrap.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/study.hpp"

using namespace truegap;

namespace {

std::vector<sim::BootstrapError> resampled(const std::vector<std::uint32_t>& counts,
                                           const sim::BootstrapPlan& plan,
                                           const std::vector<std::string>& names) {
    std::vector<metrics::Estimator> estimators;
    for (const std::string& name : names) estimators.push_back(*metrics::find_estimator(name));
    return sim::bootstrap(metrics::counts_view(counts), estimators, plan);
}

}  // namespace

// Three observations of two items: c ~ Binomial(3, 2/3), entropy h = H(1/3) for c = 1 or 2, else 0.
TEST_CASE("bootstrap: a sample whose resamples can be counted", "[sim][bootstrap]") {
    constexpr std::uint32_t resamples = 20'000;
    const double h = std::log(3.0) - 2.0 / 3.0 * std::log(2.0);
    constexpr double p = 18.0 / 27.0;  // P(entropy is h)
    const auto error =
        resampled({2, 0, 1}, {.resamples = resamples, .level = 0.5, .seed = 3}, {"plug_in"}).at(0);
    REQUIRE(error.standard_error);
    // Var of the sample variance of h Bernoulli(p), by the delta method, of its root.
    const double variance = p * (1.0 - p);
    const double root_error = std::abs(1.0 - 2.0 * p) / 2.0 / std::sqrt(double{resamples});
    CHECK(std::abs(*error.standard_error / h - std::sqrt(variance)) < 4.5 * root_error + 1e-4);
    // A quarter of the resamples lies below h for sure, and another above; e is h.
    REQUIRE(error.interval);
    CHECK(std::abs(error.interval->low - h) < 1e-15);
    CHECK(std::abs(error.interval->high - 2.0 * h) < 1e-15);
    CHECK(error.undefined == 0);
}

TEST_CASE("bootstrap: two resamples, whose order statistics are the interval", "[sim][bootstrap]") {
    const sim::BootstrapPlan plan{.resamples = 2, .level = 0.9, .seed = 5, .sample = 8};
    const auto error = resampled({5, 3, 2, 1}, plan, {"plug_in"}).at(0);
    REQUIRE(error.interval);
    REQUIRE(error.standard_error);
    // Of two numbers the standard deviation is their distance over the square root of 2.
    CHECK(error.interval->high - error.interval->low ==
          Approx(*error.standard_error * std::sqrt(2.0)).epsilon(1e-12));
    CHECK(*error.standard_error > 0.0);
}

TEST_CASE("bootstrap: a matter of the address, not of who else is asked", "[sim][bootstrap]") {
    const std::vector<std::uint32_t> counts{7, 3, 0, 2, 1};
    const sim::BootstrapPlan plan{.resamples = 50, .seed = 1, .sample = 4};
    const auto both = resampled(counts, plan, {"chao_shen", "plug_in"});
    const auto alone = resampled({7, 3, 2, 1}, plan, {"plug_in"});
    CHECK(both[1].standard_error == alone[0].standard_error);
    CHECK(both[1].interval == alone[0].interval);
    auto other = plan;
    other.sample = 5;
    CHECK(resampled(counts, other, {"plug_in"})[0].standard_error != alone[0].standard_error);
    other = plan;
    other.seed = 2;
    CHECK(resampled(counts, other, {"plug_in"})[0].standard_error != alone[0].standard_error);
}

TEST_CASE("bootstrap: nothing without observations, 0 for a single item, an end when asked",
          "[sim][bootstrap]") {
    const sim::BootstrapPlan plan{.resamples = 10};
    for (const std::vector<std::uint32_t>& counts :
         {std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{0, 0}}) {
        const auto error = resampled(counts, plan, {"plug_in"}).at(0);
        CHECK_FALSE(error.standard_error);
        CHECK_FALSE(error.interval);
    }
    CHECK(resampled({4}, plan, {"chao_shen"}).at(0).standard_error == 0.0);
    CHECK(resampled({4294967295U}, plan, {"plug_in"}).at(0).standard_error == 0.0);
    const std::atomic<bool> stop{true};
    auto stopped = plan;
    stopped.stop = &stop;
    CHECK_THROWS_AS(resampled({4, 1}, stopped, {"plug_in"}), sim::Interrupted);
}
