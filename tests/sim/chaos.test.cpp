#include "sim/chaos.hpp"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/multiprecision/miller_rabin.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "sim/parallel.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

namespace mp = boost::multiprecision;
using Dec50 = mp::number<mp::cpp_dec_float<50>, mp::et_off>;
using Dec400 = mp::number<mp::cpp_dec_float<400>, mp::et_off>;
using sim::chaotic_prime;

// sin^2(pi a / P)
template <typename Real>
Real place(sim::ChaoticState a) {
    const Real sine = sin(boost::math::constants::pi<Real>() * Real(a) / Real(chaotic_prime));
    return sine * sine;
}

// The item of x: the cell of (2/pi) arcsin sqrt(x) between the partial sums of p (not divided by
// their sum: only for p that sum to 1 exactly).
template <typename Real>
std::size_t item_of_place(const Real& x, const std::vector<double>& p) {
    const Real measure = 2 * asin(sqrt(x)) / boost::math::constants::pi<Real>();
    std::size_t item = 0;
    for (Real sum = p[0]; item + 1 < p.size() && measure >= sum; sum += p[++item]) {
    }
    return item;
}

// What a run sees: how often each item was chosen, and whether it came back to its start.
struct Run {
    std::vector<std::uint64_t> visits;
    bool returned = false;
};
Run run(const sim::ChaoticCells& cells, sim::ChaoticState start, std::uint64_t steps) {
    Run result{.visits = std::vector<std::uint64_t>(cells.items())};
    sim::ChaoticState state = start;
    for (std::uint64_t step = 0; step < steps; ++step) {
        ++result.visits[cells.item_of(state)];
        state = sim::next_state(state);
        result.returned |= state == start;
    }
    return result;
}

struct BatchMean {
    double mean = 0.0, standard_error = 0.0;
};
// The share of visits of an item, each run being a batch.
BatchMean share_of(std::size_t item, const std::vector<Run>& runs, std::uint64_t steps) {
    const auto batches = static_cast<double>(runs.size());
    std::vector<double> shares;
    for (const Run& one : runs)
        shares.push_back(static_cast<double>(one.visits[item]) / static_cast<double>(steps));
    double mean = 0.0;
    for (const double share : shares) mean += share / batches;
    double squares = 0.0;
    for (const double share : shares) squares += (share - mean) * (share - mean);
    return {.mean = mean, .standard_error = std::sqrt(squares / (batches * (batches - 1.0)))};
}

}  // namespace

TEST_CASE("chaotic_prime: a safe prime of which 2 is a primitive root", "[sim][chaos]") {
    const mp::cpp_int prime = chaotic_prime;
    const mp::cpp_int half = (prime - 1) / 2;
    CHECK(prime == (mp::cpp_int(1) << 62) - 10565);
    CHECK(mp::miller_rabin_test(prime, 40));
    CHECK(mp::miller_rabin_test(half, 40));
    // The order of 2 divides P - 1 = 2 half, and is none of 1, 2 and half: all states are one cycle.
    CHECK(mp::powm(mp::cpp_int(2), half, prime) == prime - 1);
    CHECK(mp::powm(mp::cpp_int(2), mp::cpp_int(2), prime) != 1);
}

TEST_CASE("next_state: is 2a mod P, and previous_state undoes it", "[sim][chaos]") {
    Dice dice(1);
    std::vector<sim::ChaoticState> states = {
        1, 2, chaotic_prime / 2, chaotic_prime / 2 + 1, chaotic_prime - 2, chaotic_prime - 1};
    for (int i = 0; i < 1000; ++i) states.push_back(1 + dice.bits() % (chaotic_prime - 1));
    for (const sim::ChaoticState a : states) {
        const sim::ChaoticState next = sim::next_state(a);
        CHECK(mp::cpp_int(next) == 2 * mp::cpp_int(a) % chaotic_prime);
        CHECK(sim::previous_state(next) == a);
        CHECK(sim::folded(a) == sim::folded(chaotic_prime - a));
    }
}

