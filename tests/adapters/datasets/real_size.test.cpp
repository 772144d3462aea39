#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>

#include "bench/adapters/datasets/made_files.hpp"
#include "tests/adapters/datasets/made.hpp"
#include "tests/adapters/datasets/naive.hpp"
#include "tests/temporary_folder.hpp"

using namespace truegap;
using namespace truegap::test;

// Its time is printed, not checked: how long it may take is a matter for the bench.
TEST_CASE("movielens_1m: in its real size, the targets are those of the plainest way",
          "[datasets][movielens]") {
    constexpr std::uint64_t ratings = 1'000'209;
    const TemporaryFolder folder;
    bench::make_movielens_1m(folder.path(), ratings);
    adapters::DatasetOptions options;
    options.name = "movielens_1m";
    options.groups = {{"age", "gender"}};
    options.histories = {0, 10};
    options.asked = 10'000;
    const std::clock_t start = std::clock();
    const Made made = make(options, folder.path());
    std::printf("movielens_1m, %llu ratings: %.2f s of processor time\n",
                static_cast<unsigned long long>(ratings),
                static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    CHECK(made.found(adapters::Found::events) == ratings);
    const Naive naive = naive_targets(options, folder.path());
    CHECK(made.described_all() == naive.contexts);
    CHECK(made.targets.size() > 20);
}
