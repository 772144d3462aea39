#include "metrics/poisson_binomial.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

namespace truegap::test {

TEST_CASE("poisson_binomial: every set of successes", "[metrics][poisson_binomial]") {
    const std::vector<double> chances{0.1, 0.9, 0.5, 0.03, 0.77, 1.0, 0.0, 0.4};
    std::vector<double> expected(chances.size() + 1, 0.0);
    for (std::uint32_t set = 0; set < (1U << chances.size()); ++set) {
        double probability = 1.0;
        std::size_t successes = 0;
        for (std::size_t i = 0; i < chances.size(); ++i) {
            const bool success = ((set >> i) & 1U) != 0;
            probability *= success ? chances[i] : 1.0 - chances[i];
            successes += success ? 1U : 0U;
        }
        expected[successes] += probability;
    }
    const auto law = metrics::poisson_binomial(chances);
    REQUIRE(law.size() == expected.size());
    for (std::size_t j = 0; j < law.size(); ++j) CHECK(std::abs(law[j] - expected[j]) < 1e-15);
}

TEST_CASE("poisson_binomial: equal chances give the binomial, nobody gives 1",
          "[metrics][poisson_binomial]") {
    CHECK(metrics::poisson_binomial({}) == std::vector<double>{1.0});
    const auto law = metrics::poisson_binomial(std::vector<double>(60, 0.3));
    for (int j = 0; j <= 60; ++j) {
        const double expected =
            std::exp(std::lgamma(61.0) - std::lgamma(j + 1.0) - std::lgamma(61.0 - j) +
                     j * std::log(0.3) + (60 - j) * std::log(0.7));
        CHECK(std::abs(law[static_cast<std::size_t>(j)] / expected - 1.0) < 1e-11);
    }
}

}  // namespace truegap::test
