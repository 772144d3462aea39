#include "sim/resampling.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support.hpp"

namespace truegap::test {
namespace {

sim::Stream draws_of(std::uint64_t cell, std::uint64_t n) {
    return sim::stream(
        {.seed = 5, .purpose = sim::Purpose::resampled_contexts, .cell = cell, .n = n});
}

// A normal number, by the twelve uniforms.
double normal(Dice& dice) {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += dice.uniform();
    return sum;
}

sim::UnitSums units_of(const std::vector<double>& values) {
    sim::UnitSums units;
    for (const double value : values) units.add(value, 1.0);
    return units;
}

// Shares over data sets of 30 units with that mean: how often a 95 % interval holds `claimed`, and how
// often the tests reject at 5 %.
struct Shares {
    double held = 0.0, above = 0.0, not_zero = 0.0, within = 0.0;
};
Shares shares_of(double mean, double claimed, double margin) {
    constexpr int data_sets = 600;
    constexpr std::size_t units = 30;
    Dice dice(11);
    Shares shares;
    for (std::uint64_t i = 0; i < data_sets; ++i) {
        std::vector<double> values(units);
        for (double& value : values) value = mean + normal(dice);
        const auto sums = units_of(values);
        const auto interval =
            sim::resampled_interval(sums, sim::draw_times(draws_of(i, 0), units, 400), 0.95);
        const sim::Flips flips = sim::draw_flips(draws_of(i, 1), units, 199);
        const auto add = [&](double& share, bool yes) { share += yes ? 1.0 / data_sets : 0.0; };
        add(shares.held, interval->low <= claimed && claimed <= interval->high);
        add(shares.above, *sim::p_above(sums, claimed, flips) <= 0.05);
        add(shares.not_zero, *sim::p_not_zero(sums, flips) <= 0.05);
        add(shares.within, *sim::p_within(sums, margin, flips) <= 0.05);
    }
    return shares;
}

double error_of(double share) {
    return std::sqrt(share * (1.0 - share) / 600.0);
}

}  // namespace

TEST_CASE("resampling: a ratio of sums, and what leaves it without an interval",
          "[sim][resampling]") {
    sim::UnitSums units;
    CHECK_FALSE(units.ratio());
    units.add(3.0, 2.0);
    units.add(1.0, 2.0);
    CHECK(*units.ratio() == 1.0);
    units.add(0.0, 0.0);
    CHECK(*units.ratio() == 1.0);
    const sim::Flips flips = sim::draw_flips(draws_of(1, 0), 3, 99);
    CHECK(sim::p_above(units, 0.0, flips));
    sim::UnitSums one;
    one.add(3.0, 2.0);
    one.add(0.0, 0.0);
    CHECK_FALSE(sim::p_above(one, 0.0, sim::draw_flips(draws_of(1, 0), 2, 99)));
    CHECK_FALSE(sim::resampled_interval(one, sim::draw_times(draws_of(1, 0), 2, 99), 0.95));
}

TEST_CASE("resampling: the sign-flipping p of few units is that of all their signs",
          "[sim][resampling]") {
    // Of 16 sign patterns of (1, 2, 3, 4), four sum to 6 or more: ++++, -+++, +-++ and (10, 8, 6, …).
    const auto units = units_of({1.0, 2.0, -3.0, 4.0});
    int as_large = 0;
    for (unsigned signs = 0; signs < 16; ++signs) {
        double sum = 0.0;
        for (unsigned i = 0; i < 4; ++i)
            sum += ((signs >> i) & 1U) != 0 ? -units.sums[i] : units.sums[i];
        as_large += sum >= 4.0 ? 1 : 0;
    }
    constexpr std::uint32_t flips = 20000;
    const double p = *sim::p_above(units, 0.0, sim::draw_flips(draws_of(2, 0), 4, flips));
    const double exact = as_large / 16.0;
    CHECK(std::abs(p - exact) < 4.5 * std::sqrt(exact * (1.0 - exact) / flips) + 1.0 / flips);
    // Shifted by what is claimed, and turned round.
    CHECK(*sim::p_below(units, 0.0, sim::draw_flips(draws_of(2, 0), 4, flips)) > 0.5);
    CHECK(*sim::p_above(units, 1.0, sim::draw_flips(draws_of(2, 0), 4, flips)) > 0.5);
}

TEST_CASE("resampling: intervals hold the mean, tests keep their level, a wrong mean is found out",
          "[sim][resampling]") {
    const Shares right = shares_of(0.0, 0.0, 0.1);
    CHECK(right.held > 0.93 - 3.0 * error_of(0.93));  // BCa of 30 units is a little short
    CHECK(right.above <= 0.05 + 3.0 * error_of(0.05));
    CHECK(right.not_zero <= 0.05 + 3.0 * error_of(0.05));
    // At the margin itself, two one-sided tests keep their level too.
    const Shares edge = shares_of(0.8, 0.8, 0.8);
    CHECK(edge.within <= 0.05 + 3.0 * error_of(0.05));
    CHECK(shares_of(0.0, 0.0, 0.8).within > 0.9);
    // The planted error.
    const Shares wrong = shares_of(0.8, 0.0, 0.1);
    CHECK(wrong.held < 0.5);
    CHECK(wrong.above > 0.5);
    CHECK(wrong.not_zero > 0.5);
}

}  // namespace truegap::test
