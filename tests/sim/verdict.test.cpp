#include "sim/verdict.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/signatures.hpp"

#include "verdict_world.hpp"

namespace truegap::test {
namespace {

constexpr std::uint32_t floor_draws = 999;

sim::VerdictPlan quick() {
    return {.seed = 5, .level = 0.95, .margin = 0.1, .resamples = 400, .needed = false};
}

// Over data sets of a world: how often each predictor is worse, and its interval holds its true gap.
struct Outcome {
    std::vector<double> worse, highest, rise, held, explained, gap;
};
Outcome outcome_of(World& world, const std::vector<double>& true_gaps, int data_sets) {
    Dice dice(17);
    draw_counts(world, dice);
    const sim::TwinData twin(world.study, world.population, world.contexts);
    const sim::NoiseFloor floor(
        world.study, twin, judged_groups(), {}, {.seed = 9, .draws = floor_draws});
    const std::size_t predictors = true_gaps.size();
    Outcome outcome;
    for (auto* shares : {&outcome.worse,
                         &outcome.highest,
                         &outcome.rise,
                         &outcome.held,
                         &outcome.explained,
                         &outcome.gap})
        shares->resize(predictors);
    for (int i = 0; i < data_sets; ++i) {
        draw_counts(world, dice);
        const auto verdicts =
            sim::judge(world.study, sim::score_observed(world.study), twin, floor, quick());
        for (std::size_t p = 0; p < predictors; ++p) {
            const sim::Verdict& verdict = verdicts[p];
            const auto add = [&](std::vector<double>& shares, double value) {
                shares[p] += value / data_sets;
            };
            add(outcome.worse, verdict.finding == sim::Finding::worse ? 1.0 : 0.0);
            add(outcome.explained, verdict.finding == sim::Finding::explained ? 1.0 : 0.0);
            add(outcome.highest, *verdict.highest.p <= 0.05 ? 1.0 : 0.0);
            add(outcome.rise, *verdict.rise.p <= 0.05 ? 1.0 : 0.0);
            const auto& interval = *verdict.gap.interval;
            add(outcome.held,
                interval.low <= true_gaps[p] && true_gaps[p] <= interval.high ? 1.0 : 0.0);
            add(outcome.gap, *verdict.gap.value);
        }
    }
    return outcome;
}

}  // namespace

TEST_CASE(
    "verdict: a perfect predictor is called worse no more often than the level says, and the "
    "interval holds the true gap; a tempered one is found out",
    "[sim][verdict]") {
    World world = make_world();
    add_predictor(world, "perfect", [](const auto& p) { return stated(p); });
    add_predictor(world, "perfect ranking", top_of);
    add_predictor(world, "tempered", [](const auto& p) { return stated(tempered(p, 2.0)); });
    constexpr int data_sets = 400;
    // All data sets share one floor of 999 draws, whose quantile is uncertain itself.
    const double error = std::sqrt(0.05 * 0.95 * (1.0 / data_sets + 1.0 / floor_draws));
    const Outcome outcome = outcome_of(world, {0.0, 0.0, mean_gap(world, 2.0)}, data_sets);
    for (std::size_t p = 0; p < 2; ++p) {
        CAPTURE(p, outcome.worse[p], outcome.highest[p], outcome.rise[p]);
        CHECK(outcome.worse[p] <= 0.05 + 3.0 * error);
        CHECK(outcome.highest[p] <= 0.05 + 3.0 * error);
        CHECK(outcome.rise[p] <= 0.05 + 3.0 * error);
        CHECK(outcome.explained[p] > 0.5);
        CHECK(std::abs(outcome.gap[p]) < 0.01);
    }
    for (std::size_t p = 0; p < 3; ++p) {
        CAPTURE(p, outcome.held[p]);
        CHECK(outcome.held[p] >= 0.95 - 3.0 * error);
    }
    CHECK(outcome.worse[2] >= 0.8);  // the planted error
    CHECK(outcome.gap[2] == Approx(mean_gap(world, 2.0)).margin(0.01));
}

TEST_CASE("verdict: too few contexts are undecided, a choice without probability is worse",
          "[sim][verdict]") {
    World world = make_world();
    add_predictor(world, "perfect", [](const auto& p) { return stated(p); });
    add_predictor(world, "sure", [](const auto& p) {
        std::vector<double> q(items);
        q[static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin())] = 1.0;
        return stated(q);
    });
    Dice dice(8);
    draw_counts(world, dice);
    const sim::TwinData twin(world.study, world.population, world.contexts);
    const auto scores = sim::score_observed(world.study);
    const sim::NoiseFloor floor(world.study, twin, judged_groups(), {}, {.seed = 9, .draws = 199});
    const auto verdicts = sim::judge(world.study, scores, twin, floor, quick());
    CHECK(verdicts[1].finding == sim::Finding::worse);
    CHECK(verdicts[1].infinite > 0);
    CHECK(std::isinf(*verdicts[1].gap.value));
    const sim::NoiseFloor few(world.study, twin, {0, 1, 2, 3, 4}, {}, {.seed = 9, .draws = 199});
    const auto undecided = sim::judge(world.study, scores, twin, few, quick());
    CHECK(undecided[0].finding == sim::Finding::undecided);
    CHECK(undecided[1].finding == sim::Finding::undecided);
    // A margin too narrow for so few users: more of them would decide it, or more groups.
    auto narrow = quick();
    narrow.margin = 0.02;
    narrow.needed = true;
    const auto open = sim::judge(world.study, scores, twin, floor, narrow);
    REQUIRE(open[0].finding == sim::Finding::undecided);
    REQUIRE(open[0].needed);
    CHECK(open[0].needed->users.has_value() != open[0].needed->groups.has_value());
    if (open[0].needed->users) CHECK(*open[0].needed->users > *open[0].median_users);
}

