#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "sim/chaos.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

using Rational = boost::multiprecision::cpp_rational;
using Items = std::vector<sim::ItemId>;
using Counts = std::vector<std::uint64_t>;

// Every user of a small world, followed: the items that each start a = 1..P-1 chooses at its first
// `events` events. The item is the cell of 2 min(a, P - a) / P between the partial sums of p.
std::vector<Items> all_paths(const std::vector<double>& p,
                             std::uint64_t prime,
                             std::size_t events) {
    const Rational total = std::accumulate(p.begin(), p.end(), Rational(0));
    const auto item_of = [&](std::uint64_t a) {
        const Rational measure(2 * std::min(a, prime - a), prime);
        sim::ItemId item = 0;
        for (Rational sum(p[0]); measure * total >= sum; sum += Rational(p[++item])) {
        }
        return item;
    };
    std::vector<sim::ItemId> items(prime, 0);
    for (std::uint64_t a = 1; a < prime; ++a) items[a] = item_of(a);
    std::vector<Items> paths;
    for (std::uint64_t start = 1; start < prime; ++start) {
        Items path;
        std::uint64_t a = start;
        for (std::size_t event = 0; event < events; ++event, a = 2 * a % prime)
            path.push_back(items[a]);
        paths.push_back(path);
    }
    return paths;
}

// How many of the starts choose each item at event length + steps, by their first `length` items.
std::map<Items, Counts> count_paths(const std::vector<Items>& paths,
                                    std::size_t items,
                                    std::size_t length,
                                    std::size_t steps) {
    std::map<Items, Counts> result;
    for (const Items& path : paths) {
        const Items history(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length));
        ++result.try_emplace(history, items, 0).first->second.at(path.at(length + steps - 1));
    }
    return result;
}

sim::ChaoticFilter filter_after(const sim::ChaoticCells& cells, const Items& history) {
    sim::ChaoticFilter filter(cells);
    for (const sim::ItemId item : history) REQUIRE(filter.observe(item));
    return filter;
}

// Every sequence of this length over items 0..items-1.
std::vector<Items> all_sequences(std::size_t items, std::size_t length) {
    std::vector<Items> result = {{}};
    for (std::size_t event = 0; event < length; ++event) {
        std::vector<Items> longer;
        for (const Items& sequence : result)
            for (sim::ItemId item = 0; item < items; ++item) {
                longer.push_back(sequence);
                longer.back().push_back(item);
            }
        result = longer;
    }
    return result;
}

Counts halved(Counts counts) {
    for (std::uint64_t& count : counts) count /= 2;
    return counts;
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
    return a < b ? b - a : a - b;
}

const std::vector<double> fair = {0.5, 0.5};

}  // namespace

TEST_CASE("ChaoticFilter: every count of a small world, against following every user",
          "[sim][chaos]") {
    const std::vector<std::vector<double>> marginals = {{1.0},
                                                        fair,
                                                        {0.9, 0.1},
                                                        {0.1, 0.9},
                                                        {0.0, 0.3, 0.2, 0.0, 0.5, 0.0},
                                                        {0.37, 0.05, 0.21, 0.008, 0.362},
                                                        {0.6, 0.0004, 0.3996}};
    for (const std::uint64_t prime : {std::uint64_t{1019}, std::uint64_t{2027}}) {
        // 2 is a primitive root: its powers are all of 1..P-1.
        std::vector<bool> reached(prime, false);
        std::uint64_t power = 1;
        for (std::uint64_t i = 1; i < prime; ++i, power = 2 * power % prime) reached[power] = true;
        REQUIRE(std::count(reached.begin(), reached.end(), true) == std::ptrdiff_t(prime - 1));

        for (const std::vector<double>& p : marginals) {
            const sim::ChaoticCells cells(p, prime);
            const std::vector<Items> paths = all_paths(p, prime, 5 + 60);
            std::size_t wrong = 0;
            std::size_t possible = 0;
            for (std::size_t length = 0; length <= 5; ++length)
                for (const std::size_t steps : {1U, 2U, 3U, 17U, 60U}) {
                    const auto truth = count_paths(paths, p.size(), length, steps);
                    possible += truth.size();
                    for (const Items& history : all_sequences(p.size(), length)) {
                        const sim::ChaoticFilter filter = filter_after(cells, history);
                        const auto found = truth.find(history);
                        const Counts counts =
                            found == truth.end() ? Counts(p.size(), 0) : halved(found->second);
                        const auto starts =
                            std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
                        wrong += filter.starts() == starts ? 0U : 1U;
                        wrong += filter.starts_by_item(steps) == counts ? 0U : 1U;
                        wrong += filter.predictive(steps).has_value() == (starts > 0) ? 0U : 1U;
                    }
                }
            CAPTURE(prime, p.size(), possible);
            CHECK(wrong == 0);
            CHECK(possible >= 5 * 6);
        }
    }
}

