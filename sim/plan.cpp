#include "sim/plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/history.hpp"
#include "sim/pools.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

std::vector<ItemId> without(std::vector<ItemId> candidates, const History& history) {
    std::erase_if(candidates, [&](ItemId item) {
        return std::find(history.begin(), history.end(), item) != history.end();
    });
    return candidates;
}

// Events before those of a history of that length, where users have a given number of events.
std::uint32_t unseen_events(const Scenario& scenario, std::size_t length) {
    const auto* markov = std::get_if<MarkovDynamics>(&scenario.dynamics);
    if (markov == nullptr || !markov->events) return 0;
    return *markov->events - static_cast<std::uint32_t>(length);
}

// Drift reaches back as far as the longest history, unless it says how far.
DynamicsSpec whole_dynamics(const Scenario& scenario) {
    DynamicsSpec dynamics = scenario.dynamics;
    if (auto* drift = std::get_if<DriftDynamics>(&dynamics); drift != nullptr && !drift->length)
        drift->length = longest_history(scenario.contexts) + drift->steps;
    return dynamics;
}

// The groups of a proxy that have users: by the counted sizes where there are any, else by
// P(delta).
std::vector<Group> occupied_groups(const Scenario& scenario,
                                   const Population& population,
                                   const Proxy& proxy) {
    std::vector<Group> groups = all_groups(proxy, attribute_specs(scenario.population));
    const auto* sizes = std::get_if<GroupSizes>(&scenario.design);
    std::erase_if(groups, [&](const Group& group) {
        return sizes != nullptr ? users_in(*sizes, group) == 0
                                : !(group_probability(population, group) > 0.0);
    });
    return groups;
}

void refuse_too_many_contexts(const Scenario& scenario, const GeneratedContexts& spec) {
    double contexts = 0.0;
    for (const Proxy& proxy : spec.proxies)
        for (const std::uint32_t length : spec.history_lengths)
            contexts += group_count(proxy, attribute_specs(scenario.population)) *
                        (length > 0 ? spec.histories_per_group : 1);
    if (contexts > most_contexts)
        throw ScenarioError("/contexts",
                            "asks for " + metrics::shortest(contexts) +
                                " contexts (allowed: at most " + metrics::shortest(most_contexts) +
                                ")");
}

// Some of the contexts, in their order, numbered anew.
std::vector<Context> sampled(std::vector<Context> contexts,
                             std::uint32_t size,
                             std::uint64_t seed,
                             std::uint32_t world) {
    if (contexts.size() <= size) return contexts;
    std::vector<std::uint32_t> order(contexts.size());
    Stream draws = stream({.seed = seed, .world = world, .purpose = Purpose::sampled_contexts});
    random_permutation(draws, order);
    order.resize(size);
    std::sort(order.begin(), order.end());
    std::vector<Context> kept;
    kept.reserve(size);
    for (const std::uint32_t place : order) {
        kept.push_back(std::move(contexts[place]));
        kept.back().id = static_cast<ContextId>(kept.size() - 1);
    }
    return kept;
}

std::vector<Context> generate_contexts(const Scenario& scenario,
                                       const GeneratedContexts& spec,
                                       const Population& population,
                                       std::uint32_t world) {
    refuse_too_many_contexts(scenario, spec);
    const std::uint32_t longest = longest_history(scenario.contexts);
    const Pools pools(population, scenario.seed, world);
    const Display display = scenario.contexts.display;
    std::vector<Context> contexts;
    std::uint64_t group_number = 0;
    for (const Proxy& proxy : spec.proxies) {
        for (const Group& group : occupied_groups(scenario, population, proxy)) {
            const auto first_class =
                classes_at_first_event(population, group, unseen_events(scenario, longest));
            if (!first_class)
                throw ScenarioError("/design/group_sizes",
                                    "has users in a group of probability 0, " +
                                        group_label(group, attribute_specs(scenario.population)) +
                                        " (allowed: users in groups that can occur)");
            const std::vector<ItemId> pool = pools.candidates(spec.candidates, group, group_number);
            std::vector<History>
                backwards;  // the longest history of each slot, latest choice first
            for (std::uint32_t slot = 0; slot < spec.histories_per_group && longest > 0; ++slot) {
                Stream draws = stream({.seed = scenario.seed,
                                       .world = world,
                                       .purpose = Purpose::histories,
                                       .cell = group_number,
                                       .block = slot});
                backwards.push_back(draw_backwards(population,
                                                   *first_class,
                                                   longest,
                                                   draws,
                                                   pools.shown(display, pool, group_number, slot)));
            }
            for (const std::uint32_t length : spec.history_lengths) {
                for (std::uint32_t slot = 0; slot < (length > 0 ? spec.histories_per_group : 1);
                     ++slot) {
                    Context context{.id = static_cast<ContextId>(contexts.size()),
                                    .group = group,
                                    .history = {},
                                    .candidates = pools.shown(display, pool, group_number, slot),
                                    .unseen = unseen_events(scenario, length)};
                    if (length > 0)
                        context.history.assign(
                            backwards[slot].rend() - static_cast<std::ptrdiff_t>(length),
                            backwards[slot].rend());
                    contexts.push_back(std::move(context));
                }
            }
            ++group_number;
        }
    }
    if (spec.sample) return sampled(std::move(contexts), *spec.sample, scenario.seed, world);
    return contexts;
}

