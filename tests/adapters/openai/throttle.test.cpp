#include "adapters/openai/throttle.hpp"

#include "tests/adapters/support.hpp"

namespace truegap::test {

using adapters::Throttle;

TEST_CASE("Throttle: a 429 halves, down to one", "[openai][throttle]") {
    Throttle throttle(64);
    CHECK(throttle.allowed() == 64);
    const std::vector<std::size_t> expected{32, 16, 8, 4, 2, 1, 1, 1};
    double now = 0.0;
    for (const std::size_t allowed : expected) {
        now += 1.0;
        throttle.refused(now - 0.5, now);
        CHECK(throttle.allowed() == allowed);
    }
}

TEST_CASE("Throttle: a burst of refusals counts once a round trip", "[openai][throttle]") {
    Throttle throttle(64);
    for (int i = 0; i < 64; ++i) throttle.refused(1.0, 2.0 + 0.001 * i);
    CHECK(throttle.allowed() == 32);
    throttle.refused(2.0, 3.0);  // sent at the very moment of the halving: before it was known
    CHECK(throttle.allowed() == 32);
    throttle.refused(2.001, 3.0);
    CHECK(throttle.allowed() == 16);
}

TEST_CASE("Throttle: a round of answers gives one more, up to the limit", "[openai][throttle]") {
    Throttle throttle(16);
    throttle.refused(0.5, 1.0);
    REQUIRE(throttle.allowed() == 8);
    for (int i = 0; i < 8; ++i) throttle.answered(0.9);  // sent before the halving
    CHECK(throttle.allowed() == 8);
    int answers = 0;
    while (throttle.allowed() < 16 && answers < 1000) {
        throttle.answered(2.0);
        ++answers;
    }
    // 8 + 9 + ... + 15 = 92 rounds of one each; the steps shrink a little within a round.
    CHECK(answers >= 92);
    CHECK(answers <= 92 + 8);
    for (int i = 0; i < 1000; ++i) throttle.answered(2.0);
    CHECK(throttle.allowed() == 16);
}

TEST_CASE("Throttle: whatever comes, between one and the limit", "[openai][throttle]") {
    Dice dice(5);
    for (const std::size_t limit :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}}) {
        Throttle throttle(limit);
        std::size_t least = limit;
        std::size_t most_after_least = 0;
        for (int i = 0; i < 5000; ++i) {
            const double now = i;
            const double sent = now - static_cast<double>(dice.below(5));
            // Rough times and quiet ones.
            if (dice.below(100) < ((i / 500) % 2 == 0 ? 20U : 0U))
                throttle.refused(sent, now);
            else
                throttle.answered(sent);
            REQUIRE(throttle.allowed() >= 1);
            REQUIRE(throttle.allowed() <= limit);
            if (throttle.allowed() < least) most_after_least = 0;
            least = std::min(least, throttle.allowed());
            most_after_least = std::max(most_after_least, throttle.allowed());
        }
        CHECK(least <= (limit + 1) / 2);
        CHECK(most_after_least > limit / 4);  // it does come back
    }
}

}  // namespace truegap::test
