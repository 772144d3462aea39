#include "sim/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace truegap::test {

TEST_CASE("for_each_index: calls every index once", "[sim][parallel]") {
    for (unsigned threads = 0; threads <= 8; ++threads)
        for (const std::size_t count : {0U, 1U, 2U, 7U, 1000U}) {
            std::vector<std::atomic<int>> calls(count);
            sim::for_each_index(threads, count, [&](std::size_t i) { ++calls[i]; });
            std::size_t once = 0;
            for (const auto& times : calls) once += times == 1 ? 1U : 0U;
            CAPTURE(threads, count);
            CHECK(once == count);
        }
}

TEST_CASE("for_each_index: one thread goes in order", "[sim][parallel]") {
    std::vector<std::size_t> order;
    sim::for_each_index(1, 100, [&](std::size_t i) { order.push_back(i); });
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == i);
}

TEST_CASE("for_each_index: an exception comes back after every running call has ended",
          "[sim][parallel]") {
    for (unsigned threads = 1; threads <= 8; ++threads) {
        std::atomic<int> running{0};
        std::atomic<int> calls{0};
        const auto body = [&](std::size_t i) {
            ++running;
            ++calls;
            if (i == 5) {
                --running;
                throw std::runtime_error("five");
            }
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            --running;
        };
        CAPTURE(threads);
        CHECK_THROWS_WITH(sim::for_each_index(threads, 200, body), "five");
        CHECK(running == 0);
        // And the next call works as if nothing had happened.
        calls = 0;
        sim::for_each_index(threads, 5, body);
        CHECK(calls == 5);
    }
}

TEST_CASE("for_each_index: when every call fails, one failure is told", "[sim][parallel]") {
    for (const unsigned threads : {1U, 2U, 8U})
        CHECK_THROWS_AS(sim::for_each_index(threads,
                                            100,
                                            [](std::size_t i) -> void {
                                                throw std::out_of_range(std::to_string(i));
                                            }),
                        std::out_of_range);
}

TEST_CASE("for_each_index: uses no more threads than it is given", "[sim][parallel]") {
    for (unsigned threads = 1; threads <= 4; ++threads) {
        std::atomic<int> running{0};
        std::atomic<int> most{0};
        sim::for_each_index(threads, 64, [&](std::size_t) {
            const int here = ++running;
            int seen = most;
            while (seen < here && !most.compare_exchange_weak(seen, here)) {
            }
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            --running;
        });
        CHECK(most >= 1);
        CHECK(most <= static_cast<int>(threads));
    }
}

TEST_CASE("for_each_index: can be called from within itself", "[sim][parallel]") {
    std::vector<std::atomic<int>> calls(64);
    sim::for_each_index(2, 8, [&](std::size_t i) {
        sim::for_each_index(2, 8, [&](std::size_t j) { ++calls[8 * i + j]; });
    });
    for (const auto& times : calls) CHECK(times == 1);
}

}  // namespace truegap::test
