#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "tests/adapters/datasets/made.hpp"

#include "adapters/datasets/context_counts.hpp"
#include "adapters/datasets/countries.hpp"
#include "adapters/datasets/key_table.hpp"
#include "adapters/datasets/lastfm.hpp"
#include "adapters/datasets/lines.hpp"
#include "adapters/datasets/names.hpp"
#include "adapters/datasets/pools.hpp"
#include "adapters/datasets/sequence.hpp"

using namespace truegap;
using namespace truegap::test;

// Source of the figures: ISO 3166-1 by the regions of UN M49: Africa 60, Americas 57 (16 in the south),
// Asia 50 and Taiwan, Europe 51, Oceania 29, Antarctica; beside them Kosovo, Serbia and Montenegro, and the
// Netherlands Antilles.
TEST_CASE("countries: all of ISO 3166, each on its continent", "[adapters][datasets]") {
    std::map<std::string, int> size;
    std::set<std::string> names;
    for (const auto& country : adapters::countries()) {
        ++size[std::string(country.continent)];
        names.insert(std::string(country.name));
        const auto found = adapters::find_country(country.name);
        REQUIRE(found);
        CHECK(found->name == country.name);
        CHECK(found->continent == country.continent);
    }
    CHECK(names.size() == adapters::countries().size());
    CHECK(size == std::map<std::string, int>{{"Africa", 60},
                                             {"Antarctica", 1},
                                             {"Asia", 51},
                                             {"Europe", 53},
                                             {"North America", 42},
                                             {"Oceania", 29},
                                             {"South America", 16}});
    CHECK(std::is_sorted(adapters::continents().begin(), adapters::continents().end()));
}

TEST_CASE("countries: old, new and usual names", "[adapters][datasets]") {
    const auto continent = [](const char* name) {
        const auto country = adapters::find_country(name);
        return country ? std::string(country->continent) : "none";
    };
    CHECK(continent("Korea, Republic of") == "Asia");
    CHECK(continent("Korea, Democratic People's Republic of") == "Asia");
    CHECK(continent("Viet Nam") == "Asia");
    CHECK(continent("Russian Federation") == "Europe");
    CHECK(continent("united kingdom") == "Europe");
    CHECK(continent("C\xC3\xB4te d'Ivoire") == "Africa");
    CHECK(continent("Cote D'Ivoire") == "Africa");
    CHECK(continent("Trinidad & Tobago") == "North America");
    CHECK(continent("Virgin Islands, U.s.") == "North America");
    CHECK(continent("T\xC3\xBCrkiye") == "Asia");
    CHECK(continent("Netherlands Antilles") == "North America");
    CHECK(continent("Congo, the Democratic Republic of the") == "Africa");
    CHECK(continent("Niger") == "Africa");
    CHECK(continent("Guinea") == "Africa");
    CHECK(continent("Atlantis") == "none");
    CHECK(continent("") == "none");
    CHECK(adapters::find_country("Congo")->name !=
          adapters::find_country("Congo, the Democratic Republic of the")->name);
}

TEST_CASE("key_table: the same numbers as a map", "[adapters][datasets]") {
    adapters::KeyTable table;
    std::map<std::string, std::uint32_t> map;
    Rolls rolls(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string key(rolls.below(12), 'a');
        for (char& c : key) c = static_cast<char>(rolls.below(5) == 0 ? 0 : 'a' + rolls.below(3));
        const auto expected = map.emplace(key, static_cast<std::uint32_t>(map.size())).first;
        REQUIRE(table.find(key).has_value() == (expected->second < table.size()));
        REQUIRE(table.add(key) == expected->second);
    }
    CHECK(table.size() == map.size());
    CHECK(map.size() > 5000);
    for (const auto& [key, number] : map) REQUIRE(table[number] == key);
}

TEST_CASE("names: repaired, converted, told apart", "[adapters][datasets]") {
    CHECK(adapters::clean_name(" Bj\xC3\xB6rk\t ").text == "Bj\xC3\xB6rk");
    CHECK_FALSE(adapters::clean_name("Bj\xC3\xB6rk").repaired);
    CHECK(adapters::clean_name("Bj\xF6rk").text == "Bj\xEF\xBF\xBDrk");
    CHECK(adapters::clean_name("Bj\xF6rk").repaired);
    CHECK(adapters::clean_name("a\x01"
                               "b\x7F")
              .text == "a b ");
    CHECK(adapters::clean_name(std::string_view("a\0b", 3)).text == "a b");
    CHECK(adapters::from_latin_1("Caf\xE9 \xA9") == "Caf\xC3\xA9 \xC2\xA9");
    CHECK(adapters::is_utf8("Caf\xC3\xA9"));
    CHECK_FALSE(adapters::is_utf8("Caf\xE9"));
    CHECK_FALSE(adapters::is_utf8("\xC0\x80"));      // overlong
    CHECK_FALSE(adapters::is_utf8("\xED\xA0\x80"));  // half of a surrogate pair
    std::uint64_t suffixed = 0;
    CHECK(adapters::distinct_names({"A", "a", "A (2)", "B", "\xEF\xBC\xA1"}, suffixed) ==
          std::vector<std::string>{"A", "a (2)", "A (2) (2)", "B", "\xEF\xBC\xA1 (3)"});
    CHECK(suffixed == 3);
}

