#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <set>

#include "bench/adapters/datasets/made_files.hpp"
#include "tests/adapters/datasets/made.hpp"
#include "tests/temporary_folder.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

constexpr std::uint64_t ratings = 1'000'209;
constexpr std::size_t movies = 3883;

struct Event {
    long time = 0;
    std::size_t movie = 0;
};

// By user, in order of time.
std::map<long, std::vector<Event>> read_events(const std::filesystem::path& file) {
    std::map<long, std::vector<Event>> events;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        long user = 0;
        long time = 0;
        std::size_t movie = 0;
        int stars = 0;
        std::sscanf(line.c_str(), "%ld::%zu::%d::%ld", &user, &movie, &stars, &time);
        events[user].push_back({.time = time, .movie = movie});
    }
    for (auto& [user, own] : events)
        std::stable_sort(own.begin(), own.end(), [](const Event& one, const Event& other) {
            return one.time < other.time;
        });
    return events;
}

std::string title(std::size_t movie) {
    return "Caf\xC3\xA9 Number " + std::to_string(movie) + ", The (" +
           std::to_string(1919 + movie % 82) + ")";
}

// The 50 movies with the most users, and how often each is a user's first choice after `length` events.
std::map<std::string, std::uint32_t> expected_counts(
    const std::map<long, std::vector<Event>>& events, std::size_t length) {
    std::vector<std::size_t> users(movies + 1);
    for (const auto& [user, own] : events) {
        std::set<std::size_t> seen;
        for (const Event& event : own) seen.insert(event.movie);
        for (const std::size_t movie : seen) ++users[movie];
    }
    std::vector<std::size_t> order;
    for (std::size_t movie = 1; movie <= movies; ++movie) order.push_back(movie);
    std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return users[one] != users[other] ? users[one] > users[other] : title(one) < title(other);
    });
    order.resize(50);
    std::map<std::string, std::uint32_t> counts;
    for (const std::size_t movie : order) counts[title(movie)] = 0;
    for (const auto& [user, own] : events) {
        std::set<std::size_t> before;
        for (std::size_t i = 0; i < own.size(); ++i) {
            const bool candidate = counts.contains(title(own[i].movie));
            if (i >= length && candidate && !before.contains(own[i].movie)) {
                ++counts[title(own[i].movie)];
                break;
            }
            if (i < length) before.insert(own[i].movie);
        }
    }
    return counts;
}

}  // namespace

// Its time is printed, not checked: how long it may take is a matter for the bench.
TEST_CASE("movielens_1m: in its real size, every user's choice is counted",
          "[datasets][movielens]") {
    const TemporaryFolder folder;
    bench::make_movielens_1m(folder.path(), ratings);
    adapters::DatasetOptions options;
    options.name = "movielens_1m";
    const std::clock_t start = std::clock();
    const Made made = make(options, folder.path());
    std::printf("movielens_1m, %llu ratings: %.2f s of processor time\n",
                static_cast<unsigned long long>(ratings),
                static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    CHECK(made.found(adapters::Found::events) == ratings);
    const auto events = read_events(folder / "ratings.dat");
    for (const std::size_t length : {std::size_t{0}, std::size_t{10}}) {
        const auto expected = expected_counts(events, length);
        const std::string id = "all/" + std::to_string(length);
        const auto target = std::find_if(made.targets.begin(),
                                         made.targets.end(),
                                         [&](const auto& one) { return one.context_id == id; });
        REQUIRE(target != made.targets.end());
        std::map<std::string, std::uint32_t> counts;
        for (std::size_t k = 0; k < target->candidates.size(); ++k)
            counts[target->candidates[k]] = target->counts[k];
        CHECK(counts == expected);
    }
    CHECK(made.targets.size() > 200);
}
