#include "metrics/estimators/detail/tabled_sum.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using Counts = std::vector<std::uint32_t>;

const int owner = 0;

// Depends on everything that the key holds.
double term(const detail::TableKey& key, std::uint32_t count) {
    return (count + key.parameter) /
           (static_cast<double>(key.n) + 1.0 / (1.0 + static_cast<double>(key.other)));
}

double remembered(const detail::TableKey& key, const Counts& counts) {
    return detail::tabled_sum(
        key, counts, key.n, [&](std::uint32_t count) { return term(key, count); });
}

double computed(const detail::TableKey& key, const Counts& counts) {
    double sum = 0.0;
    for (const std::uint32_t count : counts)
        if (count > 0) sum += term(key, count);
    return sum;
}

}  // namespace

TEST_CASE("tabled_sum: remembers each key apart, and forgets without harm", "[metrics][entropy]") {
    // More keys than there are places, and longer tables than the memory holds, twice over.
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t n = 2; n < 1500; ++n) {
            const Counts counts{static_cast<std::uint32_t>(n - 1), 1, 0};
            for (const std::uint64_t other : {0U, 7U})
                for (const double parameter : {0.0, 0.5}) {
                    const detail::TableKey key{
                        .owner = &owner, .n = n, .other = other, .parameter = parameter};
                    CAPTURE(round, n, other, parameter);
                    REQUIRE(close(remembered(key, counts), computed(key, counts), 1e-15));
                }
        }
        for (std::uint64_t n = 3900; n < 4200; ++n) {
            const Counts counts{static_cast<std::uint32_t>(n - 3), 0, 2, 1};
            const detail::TableKey key{.owner = &owner, .n = n};
            REQUIRE(close(remembered(key, counts), computed(key, counts), 1e-15));
        }
    }
}

TEST_CASE("tabled_sum: a value is computed once, and looked up from then on",
          "[metrics][entropy]") {
    int computations = 0;
    const detail::TableKey key{.owner = &owner, .n = 20, .other = 12345};
    const auto sum = [&] {
        return detail::tabled_sum(key, Counts{5, 5, 5, 4, 1, 0}, 20, [&](std::uint32_t count) {
            ++computations;
            return 1.0 / count;
        });
    };
    const double first = sum();
    CHECK(computations == 3);
    CHECK(sum() == first);
    CHECK(computations == 3);
}
