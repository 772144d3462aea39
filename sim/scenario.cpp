#include "sim/scenario.hpp"

namespace truegap::sim {

std::vector<Scenario> one_a_population(const Scenario& scenario) {
    if (scenario.populations.empty()) return {scenario};
    std::vector<Scenario> result;
    for (const NamedPopulation& one : scenario.populations) {
        Scenario& own = result.emplace_back(scenario);
        own.populations.clear();
        own.population = one.population;
        own.contexts = one.contexts;
    }
    return result;
}

}  // namespace truegap::sim
