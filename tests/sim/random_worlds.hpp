#pragma once

#include <array>

#include "support.hpp"

/// Small random worlds of every kind, each with a question.
namespace truegap::test {

enum class WorldKind { fixed, heterogeneous, markov, drift, regime_change, chaotic, clicks };
inline constexpr std::array all_world_kinds{WorldKind::fixed,
                                            WorldKind::heterogeneous,
                                            WorldKind::markov,
                                            WorldKind::drift,
                                            WorldKind::regime_change,
                                            WorldKind::chaotic,
                                            WorldKind::clicks};

struct RandomWorld {
    sim::ExplicitPopulation spec;
    sim::DynamicsSpec dynamics;
    sim::Population population;
    sim::Context context;

    [[nodiscard]] sim::World world(std::uint32_t index = 0) const {
        return {.population = population, .seed = 4, .index = index};
    }
    /// Whether a filter of changing classes can be assumed of it.
    [[nodiscard]] bool filterable() const;
};

/// Two or three classes, five items, two attributes, up to four items of history; every item is possible.
[[nodiscard]] RandomWorld random_world(Dice& dice, WorldKind kind);

}  // namespace truegap::test
