#include "metrics/response.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using Order = std::vector<std::uint32_t>;
using Scores = std::vector<double>;

// How often each order comes out over every lottery.
std::map<Order, int> orders_over_all_lotteries(const Ranking& ranking) {
    std::map<Order, int> seen;
    Order lottery(ranking.size());
    std::iota(lottery.begin(), lottery.end(), 0U);
    Order order;
    do {
        break_ties(ranking, lottery, order);
        ++seen[order];
    } while (std::next_permutation(lottery.begin(), lottery.end()));
    return seen;
}

}  // namespace

TEST_CASE("ranking_by: sorts scores in descending order into tiers", "[metrics][ranking]") {
    const Ranking ranking = ranking_by(Scores{0.1, 0.4, 0.1, 0.3, 0.1, 0.0});
    CHECK(ranking.size() == 6);
    CHECK(ranking.tiers() == 4);
    CHECK(ranking.tier_of == Order{2, 0, 2, 1, 2, 3});
    CHECK(ranking.tier_begin == Order{0, 1, 2, 5, 6});
    CHECK(ranking.order[0] == 1);
    CHECK(ranking.order[1] == 3);
    CHECK(ranking.order[5] == 5);
}

TEST_CASE("ranking_by: a relative difference up to 1e-12 is a tie", "[metrics][ranking]") {
    for (const double scale : {1.0, 1e-300, 1e300, 0.3}) {
        CAPTURE(scale);
        CHECK(ranking_by(Scores{scale, scale * (1.0 - 0.5e-12)}).tiers() == 1);
        CHECK(ranking_by(Scores{scale * (1.0 - 0.5e-12), scale}).tiers() == 1);
        CHECK(ranking_by(Scores{scale, scale * (1.0 - 2e-12)}).tiers() == 2);
        CHECK(ranking_by(Scores{scale, scale}).tiers() == 1);
    }
    CHECK(ranking_by(Scores{0.0, 0.0, 0.0}).tiers() == 1);
    CHECK(ranking_by(Scores{0.0, 1e-300}).tiers() == 2);
    // Neighbours decide: the ends of this chain differ by more than the tolerance.
    Scores chain{1.0};
    for (int i = 0; i < 5; ++i) chain.push_back(chain.back() * (1.0 - 0.9e-12));
    CHECK(ranking_by(chain).tiers() == 1);
}

TEST_CASE("ranking_by: one candidate", "[metrics][ranking]") {
    const Ranking ranking = ranking_by(Scores{0.7});
    CHECK(ranking.order == Order{0});
    CHECK(ranking.tier_begin == Order{0, 1});
    CHECK_FALSE(ranking.ties_within(1));
}

TEST_CASE("ranking_by: is whole and consistent for random scores", "[metrics][ranking][property]") {
    test::Random random(31);
    std::size_t tied = 0;
    for (int repeat = 0; repeat < 300; ++repeat) {
        Scores scores(1 + random.below(30));
        for (double& score : scores) score = static_cast<double>(random.below(12)) / 7.0;
        const Ranking ranking = ranking_by(scores);
        REQUIRE(std::is_permutation(ranking.order.begin(),
                                    ranking.order.end(),
                                    test::random_permutation(random, scores.size()).begin()));
        REQUIRE(ranking.tier_begin.front() == 0);
        REQUIRE(ranking.tier_begin.back() == scores.size());
        for (std::size_t tier = 0; tier < ranking.tiers(); ++tier) {
            REQUIRE(ranking.tier_begin[tier] < ranking.tier_begin[tier + 1]);
            for (auto i = ranking.tier_begin[tier]; i < ranking.tier_begin[tier + 1]; ++i) {
                REQUIRE(ranking.tier_of[ranking.order[i]] == tier);
                REQUIRE(scores[ranking.order[i]] ==
                        scores[ranking.order[ranking.tier_begin[tier]]]);
                if (i > 0) REQUIRE(scores[ranking.order[i - 1]] >= scores[ranking.order[i]]);
            }
        }
        tied += ranking.tiers() < scores.size() ? 1U : 0U;
    }
    CHECK(tied > 200);  // guard: ties are the point here
}

TEST_CASE("Ranking::ties_within: only ties that touch the top matter", "[metrics][ranking]") {
    // Tiers of 1, 2, 1 and 2 candidates.
    const Ranking ranking = ranking_by(Scores{0.9, 0.5, 0.5, 0.3, 0.1, 0.1});
    CHECK_FALSE(ranking.ties_within(0));
    CHECK_FALSE(ranking.ties_within(1));
    CHECK(ranking.ties_within(2));  // the tie straddles the top
    CHECK(ranking.ties_within(3));
    CHECK(ranking.ties_within(6));
    const Ranking last = ranking_by(Scores{0.9, 0.5, 0.3, 0.1, 0.1});
    CHECK_FALSE(last.ties_within(3));
    CHECK(last.ties_within(4));
}

TEST_CASE("break_ties: takes tied candidates in the lottery's order", "[metrics][ranking]") {
    const Ranking ranking = ranking_by(Scores{0.2, 0.5, 0.2, 0.5, 0.2});
    Order order{7, 7};  // a used buffer of another size
    break_ties(ranking, Order{4, 3, 2, 1, 0}, order);
    CHECK(order == Order{3, 1, 4, 2, 0});
    break_ties(ranking, Order{0, 1, 2, 3, 4}, order);
    CHECK(order == Order{1, 3, 0, 2, 4});
}

TEST_CASE("break_ties: all lotteries give every order of a tier equally often",
          "[metrics][ranking]") {
    const std::vector<Scores> structures{{0.5, 0.5, 0.5, 0.5, 0.5},
                                         {0.1, 0.5, 0.1, 0.5, 0.1},
                                         {0.9, 0.5, 0.1, 0.5, 0.1},
                                         {0.1, 0.2, 0.3, 0.4, 0.5},
                                         {0.0, 0.0, 0.7, 0.7, 0.7, 0.1}};
    for (const Scores& scores : structures) {
        CAPTURE(scores);
        const Ranking ranking = ranking_by(scores);
        const auto seen = orders_over_all_lotteries(ranking);
        std::size_t possible = 1;
        for (std::size_t tier = 0; tier < ranking.tiers(); ++tier)
            for (auto size = ranking.tier_begin[tier + 1] - ranking.tier_begin[tier]; size > 1;
                 --size)
                possible *= size;
        CHECK(seen.size() == possible);
        for (const auto& [order, times] : seen) {
            CHECK(times == seen.begin()->second);
            for (std::size_t i = 1; i < order.size(); ++i)
                CHECK(scores[order[i - 1]] >= scores[order[i]]);
        }
    }
}
