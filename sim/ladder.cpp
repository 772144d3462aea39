#include "sim/ladder.hpp"

#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/entropy.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

std::vector<ItemId> all_items(const Population& population) {
    std::vector<ItemId> items(population.items());
    std::iota(items.begin(), items.end(), ItemId{0});
    return items;
}

}  // namespace

Ladder ladder(const Population& population,
              std::span<const Proxy> proxies,
              std::span<const AttributeSpec> attributes) {
    const auto asked = [&](Group group) {
        return Context{.id = 0,
                       .group = std::move(group),
                       .history = {},
                       .candidates = all_items(population),
                       .unseen = 0,
                       .ago = 0};
    };
    const Context everybody = asked({});
    const auto prior = *class_posterior(population, everybody);
    const auto marginal = *target_distribution(population, prior, everybody);
    Ladder result{.entropy = metrics::shannon_entropy(marginal),
                  .individual_entropy = individual_entropy(population, prior, everybody),
                  .by_proxy = {}};
    for (const Proxy& proxy : proxies) {
        metrics::CompensatedSum conditional;
        metrics::CompensatedSum information;
        for (const Group& group : all_groups(proxy, attributes)) {
            const double probability = group_probability(population, group);
            if (!(probability > 0.0)) continue;
            const auto p = *target_distribution(population, asked(group));
            conditional.add(probability * metrics::shannon_entropy(p));
            information.add(probability * metrics::kl_divergence(p, marginal));
        }
        result.by_proxy.push_back({.proxy = proxy,
                                   .conditional_entropy = conditional.value(),
                                   .information = information.value()});
    }
    return result;
}

}  // namespace truegap::sim
