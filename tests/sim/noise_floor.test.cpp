#include "sim/noise_floor.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "sim/observed_curve.hpp"

#include "verdict_world.hpp"

namespace truegap::test {

TEST_CASE("noise floor: a group that is a sum of others is drawn as their sum, at the data's sizes",
          "[sim][verdict]") {
    World world = make_world();
    Dice dice(4);
    draw_counts(world, dice);
    const sim::TwinData twin(world.study, world.population, world.contexts);
    CHECK(twin.parts(0).empty());
    REQUIRE(twin.parts(groups).size() == groups);
    for (std::uint32_t times = 1; times <= 3; times += 2) {
        const auto draw = twin.draw(1, 2, 3, times);
        std::vector<std::uint32_t> sum(items);
        for (std::uint32_t g = 0; g < groups; ++g) {
            CHECK(std::accumulate(draw.counts[g].begin(), draw.counts[g].end(), 0U) ==
                  times * world.users[g]);
            for (std::size_t k = 0; k < items; ++k) sum[k] += draw.counts[g][k];
        }
        CHECK(draw.counts[groups] == sum);
    }
    // One user more, and it is a group of its own.
    ++world.study.contexts[groups].counts[0];
    const sim::TwinData other(world.study, world.population, world.contexts);
    CHECK(other.parts(groups).empty());
}

TEST_CASE(
    "noise floor: the published gap of a perfect predictor is all floor, whatever the threads",
    "[sim][verdict]") {
    World world = make_world();
    add_predictor(world, "perfect", [](const auto& p) { return stated(p); });
    add_predictor(world, "tempered", [](const auto& p) { return stated(tempered(p, 2.0)); });
    Dice dice(6);
    draw_counts(world, dice);
    const sim::TwinData twin(world.study, world.population, world.contexts);
    const auto scores = sim::score_observed(world.study);
    auto curves =
        sim::observed_curves(world.study, scores, {.bins = 4, .inversion = {.resamples = 50}});
    REQUIRE(curves.size() == 4);
    const auto floor_with = [&](unsigned threads) {
        return sim::NoiseFloor(world.study,
                               twin,
                               judged_groups(),
                               sim::floor_curves(curves),
                               {.seed = 9, .draws = 199, .threads = threads});
    };
    const sim::NoiseFloor floor = floor_with(1);
    const sim::NoiseFloor again = floor_with(3);
    sim::add_floor(curves, floor, 0.95);
    for (std::size_t i = 0; i < curves.size(); ++i)
        for (std::size_t bin = 0; bin < curves[i].bins.size(); ++bin) {
            CHECK(floor.bins(i)[bin].perfect == again.bins(i)[bin].perfect);
            const auto& here = curves[i].bins[bin];
            REQUIRE(here.floor);
            // The published one is far above 0 and as high for the tempered: their order is the same.
            if (curves[i].approximation != 0) continue;
            const double gap = here.bin.cross_entropy - here.bin.entropy;
            CHECK(*here.floor > 0.1);
            CHECK(std::abs(gap - *here.floor) < 0.5);
        }
    double corrected = 0.0;
    for (const auto& bin : curves[2].bins) corrected += *bin.corrected * bin.bin.contexts;
    CHECK(corrected / (groups + 1) == Approx(mean_gap(world, 2.0)).margin(0.25));
}

}  // namespace truegap::test