std::vector<Context> list_contexts(const Scenario& scenario,
                                   const std::vector<ListedContext>& list,
                                   const Population& population,
                                   std::uint32_t world) {
    const auto* sizes = std::get_if<GroupSizes>(&scenario.design);
    const Pools pools(population, scenario.seed, world);
    std::vector<Context> contexts;
    for (const ListedContext& listed : list) {
        const auto id = static_cast<ContextId>(contexts.size());
        if (sizes != nullptr && users_in(*sizes, listed.group) == 0)
            throw ScenarioError(
                "/contexts/list/" + std::to_string(id) + "/group",
                "no users in this group by the counted sizes (allowed: a group that has some)");
        contexts.push_back(
            {.id = id,
             .group = listed.group,
             .history = listed.history,
             .candidates = pools.shown(scenario.contexts.display,
                                       pools.candidates(listed.candidates, listed.group, id),
                                       id,
                                       0),
             .unseen = unseen_events(scenario, listed.history.size())});
    }
    return contexts;
}

std::string place_of(const Scenario& scenario, const Context& context, const std::string& field) {
    if (std::holds_alternative<GeneratedContexts>(scenario.contexts.source))
        return "/contexts/" + field;
    return "/contexts/list/" + std::to_string(context.id) + "/" + field;
}

std::string names(const Scenario& scenario, const Context& context) {
    const std::string group = group_label(context.group, attribute_specs(scenario.population));
    return "context " + std::to_string(context.id) + (group.empty() ? "" : " (" + group + ")");
}

Truth truth_of(const Scenario& scenario, const Population& population, const Context& context) {
    TruthOrReason found = find_truth(population, context);
    if (found.truth) return std::move(*found.truth);
    switch (found.reason) {
        case NoTruth::impossible_group:
            throw ScenarioError(place_of(scenario, context, "group"),
                                names(scenario, context) +
                                    ": a group of probability 0 (allowed: groups that can occur)");
        case NoTruth::impossible_history:
            throw ScenarioError(
                place_of(scenario, context, "history"),
                names(scenario, context) +
                    ": a history of probability 0 (allowed: histories that can occur)");
        case NoTruth::impossible_candidates:
            break;
    }
    throw ScenarioError(place_of(scenario, context, "candidates"),
                        names(scenario, context) +
                            ": a class that is possible here gives every candidate probability 0 "
                            "(allowed: candidates that every such class can choose from)");
}

void drop_chosen_items(const Scenario& scenario, Context& context) {
    context.candidates = without(std::move(context.candidates), context.history);
    if (context.candidates.size() < 2)
        throw ScenarioError(
            "/contexts/repeat",
            names(scenario, context) + ": " + std::to_string(context.candidates.size()) +
                " candidates left without the items of the history (allowed: at least 2)");
}

}  // namespace

std::uint64_t users_in(const GroupSizes& sizes, const Group& group) {
    std::uint64_t users = 0;
    for (const GroupSizes::Row& row : sizes.rows)
        if (contains(group, {.proxy = sizes.proxy, .levels = row.levels})) users += row.users;
    if (users == 0 || sizes.times == 1.0) return users;
    return std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::llround(static_cast<double>(users) * sizes.times)));
}

std::vector<Proxy> proxies_of(const ContextSpec& contexts) {
    std::vector<Proxy> proxies;
    const auto add = [&](const Proxy& proxy) {
        if (std::find(proxies.begin(), proxies.end(), proxy) == proxies.end())
            proxies.push_back(proxy);
    };
    if (const auto* generated = std::get_if<GeneratedContexts>(&contexts.source)) {
        for (const Proxy& proxy : generated->proxies) add(proxy);
    } else {
        for (const ListedContext& context : std::get<std::vector<ListedContext>>(contexts.source))
            add(context.group.proxy);
    }
    return proxies;
}

WorldPlan plan_world(const Scenario& scenario, std::uint32_t world) {
    WorldPlan plan{.index = world,
                   .population = make_population(
                       scenario.population, scenario.seed, world, whole_dynamics(scenario)),
                   .contexts = {},
                   .truths = {}};
    const auto* generated = std::get_if<GeneratedContexts>(&scenario.contexts.source);
    plan.contexts =
        generated != nullptr
            ? generate_contexts(scenario, *generated, plan.population, world)
            : list_contexts(scenario,
                            std::get<std::vector<ListedContext>>(scenario.contexts.source),
                            plan.population,
                            world);
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (Context& context : plan.contexts) {
        if (!scenario.contexts.repeat) drop_chosen_items(scenario, context);
        plan.truths.push_back(truth_of(scenario, plan.population, context));
        fewest = std::min(fewest, context.candidates.size());
    }
    if (scenario.top > fewest)
        throw ScenarioError("/responses/top",
                            std::to_string(scenario.top) +
                                " is more than the candidates of a context (allowed: 1 to " +
                                std::to_string(fewest) + ")");
    return plan;
}

}  // namespace truegap::sim