TEST_CASE("ChaoticFilter: probabilities are quotients of the counts", "[sim][chaos]") {
    const sim::ChaoticCells cells(std::vector<double>{0.4, 0.1, 0.0, 0.3, 0.2});
    const auto n = static_cast<double>(cells.folded_states());
    Dice dice(13);
    for (const std::size_t length : {0U, 1U, 2U, 5U, 12U, 80U}) {
        Items history;
        for (sim::ChaoticState a = 1 + dice.bits() % (sim::chaotic_prime - 1);
             history.size() < length;
             a = sim::next_state(a))
            history.push_back(cells.item_of(a));
        const sim::ChaoticFilter filter = filter_after(cells, history);
        REQUIRE(filter.starts() > 0);
        CHECK(filter.probability() == static_cast<double>(filter.starts()) / n);
        for (const std::size_t steps : {1U, 2U, 7U, 60U}) {
            const Counts counts = filter.starts_by_item(steps);
            CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) ==
                  filter.starts());
            const auto all = filter.predictive(steps).value();
            const auto some = filter.predictive(steps, Items{4, 2, 0});
            const std::uint64_t left = counts[4] + counts[0];
            REQUIRE(some.has_value() == (left > 0));
            for (std::size_t item = 0; item < counts.size(); ++item)
                CHECK(all[item] ==
                      static_cast<double>(counts[item]) / static_cast<double>(filter.starts()));
            if (left > 0)
                CHECK(*some == std::vector<double>{
                                   static_cast<double>(counts[4]) / static_cast<double>(left),
                                   0.0,
                                   static_cast<double>(counts[0]) / static_cast<double>(left)});
            CHECK_FALSE(filter.predictive(steps, Items{2}).has_value());
        }
    }
    const sim::ChaoticFilter impossible = filter_after(cells, {0, 2});
    CHECK(impossible.starts() == 0);
    CHECK(impossible.probability() == 0.0);
    CHECK_FALSE(impossible.predictive(1).has_value());
}

TEST_CASE("ChaoticFilter: with nothing observed the law is the marginal at every time",
          "[sim][chaos]") {
    const std::vector<double> p = {0.37, 0.05, 0.21, 0.0, 0.008, 0.362};
    const sim::ChaoticFilter filter{sim::ChaoticCells(p)};
    CHECK(filter.probability() == 1.0);
    for (const std::size_t steps : {1U, 2U, 30U, 60U, 1000U}) {
        const auto law = filter.predictive(steps).value();
        for (std::size_t item = 0; item < p.size(); ++item)
            CHECK(law[item] == Approx(p[item]).epsilon(1e-15).margin(0.0));
    }
}

TEST_CASE("ChaoticFilter: the halves generate ln 2 an event, whatever the history",
          "[sim][chaos]") {
    // A history of L halves is an interval of P / 2^(L+1) starts up to one, and the next item cuts
    // it into halves up to one start: |P(item | h) - 1/2| <= 1 / (2 starts).
    const sim::ChaoticCells cells(fair);
    double block_entropy = 0.0;
    for (std::size_t length = 0; length <= 12; ++length) {
        const std::uint64_t expected = cells.folded_states() >> length;
        double entropy = 0.0;
        std::size_t wrong = 0;
        for (const Items& history : all_sequences(2, length)) {
            const sim::ChaoticFilter filter = filter_after(cells, history);
            const Counts counts = filter.starts_by_item(1);
            wrong += filter.pieces() == 1 ? 0U : 1U;
            wrong += distance(filter.starts(), expected) <= 1 ? 0U : 1U;
            wrong += distance(counts[0], counts[1]) <= 1 ? 0U : 1U;
            const auto law = filter.predictive(1).value();
            wrong += std::abs(law[0] - 0.5) < 1e-14 ? 0U : 1U;  // of 5.6e14 starts or more
            entropy -= filter.probability() * std::log(filter.probability());
        }
        CAPTURE(length, entropy);
        CHECK(wrong == 0);
        CHECK(entropy == Approx(static_cast<double>(length) * std::log(2.0)).margin(1e-13));
        if (length > 0) CHECK(entropy - block_entropy == Approx(std::log(2.0)).margin(1e-13));
        block_entropy = entropy;
    }
}

TEST_CASE("ChaoticFilter: a longer history never leaves more entropy on average", "[sim][chaos]") {
    for (const std::vector<double>& p :
         {std::vector<double>{0.4, 0.6}, std::vector<double>{0.2, 0.0, 0.5, 0.3}}) {
        const sim::ChaoticCells cells(p);
        double block_entropy = 0.0;
        double before = 2.0;
        for (std::size_t length = 1; length <= 6; ++length) {
            double entropy = 0.0;
            double total = 0.0;
            for (const Items& history : all_sequences(p.size(), length)) {
                const double probability = filter_after(cells, history).probability();
                if (probability > 0.0) entropy -= probability * std::log(probability);
                total += probability;
            }
            const double next = entropy - block_entropy;
            CAPTURE(length, next);
            CHECK(total == Approx(1.0).margin(1e-13));
            CHECK(next <= before + 1e-13);
            before = next;
            block_entropy = entropy;
        }
        if (p.size() == 2) CHECK(before < 0.6731);  // H(p) = 0.67301: not a generating partition
    }
}