TEST_CASE("verdict: the double bootstrap of a twin that does not change is the single one",
          "[sim][verdict]") {
    World world = make_world();
    add_predictor(world, "perfect", [](const auto& p) { return stated(p); });
    add_predictor(world, "tempered", [](const auto& p) { return stated(tempered(p, 3.0)); });
    Dice dice(12);
    draw_counts(world, dice);
    const sim::TwinData twin(world.study, world.population, world.contexts);
    const auto scores = sim::score_observed(world.study);
    const sim::NoiseFloor floor(world.study, twin, judged_groups(), {}, {.seed = 9, .draws = 499});
    const auto plain = sim::judge(world.study, scores, twin, floor, quick());
    const auto twice = sim::judge(
        world.study,
        scores,
        twin,
        floor,
        quick(),
        sim::OuterPlan{.draws = 199,
                       .inner = 64,
                       .refit = [&](const sim::TwinData::Draw&) { return world.population; },
                       .contexts = &world.contexts});
    for (std::size_t p = 0; p < 2; ++p) {
        const double share = std::max(0.02, *plain[p].gap.p);
        CHECK(std::abs(*plain[p].gap.p - *twice[p].gap.p) <
              4.5 * std::sqrt(share * (1.0 - share) * (1.0 / 199 + 1.0 / 499)) + 0.02);
    }
    CHECK(twice[1].finding == sim::Finding::worse);
}

TEST_CASE("signatures: each needs its own evidence", "[sim][verdict]") {
    const auto none = sim::find_signatures(2, {}, 0.95, 0.1);
    REQUIRE(none.size() == 8);
    for (const auto& signature : none) CHECK(signature.finding == sim::SignatureFinding::undecided);
    sim::Verdict verdict;
    verdict.contexts = 30;
    verdict.highest = {.value = 0.4, .interval = metrics::Interval{0.3, 0.5}, .p = 0.002};
    verdict.rise = {.value = 0.01, .interval = metrics::Interval{-0.05, 0.07}, .p = 0.4};
    const std::vector<sim::Verdict> verdicts{verdict};
    sim::ComparisonRow pair;
    pair.first = 1;
    pair.contexts = 30;
    pair.difference = 0.03;
    pair.interval = metrics::Interval{0.01, 0.05};
    pair.p = 0.01;
    pair.p_equivalent = 0.02;
    const std::vector<sim::ComparisonRow> pairs{pair};
    sim::HistoryRow row;
    row.figure = sim::HistoryFigure::cross_entropy;
    row.groups = 9;
    row.p_rising = 0.002;
    row.contrast = 0.5;
    const std::vector<sim::HistoryRow> history{row};
    const auto found = sim::find_signatures(
        1,
        {.verdicts = &verdicts, .pairs = &pairs, .set_ups = std::pair{0U, 1U}, .history = &history},
        0.95,
        0.1);
    CHECK(found[0].finding == sim::SignatureFinding::yes);
    CHECK(found[1].finding == sim::SignatureFinding::no);
    CHECK(found[2].finding == sim::SignatureFinding::yes);
    CHECK(*found[2].figure == -0.03);
    CHECK(found[2].interval->low == -0.05);
    CHECK(found[3].finding == sim::SignatureFinding::undecided);  // of nine groups
}

}  // namespace truegap::test
