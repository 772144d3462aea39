#include "sim/stream.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

namespace truegap::sim {
namespace {

// Purpose 0 is not used by any study; with world 0 it makes the second key word 0.
constexpr Purpose no_purpose{};

constexpr std::array every_purpose{Purpose::class_weights,
                                   Purpose::tilts,
                                   Purpose::attributes,
                                   Purpose::histories,
                                   Purpose::counts,
                                   Purpose::cell_sizes,
                                   Purpose::cell_counts,
                                   Purpose::tie_lottery,
                                   Purpose::training_users,
                                   Purpose::noise,
                                   Purpose::halves,
                                   Purpose::answers,
                                   Purpose::bootstrap,
                                   Purpose::drift,
                                   Purpose::traits,
                                   Purpose::pools,
                                   Purpose::pool_users,
                                   Purpose::display,
                                   Purpose::chaotic_starts,
                                   Purpose::ladder,
                                   Purpose::faults,
                                   Purpose::contamination,
                                   Purpose::user_histories,
                                   Purpose::user_choices,
                                   Purpose::training_cells,
                                   Purpose::training_choices,
                                   Purpose::item_names,
                                   Purpose::prompt_order,
                                   Purpose::prompt_examples,
                                   Purpose::asked_users,
                                   Purpose::play_order,
                                   Purpose::retry_jitter,
                                   Purpose::resampled_contexts,
                                   Purpose::resampled_curves,
                                   Purpose::class_starts,
                                   Purpose::fit_folds,
                                   Purpose::judged_users,
                                   Purpose::sampled_contexts,
                                   Purpose::twin_users};

std::vector<std::uint64_t> first_draws(const StreamAddress& address, std::size_t count) {
    Stream draws = stream(address);
    std::vector<std::uint64_t> result(count);
    for (auto& draw : result) draw = draws();
    return result;
}

using Words = std::array<std::uint64_t, 4>;

Words philox(const Words& counter, std::uint64_t key0, std::uint64_t key1) {
    const r123::Philox4x64::ctr_type in{{counter[0], counter[1], counter[2], counter[3]}};
    const auto out = r123::Philox4x64{}(in, {{key0, key1}});
    return {out[0], out[1], out[2], out[3]};
}

}  // namespace

// Random123's own tests/kat_vectors, lines philox4x64 10.
TEST_CASE("Philox4x64-10: the known answers of its authors", "[sim][stream]") {
    CHECK(
        philox({0, 0, 0, 0}, 0, 0) ==
        Words{0x16554d9eca36314cU, 0xdb20fe9d672d0fdcU, 0xd7e772cee186176bU, 0x7e68b68aec7ba23bU});
    constexpr std::uint64_t ones = ~std::uint64_t{0};
    CHECK(
        philox({ones, ones, ones, ones}, ones, ones) ==
        Words{0x87b092c3013fe90bU, 0x438c3c67be8d0224U, 0x9cc7d7c69cd777b6U, 0xa09caebf594f0ba0U});
    CHECK(
        philox({0x243f6a8885a308d3U, 0x13198a2e03707344U, 0xa4093822299f31d0U, 0x082efa98ec4e6c89U},
               0x452821e638d01377U,
               0xbe5466cf34e90c6cU) ==
        Words{0xa528f45403e61d95U, 0x38c72dbd566e9788U, 0xa5a1610e72fd18b5U, 0x57bd43b5e52b7fe6U});
}

TEST_CASE("Stream: the address of key and counter zero gives the known answer", "[sim][stream]") {
    CHECK(first_draws({.seed = 0, .world = 0, .purpose = no_purpose}, 4) ==
          std::vector<std::uint64_t>{
              0x16554d9eca36314cU, 0xdb20fe9d672d0fdcU, 0xd7e772cee186176bU, 0x7e68b68aec7ba23bU});
}

// [rand.predef] of C++26: the 10000th consecutive invocation of a default-constructed
// std::philox4x64, whose default seed is 20111115.
TEST_CASE("Stream: the 10000th draw is the one the C++26 standard requires", "[sim][stream]") {
    CHECK(first_draws({.seed = 20111115, .world = 0, .purpose = no_purpose}, 10000).back() ==
          3409172418970261260U);
    CHECK(first_draws({.seed = 20111116, .world = 0, .purpose = no_purpose}, 10000).back() !=
          3409172418970261260U);
}

TEST_CASE("Stream: the fields of an address are the words of key and counter", "[sim][stream]") {
    const StreamAddress address{.seed = 0x452821e638d01377U,
                                .world = 0xfedcba98U,
                                .purpose = Purpose::noise,
                                .cell = 0x082efa98ec4e6c89U,
                                .n = 0xa4093822299f31d0U,
                                .block = 0x13198a2e03707344U};
    const std::uint64_t key1 = 0xfedcba9800U + static_cast<std::uint64_t>(Purpose::noise);
    // 16 calls fill the buffer: 1000 draws cross its boundary 15 times.
    const auto draws = first_draws(address, 1000);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < draws.size(); ++i)
        if (draws[i] !=
            philox({i / 4, address.block, address.n, address.cell}, address.seed, key1)[i % 4])
            ++wrong;
    CHECK(wrong == 0);
}

TEST_CASE("Stream: equal address, equal draws", "[sim][stream]") {
    const StreamAddress address{
        .seed = 7, .world = 2, .purpose = Purpose::counts, .cell = 3, .n = 20, .block = 12};
    CHECK(first_draws(address, 500) == first_draws(address, 500));
    // Interleaved with another stream, and copied half way, it goes on the same.
    const auto expected = first_draws(address, 100);
    Stream one = stream(address);
    Stream other = stream({.seed = 8});
    for (std::size_t i = 0; i < 37; ++i) {
        CHECK(one() == expected[i]);
        static_cast<void>(other());
    }
    Stream copy = one;
    for (std::size_t i = 37; i < 100; ++i) {
        CHECK(one() == expected[i]);
        CHECK(copy() == expected[i]);
    }
}

TEST_CASE("Stream: no number is drawn twice across the addresses of a study", "[sim][stream]") {
    // Values that swap between fields, neighbours, and both ends of each field's range. Among 3.4e6
    // random 64-bit numbers a repeat has probability 3e-7.
    constexpr std::uint64_t last = ~std::uint64_t{0};
    std::vector<std::uint64_t> all;
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, last})
        for (const std::uint32_t world : {0U, 1U, 256U, ~0U})
            for (const Purpose purpose : every_purpose)
                for (const std::uint64_t cell : {std::uint64_t{0}, std::uint64_t{1}, last})
                    for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, last})
                        for (const std::uint64_t block :
                             {std::uint64_t{0}, std::uint64_t{1}, last}) {
                            const auto draws = first_draws({.seed = seed,
                                                            .world = world,
                                                            .purpose = purpose,
                                                            .cell = cell,
                                                            .n = n,
                                                            .block = block},
                                                           400);
                            all.insert(all.end(), draws.begin(), draws.end());
                        }
    REQUIRE(all.size() >= 1'000'000);
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    // The partner: one stream read twice is noticed.
    all.push_back(first_draws({.seed = 1, .purpose = Purpose::noise, .cell = 1}, 400).back());
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) != all.end());
}

}  // namespace truegap::sim
