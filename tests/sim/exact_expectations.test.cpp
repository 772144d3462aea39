#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "metrics/estimators/registry.hpp"
#include "metrics/expectation.hpp"
#include "sim/exact_check.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace {

using namespace truegap;

std::vector<metrics::Estimator> additive_estimators() {
    std::vector<metrics::Estimator> result;
    for (const metrics::EstimatorEntry& entry : metrics::estimators())
        if (entry.term != nullptr) result.emplace_back(entry);
    return result;
}

struct ZSummary {
    double mean = 0.0, deviation = 0.0, worst = 0.0;
    std::size_t cells = 0;
};

// z of the mean of `replicates` estimates over many (p, n, estimator), each with draws of its own.
// planted: how far the n of the expectation is from the n that is drawn.
ZSummary z_values(std::size_t cells, std::size_t replicates, std::uint32_t planted) {
    const std::vector<metrics::Estimator> estimators = additive_estimators();
    std::vector<double> z;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        sim::Stream draws = sim::stream({.seed = 31, .cell = cell});
        const std::size_t K = 2 + draws() % 24;
        const auto n = static_cast<std::uint32_t>(4 + draws() % 60);
        const double spread = 0.25 * static_cast<double>(draws() % 8);
        std::vector<double> p(K);
        double total = 0.0;
        for (double& share : p) total += share = std::exp(spread * sim::standard_normal(draws));
        for (double& share : p) share /= total;
        const metrics::Estimator& estimator = estimators[cell % estimators.size()];
        const auto exact = metrics::expected_entropy(estimator, p, n + planted);
        REQUIRE(exact.has_value());
        if (*exact->variance < 1e-20) continue;  // deterministic: nothing to compare
        const sim::Multinomial choose(p);
        std::vector<std::uint32_t> counts(K);
        double sum = 0.0;
        for (std::size_t r = 0; r < replicates; ++r) {
            std::fill(counts.begin(), counts.end(), 0U);
            choose(n, draws, counts);
            sum += estimator.estimate({.counts = counts, .n = n, .items = K}).value();
        }
        const auto R = static_cast<double>(replicates);
        z.push_back((sum / R - exact->mean) / std::sqrt(*exact->variance / R));
    }
    ZSummary result{.cells = z.size()};
    for (const double value : z) {
        result.mean += value / static_cast<double>(z.size());
        result.worst = std::max(result.worst, std::abs(value));
    }
    for (const double value : z) result.deviation += (value - result.mean) * (value - result.mean);
    result.deviation = std::sqrt(result.deviation / static_cast<double>(z.size() - 1));
    return result;
}

}  // namespace

TEST_CASE(
    "expectations: Monte Carlo means of 10,000 (p, n, estimator) scatter about them as normal",
    "[sim][expectation][statistical]") {
    REQUIRE(additive_estimators().size() >= 15);
    const ZSummary z = z_values(10'500, 200, 0);
    CAPTURE(z.cells, z.mean, z.deviation, z.worst);
    REQUIRE(z.cells >= 10'000);
    CHECK(std::abs(z.mean) < 4.5 / std::sqrt(static_cast<double>(z.cells)));  // asked: 0.1
    CHECK(std::abs(z.deviation - 1.0) < 0.05);
    CHECK(z.worst < 6.0);
}

TEST_CASE("expectations: one user more in them is noticed", "[sim][expectation][statistical]") {
    const ZSummary z = z_values(2'000, 200, 1);
    CHECK((std::abs(z.mean) > 0.1 || std::abs(z.deviation - 1.0) > 0.05));
}

TEST_CASE("ExactCheck: means that agree are believed, a wrong one is not", "[sim][exact_check]") {
    const auto spread = [] {
        return std::optional(sim::ExactSpread{.variance = 1.0, .reach = 5.0});
    };
    const auto what = [] { return std::string("here"); };
    sim::ExactCheck check;
    CHECK_FALSE(check.objection().has_value());  // nothing was compared
    CHECK(check.compare(1.0, 0.1, 1.0, 100, spread, what) == 0.0);
    CHECK(check.compare(1.2, 0.1, 1.0, 100, spread, what).value() == Approx(2.0));
    CHECK_FALSE(check.objection().has_value());
    CHECK(check.compared() == 2);
    CHECK(check.worst_z() == Approx(2.0));
    CHECK(check.compare(3.0, 0.1, 1.0, 100, spread, what).value() == Approx(20.0));
    REQUIRE(check.objection().has_value());
    CHECK(check.objection()->find("here") != std::string::npos);
}

TEST_CASE("ExactCheck: a rare event that did not happen is no bug", "[sim][exact_check]") {
    // An event of probability 1e-4 that adds 1: in 1000 replicates it was not seen, or seen once.
    const auto spread = [] {
        return std::optional(sim::ExactSpread{.variance = 1e-4, .reach = 1.0});
    };
    const auto what = [] { return std::string("rare"); };
    for (const double seen : {0.0, 1.0, 3.0}) {
        sim::ExactCheck check;
        const double mean = seen / 1000.0;
        const auto error = seen > 0.0 ? std::optional(std::sqrt(mean / 1000.0)) : std::nullopt;
        static_cast<void>(check.compare(mean, error, 1e-4, 1000, spread, what));
        CHECK_FALSE(check.objection().has_value());
    }
    // Seen 60 times where 0.1 are expected: no chance.
    sim::ExactCheck check;
    static_cast<void>(check.compare(0.06, std::sqrt(0.06 / 1000.0), 1e-4, 1000, spread, what));
    CHECK(check.objection().has_value());
    // The same with no exact spread at hand: not judged.
    sim::ExactCheck unjudged;
    static_cast<void>(unjudged.compare(
        0.06, 0.001, 1e-4, 1000, [] { return std::optional<sim::ExactSpread>(); }, what));
    CHECK_FALSE(unjudged.objection().has_value());
}
