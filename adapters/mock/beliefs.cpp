#include "adapters/mock/beliefs.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "metrics/log_tables.hpp"
#include "sim/samplers.hpp"
#include "sim/scenario.hpp"
#include "sim/stream.hpp"
#include "sim/truth.hpp"

namespace truegap::adapters {

metrics::Distribution from_log_weights(std::vector<double> logs) {
    const double highest = *std::max_element(logs.begin(), logs.end());
    for (double& value : logs) value = metrics::exponential(value - highest);
    return metrics::Distribution::from_weights(std::move(logs));
}

metrics::Distribution believed_target(const sim::Population& population, const sim::Context& seen) {
    const auto classes = sim::class_posterior(population, seen);
    if (!classes)
        throw sim::ScenarioError(
            "/predictors",
            "a predictor that assumes other users than there are finds context " +
                std::to_string(seen.id) +
                " impossible (allowed: assumptions under which its group and "
                "history can occur)");
    auto q = sim::target_distribution(population, *classes, seen);
    if (!q)
        throw sim::ScenarioError(
            "/predictors",
            "a predictor that does not see all of context " + std::to_string(seen.id) +
                " meets a class that gives every candidate probability 0 (allowed: candidate sets "
                "that every class can choose from)");
    return std::move(*q);
}

Belief posterior_belief(const sim::World& world, Sees sees) {
    return [&population = world.population, sees](const sim::Context& context) {
        sim::Context seen = context;
        if (!sees.group) seen.group = {};
        if (!sees.history) seen = sim::without_history(std::move(seen));
        return believed_target(population, seen);
    };
}

Belief tempered(Belief of, double temperature) {
    return [of = std::move(of), temperature](const sim::Context& context) {
        std::vector<double> logs;
        for (const double p : of(context)) logs.push_back(metrics::ln(p) / temperature);
        return from_log_weights(std::move(logs));
    };
}

Belief noisy(const sim::World& world, Belief of, double sigma, std::uint32_t layer) {
    return [of = std::move(of), sigma, layer, seed = world.seed, index = world.index](
               const sim::Context& context) {
        sim::Stream draws = sim::stream({.seed = seed,
                                         .world = index,
                                         .purpose = sim::Purpose::noise,
                                         .cell = context.id,
                                         .n = layer,
                                         .block = context.user});
        std::vector<double> logs;
        for (const double p : of(context))
            logs.push_back(metrics::ln(p) + sigma * sim::standard_normal(draws));
        return from_log_weights(std::move(logs));
    };
}

Belief memorizer(const sim::World& world, std::uint32_t m, double alpha) {
    return [target = posterior_belief(world, {}), m, alpha, seed = world.seed, index = world.index](
               const sim::Context& context) {
        const metrics::Distribution p = target(context);
        std::vector<std::uint32_t> choices(p.size(), 0U);
        sim::Stream draws = sim::stream({.seed = seed,
                                         .world = index,
                                         .purpose = sim::Purpose::training_users,
                                         .cell = context.id,
                                         .n = m,
                                         .block = context.user});
        sim::Multinomial{p}(m, draws, choices);
        std::vector<double> weights;
        weights.reserve(choices.size());
        for (const std::uint32_t choice : choices)
            weights.push_back(static_cast<double>(choice) + alpha);
        return metrics::Distribution::from_weights(std::move(weights));
    };
}

Belief uniform() {
    return [](const sim::Context& context) {
        return metrics::Distribution::from_weights(
            std::vector<double>(context.candidates.size(), 1.0));
    };
}

Belief reversed(Belief of) {
    return [of = std::move(of)](const sim::Context& context) {
        const metrics::Distribution p = of(context);
        std::vector<double> weights(p.begin(), p.end());
        std::reverse(weights.begin(), weights.end());
        return metrics::Distribution::from_weights(std::move(weights));
    };
}

}  // namespace truegap::adapters
