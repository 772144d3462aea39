#include "metrics/interval.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace truegap::metrics;

// Abramowitz & Stegun, Handbook of Mathematical Functions (1964), table 26.5 and its extensions:
// x with 2 Q(x) = 1 - level.
TEST_CASE("normal_interval: published normal quantiles", "[metrics][interval]") {
    const auto z = [](double level) { return normal_interval(0.0, 1.0, level).high; };
    CHECK(z(0.5) == Approx(0.674489750196082).epsilon(1e-14));
    CHECK(z(0.9) == Approx(1.644853626951473).epsilon(1e-14));
    CHECK(z(0.95) == Approx(1.959963984540054).epsilon(1e-14));
    CHECK(z(0.99) == Approx(2.575829303548901).epsilon(1e-14));
    CHECK(z(0.999) == Approx(3.290526731491926).epsilon(1e-13));
    // Small levels: z = level sqrt(pi / 2).
    CHECK(z(1e-9) == Approx(1e-9 * std::sqrt(std::acos(-1.0) / 2.0)).epsilon(1e-14));
    CHECK(std::isfinite(z(1.0 - 0x1p-53)));
}

TEST_CASE("normal_interval: about the estimate, as wide as its error", "[metrics][interval]") {
    const Interval wide = normal_interval(2.0, 0.5, 0.95);
    const Interval unit = normal_interval(0.0, 1.0, 0.95);
    CHECK(wide.low == Approx(2.0 - 0.5 * unit.high).epsilon(1e-15));
    CHECK(wide.high == Approx(2.0 + 0.5 * unit.high).epsilon(1e-15));
    CHECK(unit.low == -unit.high);
    CHECK(normal_interval(2.0, 0.0, 0.95) == Interval{2.0, 2.0});
}

TEST_CASE("within_entropies: cut to [0, ln K]", "[metrics][interval]") {
    CHECK(within_entropies({-1.0, 9.0}, 50) == Interval{0.0, std::log(50.0)});
    CHECK(within_entropies({-1.0, 9.0}, std::nullopt) == Interval{0.0, 9.0});
    CHECK(within_entropies({0.5, 0.6}, 2) == Interval{0.5, 0.6});
    CHECK(within_entropies({5.0, 6.0}, 2) == Interval{std::log(2.0), std::log(2.0)});
    CHECK(within_entropies({-2.0, -1.0}, std::nullopt) == Interval{0.0, 0.0});
    CHECK(within_entropies({0.0, 1.0}, 1) == Interval{0.0, 0.0});
}
