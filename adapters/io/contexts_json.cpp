#include "adapters/io/contexts_json.hpp"

#include <algorithm>

#include "metrics/overloaded.hpp"
#include "sim/ladder.hpp"
#include "adapters/io/design_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t longest_history = 10'000;
constexpr std::uint64_t most_histories = 100'000;

std::vector<std::string> attribute_names(const sim::PopulationSpec& population) {
    std::vector<std::string> names;
    for (const sim::AttributeSpec& attribute : sim::attribute_specs(population))
        names.push_back(attribute.name);
    return names;
}

std::uint32_t read_attribute_name(const JsonNode& node, const sim::PopulationSpec& population) {
    const std::vector<std::string> names = attribute_names(population);
    if (names.empty()) node.fail("the population has no attributes (allowed: none here)");
    return static_cast<std::uint32_t>(node.choice(names));
}

sim::Proxy read_proxy(const JsonNode& node, const sim::PopulationSpec& population) {
    sim::Proxy proxy;
    const std::vector<JsonNode> nodes = node.elements();
    for (const JsonNode& name : nodes) proxy.push_back(read_attribute_name(name, population));
    refuse_repeats(nodes, proxy, "the attribute");
    return proxy;
}

std::vector<sim::ItemId> read_items(const std::vector<JsonNode>& nodes, std::size_t items) {
    std::vector<sim::ItemId> result;
    result.reserve(nodes.size());
    for (const JsonNode& node : nodes)
        result.push_back(static_cast<sim::ItemId>(node.integer(0, items - 1)));
    return result;
}

sim::CandidateSpec read_pool(const JsonNode& node, std::size_t items) {
    node.require_keys({"kind", "count", "strata", "users", "per"});
    const std::size_t kind =
        node["kind"].choice({"popular", "group_popular", "stratified", "random"});
    const std::size_t count = node["count"].integer(2, items);
    if (kind == 0) {
        node.require_keys({"kind", "count"});
        return sim::MostProbable{count};
    }
    if (kind == 1) {
        node.require_keys({"kind", "count", "users"});
        sim::GroupPopular pool{.count = count, .users = {}};
        if (node.has("users"))
            pool.users = static_cast<std::uint32_t>(node["users"].integer(1, most_users));
        return pool;
    }
    sim::SampledPool pool{.count = count};
    if (kind == 2) {
        pool.strata = node["strata"].integer(1, count);
    } else {
        node.require_keys({"kind", "count", "per"});
    }
    node.require_keys({"kind", "count", "strata", "per"});
    pool.per_group = node.has("per") && node["per"].choice({"world", "group"}) == 1;
    return pool;
}

sim::CandidateSpec read_any_candidates(const JsonNode& parent, std::size_t items) {
    if (!parent.has("candidates")) return sim::AllItems{};
    const JsonNode node = parent["candidates"];
    if (node.is_number()) return sim::MostProbable{node.integer(1, items)};
    if (node.is_string())
        node.fail("is " + node.description() +
                  " (allowed: a number of items, a list of items, or a pool like {\"kind\": "
                  "\"random\", \"count\": 50})");
    if (!node.is_array()) return read_pool(node, items);
    const std::vector<JsonNode> nodes = node.some_elements();
    std::vector<sim::ItemId> candidates = read_items(nodes, items);
    std::vector<bool> seen(items, false);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (seen[candidates[i]]) nodes[i].fail("the candidate is listed twice (allowed: once)");
        seen[candidates[i]] = true;
    }
    return candidates;
}

std::size_t pool_size(const sim::CandidateSpec& spec, std::size_t items) {
    return std::visit(
        metrics::Overloaded{[&](const sim::AllItems&) { return items; },
                            [](const std::vector<sim::ItemId>& listed) { return listed.size(); },
                            [](const auto& pool) { return pool.count; }},
        spec);
}

// With click position bias every position of the page needs a weight.
sim::CandidateSpec read_candidates(const JsonNode& parent, const sim::PopulationSpec& population) {
    const std::size_t items = sim::item_count(population);
    sim::CandidateSpec candidates = read_any_candidates(parent, items);
    const auto& examination = std::visit(
        [](const auto& given) -> const auto& { return given.examination; }, population);
    const std::size_t size = pool_size(candidates, items);
    if (examination.kind == sim::Examination::Kind::listed && examination.weights.size() < size)
        (parent.has("candidates") ? parent["candidates"] : parent)
            .fail("shows " + std::to_string(size) + " candidates (allowed: up to " +
                  std::to_string(examination.weights.size()) +
                  ", as many as the population's examination weights)");
    return candidates;
}

