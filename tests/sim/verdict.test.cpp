#include "sim/verdict.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "metrics/entropy.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

constexpr std::size_t items = 20;
constexpr std::uint32_t groups = 36;

// Known users in 36 small groups of one attribute, and everybody: their sum.
struct World {
    sim::Population population;
    sim::ObservedStudy study;  // without predictors; counts are drawn later
    std::vector<sim::TwinContext> contexts;
    std::vector<std::vector<double>> p;  // [group]
    std::vector<std::uint32_t> users;    // [group]
};

World make_world() {
    sim::GeneratedPopulation spec{
        .items = items,
        .classes = 4,
        .popularity = {sim::Popularity::Kind::zipf, 0.8},
        .tilt_sd = 1.2,
        .class_weights = sim::DirichletWeights{2.0},
        .concentration = std::vector<double>(4, std::numeric_limits<double>::infinity()),
        .attributes = {}};
    sim::AttributeSpec attribute{
        .name = "place", .levels = {}, .class_levels = sim::DirichletWeights{1.0}};
    for (std::uint32_t g = 0; g < groups; ++g) attribute.levels.push_back(std::to_string(g));
    spec.attributes.push_back(attribute);
    World world{.population = sim::make_population(spec, 3, 0),
                .study = {},
                .contexts = {},
                .p = {},
                .users = {}};
    world.study.top = 5;
    world.study.approximations = {
        metrics::RankMatched{metrics::Residual::uniform, {metrics::Smoothing::Kind::additive, 0.5}},
        metrics::Recommended{}};
    world.study.estimators = {metrics::find_estimator("plug_in").value()};
    const auto add = [&](sim::Group group) {
        sim::Context context{.id = static_cast<sim::ContextId>(world.contexts.size()),
                             .group = group,
                             .history = {},
                             .candidates = all_items(items)};
        world.study.contexts.push_back({std::move(group), {}, context.candidates, {}});
        world.contexts.push_back({std::move(context), {}});
    };
    for (std::uint32_t g = 0; g < groups; ++g) {
        add({{0}, {g}});
        const auto found = sim::find_truth(world.population, world.contexts[g].shared);
        world.p.emplace_back(found.truth->distribution.begin(), found.truth->distribution.end());
        world.users.push_back(8 + 3 * (g % 12));
    }
    add({});
    return world;
}

// What the users of a world chose, drawn without the code under test.
void draw_counts(World& world, Dice& dice) {
    std::vector<std::uint32_t> all(items);
    for (std::uint32_t g = 0; g < groups; ++g) {
        std::vector<std::uint32_t> counts(items);
        for (std::uint32_t user = 0; user < world.users[g]; ++user) {
            double left = dice.uniform();
            std::size_t k = 0;
            while (k + 1 < items && left >= world.p[g][k]) left -= world.p[g][k++];
            ++counts[k];
            ++all[k];
        }
        world.study.contexts[g].counts = counts;
    }
    world.study.contexts[groups].counts = all;
}

metrics::Response stated(std::vector<double> q) {
    metrics::Response response;
    response.probabilities = std::move(q);
    response.faults = metrics::AnswerFaults{};
    return response;
}

std::vector<double> tempered(std::vector<double> p, double temperature) {
    double sum = 0.0;
    for (double& value : p) sum += value = std::pow(value, 1.0 / temperature);
    for (double& value : p) value /= sum;
    return p;
}

// A predictor made of each context's own truth.
template <class Make>
void add_predictor(World& world, const std::string& label, const Make& make) {
    sim::ObservedPredictor predictor{.label = label, .responses = {}, .event_losses = {}};
    std::vector<double> mean(items);
    double users = 0.0;
    for (std::uint32_t g = 0; g < groups; ++g) {
        predictor.responses.push_back(make(world.p[g]));
        for (std::size_t k = 0; k < items; ++k) mean[k] += world.users[g] * world.p[g][k];
        users += world.users[g];
    }
    for (double& value : mean) value /= users;
    predictor.responses.push_back(make(mean));
    world.study.predictors.push_back(std::move(predictor));
}

metrics::Response top_of(const std::vector<double>& p) {
    metrics::Response response;
    std::vector<std::uint32_t> order(items);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] > p[b]; });
    order.resize(5);
    response.rankings = {order};
    response.faults = metrics::AnswerFaults{};
    return response;
}

std::vector<std::uint32_t> judged_groups() {
    std::vector<std::uint32_t> judged(groups);
    std::iota(judged.begin(), judged.end(), 0U);
    return judged;
}

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
    const sim::NoiseFloor floor(world.study, twin, judged_groups(), {}, {.seed = 9, .draws = 499});
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

double mean_gap(const World& world, double temperature) {
    double sum = 0.0;
    for (const auto& p : world.p) {
        const auto q = tempered(p, temperature);
        for (std::size_t k = 0; k < items; ++k) sum += p[k] * std::log(p[k] / q[k]) / groups;
    }
    return sum;
}

}  // namespace

TEST_CASE(
    "verdict: a perfect predictor is called worse no more often than the level says, and the "
    "interval holds the true gap",
    "[sim][verdict]") {
    World world = make_world();
    add_predictor(world, "perfect", [](const auto& p) { return stated(p); });
    add_predictor(world, "perfect ranking", top_of);
    add_predictor(world, "tempered", [](const auto& p) { return stated(tempered(p, 2.0)); });
    constexpr int data_sets = 400;
    const double error = std::sqrt(0.05 * 0.95 / data_sets);
    const Outcome outcome = outcome_of(world, {0.0, 0.0, mean_gap(world, 2.0)}, data_sets);
    for (std::size_t p = 0; p < 3; ++p)
        WARN(p << " worse " << outcome.worse[p] << " highest " << outcome.highest[p] << " rise "
               << outcome.rise[p] << " held " << outcome.held[p] << " explained "
               << outcome.explained[p] << " gap " << outcome.gap[p]);
    WARN("tempered truth " << mean_gap(world, 2.0));
    for (std::size_t p = 0; p < 2; ++p) {
        CHECK(outcome.worse[p] <= 0.05 + 3.0 * error);
        CHECK(outcome.highest[p] <= 0.05 + 3.0 * error);
        CHECK(outcome.rise[p] <= 0.05 + 3.0 * error);
    }
    for (std::size_t p = 0; p < 3; ++p) CHECK(outcome.held[p] >= 0.95 - 3.0 * error);
    CHECK(outcome.worse[2] >= 0.8);
}

}  // namespace truegap::test
