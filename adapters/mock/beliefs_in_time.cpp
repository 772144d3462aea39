#include "adapters/mock/beliefs_in_time.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "sim/make_dynamics.hpp"

namespace truegap::adapters {

sim::Context earlier(sim::Context context, std::uint32_t events) {
    const auto dropped =
        static_cast<std::uint32_t>(std::min<std::size_t>(events, context.history.size()));
    context.history.resize(context.history.size() - dropped);
    context.unseen -= std::min(context.unseen, events - dropped);
    context.ago += events;
    return context;
}

Belief stale(const sim::World& world, std::uint32_t events) {
    return [&population = world.population, events](const sim::Context& context) {
        return believed_target(population, earlier(context, events));
    };
}

Belief adaptive(const sim::World& world, double stay) {
    auto assumed = std::make_shared<const sim::Population>(world.population.with_transition(
        sim::staying_transition(stay, world.population.class_weights())));
    return [assumed = std::move(assumed)](const sim::Context& context) {
        return believed_target(*assumed, context);
    };
}

Belief last_items(const sim::World& world, std::size_t length) {
    return [&population = world.population, length](const sim::Context& context) {
        return believed_target(population, sim::with_last(context, length));
    };
}

Belief diluted(const sim::World& world, double dilution) {
    return [&population = world.population, dilution](const sim::Context& context) {
        const double amount = dilution * static_cast<double>(context.history.size());
        auto informed = believed_target(population, context);
        if (!(amount > 0.0)) return informed;
        const auto blind = believed_target(population, sim::without_history(context));
        std::vector<double> weights;
        weights.reserve(informed.size());
        for (std::size_t k = 0; k < informed.size(); ++k)
            weights.push_back(informed[k] + amount * blind[k]);  // times 1 - o
        return metrics::Distribution::from_weights(std::move(weights));
    };
}

}  // namespace truegap::adapters
