#include "metrics/counts.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <map>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

constexpr std::uint32_t largest_count = std::numeric_limits<std::uint32_t>::max();

// Samples of every shape, and some on both sides of 64 and of 256, where counts are binned in another
// way or not at all.
std::vector<Counts> samples() {
    Random random(11);
    std::vector<Counts> result;
    for (const Shape shape : test::all_shapes)
        for (const std::size_t K : {1U, 2U, 7U, 40U, 300U})
            result.push_back(test::random_counts(random, shape, K));
    result.insert(result.end(),
                  {{},
                   {0},
                   {0, 0, 0},
                   {63, 0, 63, 62, 1, 1, 1},
                   {63, 64, 0, 63, 64},
                   {63, 63, 63, 63, 63, 63, 63, 63, 63},
                   {255, 0, 255},
                   {256, 255, 0},
                   {256, 256, 257, 1, 1, 255, 256},
                   {largest_count, 0, 1},
                   {5, 5, 5, 5}});
    return result;
}

}  // namespace

TEST_CASE("counts_view: sums in 64 bits and passes K on", "[metrics][counts]") {
    const Counts counts{largest_count, largest_count, 0, largest_count};
    const CountsView view = counts_view(counts);
    CHECK(view.n == 3U * std::uint64_t{largest_count});
    CHECK(view.counts.data() == counts.data());
    CHECK(view.counts.size() == 4);
    CHECK_FALSE(view.items.has_value());
    CHECK(counts_view(counts, 17).items == 17U);
    CHECK(counts_view({}).n == 0);
}

TEST_CASE("seen_items: counts items seen, once and twice", "[metrics][counts]") {
    const Counts counts{0, 1, 2, 1, 0, 3, 2, 1, 300, 0};
    const SeenItems seen = seen_items(counts);
    CHECK(seen.items == 7);
    CHECK(seen.singletons == 3);
    CHECK(seen.doubletons == 2);
    CHECK(seen_items({}).items == 0);
    CHECK(seen_items(Counts(5, 0)).items == 0);
}

TEST_CASE("fingerprint: each positive count once, ascending, with its items", "[metrics][counts]") {
    std::vector<CountMultiplicity> buffer{{9, 9}};  // reused and never cleared
    for (const Counts& counts : samples()) {
        CAPTURE(counts);
        std::map<std::uint32_t, std::uint32_t> expected;
        for (const std::uint32_t count : counts)
            if (count > 0) ++expected[count];
        const auto result = fingerprint(counts);
        REQUIRE(result.size() == expected.size());
        fingerprint(counts, buffer);
        REQUIRE(buffer.size() == result.size());
        auto entry = expected.begin();
        for (std::size_t i = 0; i < result.size(); ++i, ++entry) {
            REQUIRE(result[i].count == entry->first);
            REQUIRE(result[i].items == entry->second);
            REQUIRE(buffer[i].count == entry->first);
            REQUIRE(buffer[i].items == entry->second);
        }
    }
}

TEST_CASE("largest_counts: the head of the descending sort, for every top", "[metrics][counts]") {
    Counts buffer{9, 9, 9, 9, 9, 9, 9};  // reused and never cleared, as in the hot loop
    for (const Counts& counts : samples()) {
        CAPTURE(counts);
        Counts sorted = counts;
        std::sort(sorted.begin(), sorted.end(), std::greater<>{});
        for (std::size_t top = 0; top <= counts.size(); ++top) {
            largest_counts(counts, top, buffer);
            REQUIRE(std::equal(buffer.begin(),
                               buffer.end(),
                               sorted.begin(),
                               sorted.begin() + static_cast<std::ptrdiff_t>(top)));
        }
    }
}