TEST_CASE("users: user 0 and what is no name are strays", "[adapters][datasets]") {
    for (const char* name : {"1", "10", "user_000001", "00000c289a1829a808ac09c00daf10bc3c4e223b"})
        CHECK(adapters::is_user(name));
    for (const char* name : {"", "0", "000", "user_000000", "user_", "sep 20, 2008", "a\xC3\xA9"})
        CHECK_FALSE(adapters::is_user(name));
}

TEST_CASE("times: seconds since 1970", "[adapters][datasets]") {
    CHECK(adapters::seconds_of("1970-01-01T00:00:00Z") == 0);
    CHECK(adapters::seconds_of("2009-05-04T23:08:57Z") == 1'241'478'537);
    CHECK(adapters::seconds_of("2008-02-29T00:00:00Z") == 1'204'243'200);
    for (const char* bad : {"",
                            "2009-02-29T00:00:00Z",
                            "2009-05-04 23:08:57Z",
                            "2009-05-04T24:00:00Z",
                            "2009-05-04T23:08:57",
                            "200x-05-04T23:08:57Z",
                            "2009-00-04T23:08:57Z"})
        CHECK_FALSE(adapters::seconds_of(bad));
}

TEST_CASE("sequence: by time, ties as in the file, told twice once", "[adapters][datasets]") {
    adapters::Sequence sequence(true, 1);
    std::vector<adapters::Event> events{
        {3, 9}, {1, 5}, {2, 5}, {1, 5}, {3, 5}, {1, 9}, {2, 5}, {3, 9}};
    CHECK(sequence(0, events) == 3);
    std::vector<std::pair<std::uint32_t, std::int64_t>> order;
    for (const auto& event : events) order.emplace_back(event.item, event.when);
    CHECK(order == std::vector<std::pair<std::uint32_t, std::int64_t>>{
                       {1, 5}, {2, 5}, {3, 5}, {3, 9}, {1, 9}});
}

// P(a first) = w_a / sum w, and P(b second | a first) = w_b / (sum w - w_a).
TEST_CASE("sequence: artists are drawn by their plays, without replacement",
          "[adapters][datasets]") {
    adapters::Sequence sequence(false, 11);
    constexpr int draws = 40'000;
    constexpr std::array<double, 3> weights{1.0, 3.0, 6.0};
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> seen;
    for (std::uint32_t user = 0; user < draws; ++user) {
        std::vector<adapters::Event> events{{0, 1}, {1, 3}, {1, 99}, {2, 6}};
        REQUIRE(sequence(user, events) == 1);
        seen[{events[0].item, events[1].item}] += 1.0;
    }
    const auto worst = [&](double shift) {
        double largest = 0.0;
        for (std::uint32_t a = 0; a < 3; ++a)
            for (std::uint32_t b = 0; b < 3; ++b) {
                if (a == b) continue;
                const double w_a = weights[a] + (a == 0 ? shift : 0.0);
                const double p = w_a / (10.0 + shift) * weights[b] / (10.0 - weights[a]);
                const double sd = std::sqrt(draws * p * (1.0 - p));
                largest = std::max(largest, std::abs(seen[{a, b}] - draws * p) / sd);
            }
        return largest;
    };
    CHECK(worst(0.0) < 4.5);
    CHECK(worst(0.2) > 4.5);  // a planted error is seen
}

TEST_CASE("popularity: the same as a map, users taken out again", "[adapters][datasets]") {
    adapters::Popularity popularity;
    std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> naive;
    Rolls rolls(2);
    const auto count = [&](std::uint32_t key, std::int32_t times) {
        std::vector<adapters::Event> events;
        std::set<std::uint32_t> items;
        for (int i = 0; i < 12; ++i) {
            events.push_back({static_cast<std::uint32_t>(rolls.below(40)), 0});
            items.insert(events.back().item);
        }
        popularity.add(key, events, times);
        for (const std::uint32_t item : items) naive[key][item] += times;
    };
    for (int i = 0; i < 500; ++i) count(static_cast<std::uint32_t>(rolls.below(4)), 1);
    for (int i = 0; i < 40; ++i) count(static_cast<std::uint32_t>(rolls.below(4)), -1);
    for (std::uint32_t key = 0; key < 4; ++key) {
        std::vector<adapters::Popularity::Chosen> expected;
        for (const auto& [item, users] : naive[key])
            if (users > 0) expected.push_back({.item = item, .users = users});
        CHECK(popularity.of(key) == expected);
    }
    CHECK(popularity.of(4).empty());
}

TEST_CASE("context_counts: those with the smallest lots are asked", "[adapters][datasets]") {
    adapters::ContextCounts context;
    Rolls rolls(4);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> lots;
    for (std::uint32_t user = 0; user < 100; ++user) {
        const std::uint64_t lot = rolls.below(60);
        lots.emplace_back(lot, user);
        context.count(user % 3, 3);
        if (context.wants(lot, 7))
            context.offer({.lot = lot, .user = user, .choice = user % 3, .history = {}}, 7);
    }
    std::sort(lots.begin(), lots.end());
    std::set<std::uint32_t> expected, asked;
    for (std::size_t i = 0; i < 7; ++i) expected.insert(lots[i].second);
    for (const auto& user : context.asked()) asked.insert(user.user);
    CHECK(asked == expected);
    CHECK(context.counts() == std::vector<std::uint32_t>{34, 33, 33});
}