sim::Group read_group(const JsonNode& parent, const sim::PopulationSpec& population) {
    sim::Group group;
    if (!parent.has("group")) return group;
    const JsonNode node = parent["group"];
    node.require_keys(attribute_names(population));
    for (const auto& [name, level] : node.members()) {
        const std::vector<std::string> names = attribute_names(population);
        const auto attribute =
            static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
        group.proxy.push_back(attribute);
        group.levels.push_back(static_cast<std::uint32_t>(
            level.choice(sim::attribute_specs(population)[attribute].levels)));
    }
    return group;
}

std::vector<sim::ListedContext> read_list(const JsonNode& node,
                                          const sim::PopulationSpec& population) {
    const std::size_t items = sim::item_count(population);
    std::vector<sim::ListedContext> list;
    for (const JsonNode& entry : node.some_elements()) {
        entry.require_keys({"group", "history", "candidates"});
        sim::ListedContext context;
        context.group = read_group(entry, population);
        if (entry.has("history")) {
            const std::vector<JsonNode> history = entry["history"].elements();
            if (history.size() > longest_history)
                entry["history"].fail("has " + std::to_string(history.size()) +
                                      " items (allowed: at most " +
                                      std::to_string(longest_history) + ")");
            context.history = read_items(history, items);
        }
        context.candidates = read_candidates(entry, population);
        list.push_back(std::move(context));
    }
    return list;
}

// Every subset of the attributes.
std::vector<sim::Proxy> read_lattice(const JsonNode& node, const sim::PopulationSpec& population) {
    if (node.text() != "all")
        node.fail("is " + node.description() + " (allowed: a list of proxies, or \"all\")");
    const std::size_t attributes = sim::attribute_specs(population).size();
    if (attributes >= 64 || (std::uint64_t{1} << attributes) > sim::most_lattice_proxies)
        node.fail("is too many subsets of " + std::to_string(attributes) +
                  " attributes (allowed: up to " + std::to_string(sim::most_lattice_proxies) +
                  " subsets; list some)");
    return sim::proxy_lattice(attributes);
}

sim::GeneratedContexts read_generated(const JsonNode& node, const sim::PopulationSpec& population) {
    sim::GeneratedContexts spec;
    if (node.has("proxies") && node["proxies"].is_string()) {
        spec.proxies = read_lattice(node["proxies"], population);
    } else if (node.has("proxies")) {
        const std::vector<JsonNode> proxies = node["proxies"].some_elements();
        for (const JsonNode& proxy : proxies) spec.proxies.push_back(read_proxy(proxy, population));
        std::vector<sim::Proxy> sets = spec.proxies;  // age+gender and gender+age are one proxy
        for (sim::Proxy& set : sets) std::sort(set.begin(), set.end());
        refuse_repeats(proxies, sets, "the proxy");
    } else {
        spec.proxies.emplace_back();
    }
    if (node.has("history_lengths")) {
        const std::vector<JsonNode> lengths = node["history_lengths"].some_elements();
        for (const JsonNode& length : lengths)
            spec.history_lengths.push_back(
                static_cast<std::uint32_t>(length.integer(0, longest_history)));
        refuse_repeats(lengths, spec.history_lengths, "the history length");
    } else {
        spec.history_lengths.push_back(0);
    }
    if (node.has("histories_per_group"))
        spec.histories_per_group =
            static_cast<std::uint32_t>(node["histories_per_group"].integer(1, most_histories));
    spec.candidates = read_candidates(node, population);
    if (node.has("sample"))
        spec.sample = static_cast<std::uint32_t>(
            node["sample"].integer(1, static_cast<std::uint64_t>(sim::most_contexts)));
    return spec;
}

}  // namespace

sim::ContextSpec read_contexts(const JsonNode& node, const sim::PopulationSpec& population) {
    sim::ContextSpec spec;
    if (node.has("list")) {
        node.require_keys({"list", "repeat", "display", "histories"});
        spec.source = read_list(node["list"], population);
    } else {
        node.require_keys({"proxies",
                           "history_lengths",
                           "histories_per_group",
                           "candidates",
                           "sample",
                           "repeat",
                           "display",
                           "histories",
                           "list"});
        spec.source = read_generated(node, population);
    }
    if (node.has("repeat")) spec.repeat = node["repeat"].boolean();
    if (node.has("histories"))
        spec.histories =
            static_cast<sim::Histories>(node["histories"].choice({"shared", "individual"}));
    if (spec.histories == sim::Histories::individual && node.has("list"))
        node["histories"].fail(
            "is \"individual\" beside a list, which gives each context the one history that its "
            "users share (allowed: \"shared\")");
    if (node.has("display"))
        spec.display =
            static_cast<sim::Display>(node["display"].choice({"listed", "random", "reversed"}));
    return spec;
}

}  // namespace truegap::adapters