TEST_CASE("next_state: x = sin^2(pi a / P) follows 4x(1-x) for 600 steps", "[sim][chaos]") {
    // Each step loses a binary digit of x: 400 decimal digits leave more than 200 after 600 steps.
    Dice dice(2);
    for (int start = 0; start < 3; ++start) {
        sim::ChaoticState a = 1 + dice.bits() % (chaotic_prime - 1);
        Dec400 x = place<Dec400>(a);
        Dec50 worst = 0;
        for (int step = 0; step < 600; ++step) {
            a = sim::next_state(a);
            x = 4 * x * (1 - x);
            worst = std::max<Dec50>(worst, abs(Dec50(x) - place<Dec50>(a)));
        }
        CHECK(worst < 1e-45);
        // The partner: a state that is one off has nothing to do with it.
        CHECK(abs(Dec50(x) - place<Dec50>(a + 1)) > 1e-25);
    }
}

TEST_CASE("ChaoticCells: the item is the cell of x of arcsine measure p", "[sim][chaos]") {
    // Multiples of 2^-20, which sum to 1 exactly.
    const std::vector<std::vector<double>> marginals = {
        {1.0},
        {0.5, 0.5},
        {0.0, 0.25, 0.0, 0.0, 0.375, 0.375, 0.0},
        {0.125, 0.3125, 0.0625, 0x1p-20, 0.5 - 0x1p-20}};
    Dice dice(3);
    for (const std::vector<double>& p : marginals) {
        const sim::ChaoticCells cells(p);
        REQUIRE(cells.items() == p.size());
        CHECK(cells.before(0) == 0);
        std::vector<sim::ChaoticState> states = {1, cells.folded_states(), chaotic_prime - 1};
        for (sim::ItemId item = 0; item < p.size(); ++item) {
            const std::uint64_t size = cells.last(item) - cells.before(item);
            const Dec50 expected = Dec50(p[item]) * cells.folded_states();
            CHECK(abs(Dec50(size) - expected) < 1 + Dec50(p[item]) / 2);
            CHECK((size == 0) == (p[item] == 0.0));
            // The ends of the cell and what lies on their other sides.
            for (const sim::ChaoticState a : {cells.last(item), cells.last(item) + 1})
                if (a >= 1 && a <= cells.folded_states()) states.push_back(a);
        }
        for (int i = 0; i < 200; ++i) states.push_back(1 + dice.bits() % (chaotic_prime - 1));
        for (const sim::ChaoticState a : states) {
            CAPTURE(a, p.size());
            CHECK(cells.item_of(a) == item_of_place(place<Dec50>(a), p));
        }
        CHECK(cells.last(static_cast<sim::ItemId>(p.size() - 1)) == (chaotic_prime - 1) / 2);
    }
}

TEST_CASE("ChaoticCells: probabilities that do not sum to 1 exactly still fill the interval",
          "[sim][chaos]") {
    Dice dice(4);
    for (int trial = 0; trial < 200; ++trial) {
        const std::size_t items = 1 + dice.below(40);
        const std::vector<double> p = dice.simplex(items, 3.0, 0.3);
        const sim::ChaoticCells cells(p);
        CHECK(cells.last(static_cast<sim::ItemId>(items - 1)) == cells.folded_states());
        for (sim::ItemId item = 0; item < items; ++item) {
            const std::uint64_t size = cells.last(item) - cells.before(item);
            if (p[item] == 0.0) CHECK(size == 0);
            CHECK(static_cast<double>(size) / static_cast<double>(cells.folded_states()) ==
                  Approx(p[item]).epsilon(1e-14).margin(1e-18));
            if (size > 0) {
                CHECK(cells.item_of(cells.before(item) + 1) == item);
                CHECK(cells.item_of(chaotic_prime - cells.last(item)) == item);
            }
        }
    }
}

