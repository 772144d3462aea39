#include "sim/ladder.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
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
    const std::vector<ItemId> items = all_items(population);
    const auto weights = population.class_weights();
    const auto prior =
        metrics::Distribution::from_weights(std::vector<double>(weights.begin(), weights.end()));
    const auto marginal = *target_distribution(population, prior, {}, items);
    Ladder result{.entropy = metrics::shannon_entropy(marginal),
                  .individual_entropy = individual_entropy(population, prior, {}, items),
                  .by_proxy = {}};
    for (const Proxy& proxy : proxies) {
        metrics::CompensatedSum conditional;
        metrics::CompensatedSum information;
        for (const Group& group : all_groups(proxy, attributes)) {
            const double probability = group_probability(population, group);
            const auto posterior = class_posterior(population, group, {});
            if (!(probability > 0.0) || !posterior) continue;
            const auto p = *target_distribution(population, *posterior, {}, items);
            conditional.add(probability * metrics::shannon_entropy(p));
            information.add(probability * metrics::kl_divergence(p, marginal));
        }
        result.by_proxy.push_back({.proxy = proxy,
                                   .conditional_entropy = conditional.value(),
                                   .information = information.value()});
    }
    return result;
}

std::vector<Proxy> proxy_lattice(std::size_t attributes) {
    TRUEGAP_EXPECTS(attributes < 32 && (std::size_t{1} << attributes) <= most_lattice_proxies);
    std::vector<Proxy> proxies;
    for (std::uint32_t set = 0; set < (std::uint32_t{1} << attributes); ++set) {
        Proxy& proxy = proxies.emplace_back();
        for (std::uint32_t j = 0; j < attributes; ++j)
            if (((set >> j) & 1U) != 0) proxy.push_back(j);
    }
    std::sort(proxies.begin(), proxies.end(), [](const Proxy& a, const Proxy& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return proxies;
}

}  // namespace truegap::sim
