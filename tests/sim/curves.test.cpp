#include "sim/curves.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace truegap;

namespace {

// Results made by hand: worlds x levels x contexts x predictors x methods, with figures that tell them
// apart.
struct Made {
    sim::Scenario scenario;
    sim::Results results;
};

double entropy_of(const sim::RowKey& key) {
    return 1.0 + 0.1 * key.context + 0.01 * key.estimator + 0.001 * key.world;
}

Made made(std::uint32_t contexts, const sim::Design& design) {
    Made one;
    one.scenario.seed = 4;
    one.scenario.design = design;
    one.scenario.approximations = {metrics::PerEvent{}, metrics::Probabilities{}};
    one.results.predictors = {"bayes", "popularity"};
    one.results.approximations = {"per_event", "probabilities"};
    one.results.estimators = {"known_mean_entropy", "plug_in"};
    one.results.populations = {"one", "two"};
    one.results.worlds_per_population = 2;
    for (std::uint32_t world = 0; world < 4; ++world)
        for (const std::uint32_t users : {5U, 20U})
            for (std::uint32_t context = 0; context < contexts; ++context)
                for (std::uint32_t predictor = 0; predictor < 2; ++predictor)
                    for (std::uint32_t method = 0; method < 2; ++method) {
                        sim::CellRow row;
                        row.key = {.world = world,
                                   .context = context,
                                   .predictor = predictor,
                                   .approximation = method,
                                   .estimator = method,
                                   .users = users};
                        row.entropy_mean = entropy_of(row.key);
                        row.cross_entropy_mean = 2.0 + predictor + std::abs(context - 4.2);
                        row.true_entropy = 10.0 * (method + 1.0) + context;
                        row.true_cross_entropy = *row.true_entropy + predictor;
                        one.results.cells.push_back(row);
                    }
    return one;
}

std::vector<sim::GridPoint> grid_of(const Made& one) {
    return {{.values = {}, .scenario = one.scenario}};
}

}  // namespace

TEST_CASE("curves_of: a curve a population, n, predictor and method, over all worlds",
          "[sim][curve]") {
    const Made one = made(6, sim::UsersPerGroup{{5, 20}});
    const auto curves = sim::curves_of(one.scenario, one.results);
    // 2 populations x 2 n x 2 predictors x (2 methods and the truth)
    REQUIRE(curves.size() == 24);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const sim::Curve& curve = curves[i];
        CHECK(curve.population == i / 12);
        CHECK(curve.users == (i / 6 % 2 == 0 ? 5U : 20U));
        CHECK(curve.predictor == i / 3 % 2);
        CHECK(curve.measured() == (i % 3 != 2));
        REQUIRE(curve.points.size() == 2 * 6);
        CHECK(curve.left_out == 0);
        for (std::size_t point = 0; point < curve.points.size(); ++point) {
            const auto context = static_cast<std::uint32_t>(point % 6);
            const auto world = static_cast<std::uint32_t>(2 * (i / 12) + point / 6);
            if (curve.measured()) {
                CHECK(curve.points[point].entropy == entropy_of({.world = world,
                                                                 .context = context,
                                                                 .predictor = 0,
                                                                 .approximation = 0,
                                                                 .estimator = *curve.estimator,
                                                                 .users = 0}));
            } else {
                // Of the pooled choices, not of each user's own.
                CHECK(curve.points[point].entropy == 20.0 + context);
                CHECK(curve.points[point].cross_entropy == 20.0 + context + curve.predictor);
            }
        }
    }
}

TEST_CASE("curves_of: groups of all sizes are one curve; nothing without cells", "[sim][curve]") {
    Made one = made(6, sim::GroupSizes{});
    const auto curves = sim::curves_of(one.scenario, one.results);
    REQUIRE(curves.size() == 12);
    for (const sim::Curve& curve : curves) {
        CHECK_FALSE(curve.users);
        CHECK(curve.points.size() == 2 * 2 * 6);
    }
    one.results.cells.clear();
    CHECK(sim::curves_of(one.scenario, one.results).empty());
}

TEST_CASE("curves_of: infinite and undefined contexts are left out and counted", "[sim][curve]") {
    Made one = made(6, sim::UsersPerGroup{{5, 20}});
    for (sim::CellRow& row : one.results.cells) {
        if (row.key.context == 1) row.cross_entropy_mean = std::numeric_limits<double>::infinity();
        if (row.key.context == 2) row.entropy_mean = std::nullopt;
        if (row.key.context == 3) row.true_cross_entropy = std::nullopt;
    }
    for (const sim::Curve& curve : sim::curves_of(one.scenario, one.results)) {
        CHECK(curve.points.size() == (curve.measured() ? 8 : 10));
        CHECK(curve.left_out == (curve.measured() ? 4 : 2));
    }
}

TEST_CASE("study_curves: each curve's own findings, the same bits for any number of threads",
          "[sim][curve]") {
    const Made one = made(12, sim::UsersPerGroup{{5, 20}});
    const std::vector<sim::CurveSpec> spec{{metrics::Binning::equal_width, 4}};
    const auto serial = sim::study_curves(grid_of(one), {one.results}, spec, {.threads = 1});
    const auto parallel = sim::study_curves(grid_of(one), {one.results}, spec, {.threads = 3});
    REQUIRE(serial.points.size() == 1);
    REQUIRE(serial.points[0].size() == 24);
    CHECK(serial.resamples == 1000);
    for (std::size_t i = 0; i < serial.points[0].size(); ++i) {
        const sim::CurveFindings& found = serial.points[0][i];
        const sim::CurveFindings& again = parallel.points[0][i];
        CHECK(found.bins.size() == 4);
        REQUIRE(found.inversion.interval);
        CHECK(*found.inversion.interval == *again.inversion.interval);
        CHECK(found.inversion.share_without_inversion == again.inversion.share_without_inversion);
        CHECK(found.published.has_value() == found.curve.measured());
        CHECK(found.inversion.fit->inverted() == found.curve.measured());
        const auto alone = sim::inversion_interval(
            found.curve.points,
            {.seed = 4, .curve = found.curve.population, .resamples = serial.resamples});
        CHECK(*alone.interval == *found.inversion.interval);
    }
}

TEST_CASE("study_curves: an end when asked; fewer resamples of very many contexts",
          "[sim][curve]") {
    const Made one = made(12, sim::UsersPerGroup{{5, 20}});
    const std::atomic<bool> stop{true};
    CHECK_THROWS_AS(
        sim::study_curves(grid_of(one), {one.results}, {{}}, {.threads = 2, .stop = &stop}),
        sim::Interrupted);
    CHECK(sim::curve_resamples(0.0) == 1000);
    CHECK(sim::curve_resamples(3e5) == 1000);
    CHECK(sim::curve_resamples(6e5) == 500);
    CHECK(sim::curve_resamples(1e9) == 200);
}