TEST_CASE("ChaoticFilter: along one user, a bit an event until his state is known, then none",
          "[sim][chaos]") {
    sim::Stream draws = sim::stream({.seed = 11, .purpose = sim::Purpose::chaotic_starts});
    const std::vector<std::vector<double>> marginals = {
        fair, {0.37, 0.05, 0.21, 0.008, 0.362}, {0.3, 0.4, 0.3}};
    for (const std::vector<double>& p : marginals)
        for (int user = 0; user < 20; ++user) {
            const sim::ChaoticCells cells(p);
            sim::ChaoticFilter filter(cells);
            sim::ChaoticState state = sim::draw_start(draws);
            REQUIRE(filter.observe(cells.item_of(state)));
            std::uint64_t worst = 0;
            for (int event = 1; event < 200; ++event) {
                const std::uint64_t before = filter.starts();
                const Counts counts = filter.starts_by_item(1);
                if (p == fair) worst = std::max(worst, distance(counts[0], counts[1]));
                state = sim::next_state(state);
                REQUIRE(filter.observe(cells.item_of(state)));
                REQUIRE(filter.starts() >= 1);
                REQUIRE(filter.starts() <= before);
            }
            CHECK(worst <= 1);
            REQUIRE(filter.starts() == 1);
            // Given the state nothing is uncertain, at any time.
            for (std::size_t steps = 1; steps <= 70; ++steps) {
                state = sim::next_state(state);
                const auto law = filter.predictive(steps).value();
                CHECK(law[cells.item_of(state)] == 1.0);
            }
        }
}

TEST_CASE("ChaoticFilter: refuses a history that tells too little, and stays as it was",
          "[sim][chaos]") {
    // A single item says nothing: the pieces double at every event after the first.
    sim::ChaoticFilter filter{sim::ChaoticCells(std::vector<double>{1.0})};
    for (int event = 0; event < 20; ++event) REQUIRE(filter.observe(0));
    CHECK(filter.pieces() == 1U << 19U);
    CHECK_FALSE(filter.observe(0));
    CHECK(filter.pieces() == 1U << 19U);
    CHECK(filter.probability() == 1.0);
    CHECK(filter.predictive(1).value() == std::vector<double>{1.0});
}

TEST_CASE("ChaoticFilter: histories and what follows have the frequencies of 4x(1-x)",
          "[sim][chaos]") {
    // Users simulated in doubles, which are good for these six steps, from x of the arcsine law.
    const std::vector<double> p = {0.45, 0.15, 0.4};
    const sim::ChaoticCells cells(p);
    constexpr std::size_t length = 4;
    constexpr std::size_t ahead = 2;
    constexpr double users = 2e6;
    constexpr double pi = boost::math::constants::pi<double>();
    Dice dice(12);
    std::map<Items, Counts> seen;
    for (int user = 0; user < static_cast<int>(users); ++user) {
        double x = std::pow(std::sin(0.5 * pi * dice.uniform()), 2);
        Items path;
        for (std::size_t event = 0; event < length + ahead; ++event, x = 4.0 * x * (1.0 - x)) {
            const double measure = 2.0 / pi * std::asin(std::sqrt(x));
            path.push_back(measure < p[0] ? 0U : measure < p[0] + p[1] ? 1U : 2U);
        }
        const Items history(path.begin(), path.begin() + length);
        ++seen.try_emplace(history, p.size(), 0).first->second[path.back()];
    }
    ZScores right;
    ZScores wrong;
    for (const Items& history : all_sequences(p.size(), length)) {
        const sim::ChaoticFilter filter = filter_after(cells, history);
        const auto found = seen.find(history);
        const Counts counts = found == seen.end() ? Counts(p.size(), 0) : found->second;
        const auto law = filter.predictive(ahead);
        // The partner: the law of one event later.
        const auto later = filter.predictive(ahead + 1);
        REQUIRE((law || found == seen.end()));
        for (std::size_t item = 0; law && item < p.size(); ++item) {
            const double share = static_cast<double>(counts[item]) / users;
            const auto compare = [&](ZScores& scores, double truth) {
                scores.add(share, truth, std::sqrt(truth * (1.0 - truth) / users));
            };
            compare(right, filter.probability() * (*law)[item]);
            compare(wrong, filter.probability() * (*later)[item]);
        }
    }
    CAPTURE(right.worst(), right.random(), wrong.worst());
    CHECK(right.random() > 30);
    CHECK(right.beyond() == 0);
    CHECK(right.mean_square() < 2.0);
    CHECK(wrong.beyond() > 0);
}

}  // namespace truegap::test