TEST_CASE("draw_start: uniform on 1..P-1", "[sim][chaos]") {
    // With P = 1019 every state is a cell; with the large P sixteen equal ranges are.
    for (const std::uint64_t prime : {std::uint64_t{1019}, chaotic_prime}) {
        const std::size_t cells = prime == chaotic_prime ? 16 : prime - 1;
        sim::Stream draws = sim::stream({.seed = 8, .purpose = sim::Purpose::chaotic_starts});
        std::vector<std::uint64_t> seen(cells, 0);
        bool within = true;
        for (int i = 0; i < 200'000; ++i) {
            const sim::ChaoticState a = sim::draw_start(draws, prime);
            within = within && a >= 1 && a < prime;
            const double range = static_cast<double>(a - 1) / static_cast<double>(prime - 1);
            ++seen.at(prime == chaotic_prime ? static_cast<std::size_t>(16.0 * range) : a - 1);
        }
        CHECK(within);
        std::vector<double> law(cells, 1.0 / static_cast<double>(cells));
        CHECK(chi_square_p(seen, law) > chi_square_level);
        // The partner: the lower half 5 % more likely, the upper half 5 % less.
        for (std::size_t i = 0; i < cells / 2; ++i) law[i] *= 1.05;
        for (std::size_t i = cells / 2; i < cells; ++i) law[i] *= 0.95;
        CHECK(chi_square_p(seen, law) < chi_square_level);
    }
}

TEST_CASE("next_state: long runs keep the marginal and do not come back", "[sim][chaos]") {
    // The contracts are on in the sanitizers' builds, which are tens of times slower.
#ifdef TRUEGAP_CONTRACTS
    constexpr std::uint64_t steps = 100'000;
#else
    constexpr std::uint64_t steps = 10'000'000;
#endif
    const std::vector<double> p = {0.37, 0.05, 0.21, 0.008, 0.362};
    const sim::ChaoticCells cells(p);
    sim::Stream draws = sim::stream({.seed = 9, .purpose = sim::Purpose::chaotic_starts});
    std::vector<sim::ChaoticState> starts(100);
    for (sim::ChaoticState& start : starts) start = sim::draw_start(draws);
    std::vector<Run> runs(starts.size());
    sim::for_each_index(std::thread::hardware_concurrency(), runs.size(), [&](std::size_t i) {
        runs[i] = run(cells, starts[i], steps);
    });
    CHECK(std::none_of(runs.begin(), runs.end(), [](const Run& one) { return one.returned; }));

    // Five cells are tested; |z| < 4.5 for each is asked all the same, a false alarm in 10,000 seeds
    // with 99 degrees of freedom.
    for (std::size_t item = 0; item < p.size(); ++item) {
        const BatchMean share = share_of(item, runs, steps);
        CAPTURE(item, share.mean, share.standard_error);
        REQUIRE(share.standard_error > 0.0);
        CHECK(share.standard_error < 2.0 / std::sqrt(100.0 * static_cast<double>(steps)));
        CHECK(std::abs(share.mean - p[item]) < 4.5 * share.standard_error);
    }

    // The partner: a tenth of the steps over a partition whose first end is ten of their own standard
    // errors off.
    constexpr std::uint64_t fewer = steps / 10;
    const double shift = 10.0 * std::sqrt(10.0) * share_of(0, runs, steps).standard_error;
    const sim::ChaoticCells wrong(
        std::vector<double>{p[0] + shift, p[1] - shift, p[2], p[3], p[4]});
    sim::for_each_index(std::thread::hardware_concurrency(), runs.size(), [&](std::size_t i) {
        runs[i] = run(wrong, starts[i], fewer);
    });
    const BatchMean share = share_of(0, runs, fewer);
    CHECK(std::abs(share.mean - p[0]) > 4.5 * share.standard_error);
}

TEST_CASE("next_state: the tent map in doubles ends in 0, which is why the state is an integer",
          "[sim][chaos]") {
    double x = 0.3141592653589793;
    int steps = 0;
    for (; x != 0.0 && steps < 1000; ++steps) x = x < 0.5 ? 2.0 * x : 2.0 - 2.0 * x;
    CHECK(steps < 60);
}

}  // namespace truegap::test
