#include "adapters/prompt/examples.hpp"

#include <utility>
#include <vector>

#include "sim/history.hpp"
#include "sim/samplers.hpp"
#include "sim/truth.hpp"

namespace truegap::adapters {

namespace {

constexpr int most_passed_over = 100;

// Attribute by attribute, each given those before it.
sim::Group draw_group(const sim::Population& population,
                      const sim::Proxy& shown,
                      sim::Stream& stream) {
    sim::Group group;
    for (const std::uint32_t attribute : shown) {
        const std::size_t levels = population.attributes().list()[attribute].levels.size();
        group.proxy.push_back(attribute);
        group.levels.push_back(0);
        std::vector<double> weights;
        weights.reserve(levels);
        for (std::uint32_t level = 0; level < levels; ++level) {
            group.levels.back() = level;
            weights.push_back(sim::group_probability(population, group));
        }
        group.levels.back() = sim::AliasTable(weights)(stream);
    }
    return group;
}

}  // namespace

std::optional<DrawnUser> draw_user(const sim::Population& population,
                                   const sim::Proxy& shown,
                                   std::size_t length,
                                   std::uint32_t unseen,
                                   std::span<const sim::ItemId> candidates,
                                   sim::Stream& stream) {
    for (int passed_over = 0; passed_over < most_passed_over; ++passed_over) {
        DrawnUser user;
        user.context.group = draw_group(population, shown, stream);
        user.context.candidates.assign(candidates.begin(), candidates.end());
        user.context.unseen = unseen;
        const auto first_class =
            sim::classes_at_first_event(population, user.context.group, unseen);
        if (!first_class) continue;
        const sim::History backwards =
            sim::draw_backwards(population, *first_class, length, stream, candidates);
        user.context.history.assign(backwards.rbegin(), backwards.rend());
        const auto next = sim::target_distribution(population, user.context);
        if (!next) continue;
        user.choice = candidates[sim::AliasTable(*next)(stream)];
        return user;
    }
    return std::nullopt;
}

}  // namespace truegap::adapters
