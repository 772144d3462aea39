#include "sim/ladder.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

Information information_of(const Population& population,
                           const Proxy& proxy,
                           std::span<const AttributeSpec> attributes,
                           const metrics::Distribution& marginal,
                           Context context) {
    metrics::CompensatedSum conditional;
    metrics::CompensatedSum information;
    for (Group& group : all_groups(proxy, attributes)) {
        const double probability = group_probability(population, group);
        if (!(probability > 0.0)) continue;
        context.group = std::move(group);
        const auto p = target_distribution(population, context);
        if (!p) continue;
        conditional.add(probability * metrics::shannon_entropy(*p));
        information.add(probability * metrics::kl_divergence(*p, marginal));
    }
    return {.conditional_entropy = conditional.value(), .information = information.value()};
}

}  // namespace

std::vector<ItemId> every_item(const Population& population) {
    std::vector<ItemId> items(population.items());
    std::iota(items.begin(), items.end(), ItemId{0});
    return items;
}

Ladder ladder(const Population& population,
              std::span<const Proxy> proxies,
              std::span<const AttributeSpec> attributes,
              std::uint32_t unseen) {
    const Context everybody{.id = 0,
                            .group = {},
                            .history = {},
                            .candidates = every_item(population),
                            .unseen = unseen,
                            .ago = 0};
    const auto classes = *class_posterior(population, everybody);
    const auto marginal = *target_distribution(population, classes, everybody);
    Ladder result{.entropy = metrics::shannon_entropy(marginal),
                  .individual_entropy = individual_entropy(population, classes, everybody),
                  .by_proxy = {}};
    const std::vector<AttributeSpec> true_attributes = truly_recorded(attributes);
    const std::optional<Population> truly = population.attributes().recorded_truly()
                                                ? std::nullopt
                                                : std::optional(population.truly_recorded());
    for (const Proxy& proxy : proxies) {
        ProxyInformation& rung = result.by_proxy.emplace_back();
        rung.proxy = proxy;
        static_cast<Information&>(rung) =
            information_of(population, proxy, attributes, marginal, everybody);
        if (truly) rung.truly = information_of(*truly, proxy, true_attributes, marginal, everybody);
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
