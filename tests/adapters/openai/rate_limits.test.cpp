#include "adapters/openai/rate_limits.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "tests/adapters/support.hpp"

namespace truegap::test {

using adapters::RateLimit;

namespace {

struct Taken {
    double at = 0.0;
    double amount = 0.0;
};

// The most that was taken in any [t, t + 60). It is enough to begin windows where something was taken. The
// small margin keeps out a request that belongs to the next window but for rounding.
double most_in_a_minute(const std::vector<Taken>& taken) {
    double most = 0.0;
    double sum = 0.0;
    for (std::size_t first = 0, last = 0; first < taken.size(); ++first) {
        while (last < taken.size() && taken[last].at < taken[first].at + 60.0 - 1e-6)
            sum += taken[last++].amount;
        most = std::max(most, sum);
        sum -= taken[first].amount;
    }
    return most;
}

// Takes as soon as it may for that many seconds, sometimes looking late, sometimes with nothing to do.
template <class Amount>
std::vector<Taken> run(RateLimit& limit, double seconds, Dice& dice, const Amount& amount) {
    std::vector<Taken> taken;
    double now = 0.0;
    while (now < seconds) {
        const double next = amount();
        const double pause = limit.wait(next, now);
        if (pause > 0.0) {
            now += pause + 1e-9;
            if (dice.below(10) == 0) now += 0.01 * pause * static_cast<double>(dice.below(100));
        }
        if (limit.wait(next, now) > 0.0) continue;
        limit.take(next, now);
        taken.push_back({now, next});
        if (dice.below(500) == 0) now += static_cast<double>(dice.below(90));
    }
    return taken;
}

}  // namespace

TEST_CASE("RateLimit: no limit, no wait", "[openai][rate]") {
    RateLimit limit(0.0);
    for (int i = 0; i < 1000; ++i) limit.take(1e9, 0.0);
    CHECK(limit.wait(1e9, 0.0) == 0.0);
}

TEST_CASE("RateLimit: no 60 seconds with more requests than the limit", "[openai][rate]") {
    Dice dice(11);
    for (const double per_minute : {1.0, 2.0, 7.0, 59.0, 60.0, 61.0, 500.0, 3000.0}) {
        RateLimit limit(per_minute);
        const auto taken = run(limit, 1200.0, dice, [] { return 1.0; });
        const double most = most_in_a_minute(taken);
        CHECK(most <= per_minute);
        CHECK(most >= 0.8 * per_minute);  // and what may be used can be used
    }
}

TEST_CASE("RateLimit: the check of the minute can fail", "[openai][rate]") {
    // A bucket that holds a whole minute and fills at the full rate lets nearly twice the limit pass.
    std::vector<Taken> taken;
    double level = 60.0;
    for (double now = 0.0; now < 120.0; now += 0.5) {
        level = std::min(60.0, level + 0.5);
        for (; level >= 1.0; --level) taken.push_back({now, 1.0});
    }
    CHECK(most_in_a_minute(taken) > 110.0);
}

TEST_CASE("RateLimit: tokens, a minute exceeds the limit by no more than one request can",
          "[openai][rate]") {
    Dice dice(12);
    for (const double per_minute : {1000.0, 30000.0, 200000.0}) {
        RateLimit limit(per_minute);
        double largest = 0.0;
        const auto taken = run(limit, 1200.0, dice, [&] {
            const auto amount = static_cast<double>(200 + dice.below(800));
            largest = std::max(largest, amount);
            return amount;
        });
        const double most = most_in_a_minute(taken);
        CHECK(most <= per_minute + std::max(0.0, largest - limit.burst()) + 1e-6);
        CHECK(most >= 0.75 * per_minute);
    }
}

TEST_CASE("RateLimit: what was not used may be used again, what was used beyond is waited for",
          "[openai][rate]") {
    RateLimit limit(6000.0);  // holds 100, fills at just below 100 a second
    limit.take(100.0, 0.0);
    const double full_wait = limit.wait(100.0, 0.0);
    CHECK(full_wait > 1.0);
    CHECK(full_wait < 1.03);
    limit.give_back(60.0, 0.0);
    CHECK(limit.wait(60.0, 0.0) == 0.0);
    CHECK(limit.wait(100.0, 0.0) == Approx(0.4 * full_wait));
    limit.give_back(-60.0, 0.0);
    CHECK(limit.wait(100.0, 0.0) == Approx(full_wait));
    limit.give_back(1e6, 0.0);  // never more than it holds
    limit.take(100.0, 0.0);
    CHECK(limit.wait(100.0, 0.0) == Approx(full_wait));
}

TEST_CASE("RateLimit: an amount beyond the bucket passes once the bucket is full",
          "[openai][rate]") {
    RateLimit limit(60.0);  // holds 1
    CHECK(limit.wait(30.0, 0.0) == 0.0);
    limit.take(30.0, 0.0);
    CHECK(limit.wait(1.0, 0.0) == Approx(30.0));
    CHECK(limit.wait(1.0, 30.0 + 1e-9) == 0.0);
}

TEST_CASE(
    "RateLimit: with what was given back counted, used tokens stay within the limit and what was "
    "in "
    "flight",
    "[openai][rate]") {
    Dice dice(13);
    constexpr double per_minute = 60000.0;
    constexpr double estimate = 700.0;
    RateLimit limit(per_minute);
    std::vector<Taken> used;
    std::vector<Taken> due;  // what is given back, and when
    double now = 0.0;
    for (int i = 0; i < 3000; ++i) {
        now += limit.wait(estimate, now) + 1e-9;
        while (!due.empty() && due.front().at <= now) {
            limit.give_back(due.front().amount, now);
            due.erase(due.begin());
        }
        if (limit.wait(estimate, now) > 0.0) continue;
        limit.take(estimate, now);
        const auto actual = static_cast<double>(100 + dice.below(600));
        used.push_back({now, actual});
        due.push_back({now + 5.0, estimate - actual});
    }
    // In flight for 5 seconds at about 1,000 a second and mean use 400 of 700.
    constexpr double in_flight = 5.0 * 1000.0 * 700.0 / 400.0;
    const double most = most_in_a_minute(used);
    CHECK(most <= per_minute + in_flight);
    CHECK(most >= 0.8 * per_minute);
}

}  // namespace truegap::test
