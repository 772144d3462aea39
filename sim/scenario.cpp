#include "sim/scenario.hpp"

#include <algorithm>

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

std::uint32_t longest_history(const ContextSpec& contexts) {
    std::size_t longest = 0;
    if (const auto* generated = std::get_if<GeneratedContexts>(&contexts.source)) {
        for (const std::uint32_t length : generated->history_lengths)
            longest = std::max<std::size_t>(longest, length);
    } else {
        for (const ListedContext& context : std::get<std::vector<ListedContext>>(contexts.source))
            longest = std::max(longest, context.history.size());
    }
    return static_cast<std::uint32_t>(longest);
}

std::string where_in_population(const Scenario& scenario,
                                std::size_t population,
                                const std::string& where) {
    if (scenario.populations.empty()) return where;
    const bool own =
        where.rfind("/population", 0) == 0 ||
        (where.rfind("/contexts", 0) == 0 && scenario.populations[population].own_contexts);
    return own ? "/populations/" + std::to_string(population) + where : where;
}

std::string at_point_note(const std::string& values) {
    return values.empty() ? std::string{} : "at the grid point " + values + ": ";
}

}  // namespace truegap::sim
