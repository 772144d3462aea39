#include "verdict_world.hpp"

#include <cmath>
#include <limits>

#include "sim/truth.hpp"

namespace truegap::test {

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

double mean_gap(const World& world, double temperature) {
    double sum = 0.0;
    for (const auto& p : world.p) {
        const auto q = tempered(p, temperature);
        for (std::size_t k = 0; k < items; ++k) sum += p[k] * std::log(p[k] / q[k]) / groups;
    }
    return sum;
}

}  // namespace truegap::test
