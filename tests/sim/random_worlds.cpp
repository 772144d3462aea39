#include "random_worlds.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "sim/history.hpp"
#include "sim/truth.hpp"

namespace truegap::test {

namespace {

constexpr std::size_t items = 5;

sim::RowMatrix random_rows(Dice& dice, std::size_t rows, std::size_t columns) {
    std::vector<std::vector<double>> result;
    for (std::size_t i = 0; i < rows; ++i) result.push_back(dice.simplex(columns, 1.0));
    return matrix(result);
}

sim::DynamicsSpec random_dynamics(Dice& dice, WorldKind kind, std::size_t classes) {
    const auto steps = static_cast<std::uint32_t>(1 + dice.below(2));
    switch (kind) {
        case WorldKind::markov: {
            sim::MarkovDynamics markov{
                .transition = {}, .stay = dice.uniform(), .steps = steps, .events = {}};
            if (dice.chance(0.7)) markov.transition = random_rows(dice, classes, classes);
            return markov;
        }
        case WorldKind::drift:
            return sim::DriftDynamics{
                .sd = 0.7, .length = static_cast<std::uint32_t>(1 + dice.below(4)), .steps = steps};
        case WorldKind::regime_change:
            return sim::RegimeChange{.ago = static_cast<std::uint32_t>(1 + dice.below(4)),
                                     .earlier = random_rows(dice, classes, items),
                                     .tilt_sd = {},
                                     .steps = steps};
        case WorldKind::chaotic:
            return sim::ChaoticDynamics{steps};
        default:
            return sim::StaticDynamics{};
    }
}

}  // namespace

bool RandomWorld::filterable() const {
    const auto& kappa = spec.concentration;
    return !std::holds_alternative<sim::ChaoticDynamics>(dynamics) &&
           std::all_of(kappa.begin(), kappa.end(), [](double one) { return std::isinf(one); });
}

RandomWorld random_world(Dice& dice, WorldKind kind) {
    const std::size_t classes = 2 + dice.below(2);
    auto spec = random_population(dice,
                                  {.classes = classes,
                                   .items = items,
                                   .homogeneous = kind == WorldKind::heterogeneous ? 0.3 : 1.0,
                                   .least_kappa = 0.1,
                                   .most_kappa = 100.0});
    if (kind == WorldKind::heterogeneous) spec.concentration.front() = dice.between(0.5, 20.0);
    if (kind == WorldKind::clicks)
        spec.examination = {.kind = sim::Examination::Kind::geometric,
                            .parameter = dice.between(0.3, 1.0)};
    const sim::DynamicsSpec dynamics = random_dynamics(dice, kind, classes);
    sim::Population population = sim::make_population(spec, 4, 0, dynamics);
    sim::Context context =
        context_of(random_group(dice, spec), {}, random_candidates(dice, items, 2));
    const std::size_t length = dice.below(5);
    if (kind == WorldKind::chaotic) {
        // What such a user does must be possible, and so must what he can do next.
        context.candidates = all_items(items);
        sim::Stream draws = sim::stream({.seed = dice.bits()});
        const auto classes_there = sim::classes_at_first_event(population, context.group, 0);
        context.history = sim::draw_backwards(population, classes_there.value(), length, draws);
        std::reverse(context.history.begin(), context.history.end());
    } else {
        for (std::size_t i = 0; i < length; ++i)
            context.history.push_back(context.candidates[dice.below(context.candidates.size())]);
    }
    if (kind == WorldKind::markov) context.unseen = static_cast<std::uint32_t>(dice.below(3));
    return {.spec = std::move(spec),
            .dynamics = dynamics,
            .population = std::move(population),
            .context = std::move(context)};
}

}  // namespace truegap::test
