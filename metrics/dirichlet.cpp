#include "metrics/dirichlet.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/gamma_functions.hpp"

namespace truegap::metrics {

namespace {

// One item of a Dirichlet distribution.
struct Item {
    std::size_t place = 0;
    double share = 0.0;  // a_i / a
    PolygammaDifferences differences;
};

struct Items {
    std::vector<Item> present;  // those with a_i > 0
    double total = 0.0;         // a
    double mean_entropy = 0.0;
};

Items items_of(std::span<const double> concentrations) {
    TRUEGAP_EXPECTS(std::all_of(concentrations.begin(), concentrations.end(), [](double a_i) {
        return std::isfinite(a_i) && a_i >= 0.0;
    }));
    CompensatedSum sum;
    for (const double a_i : concentrations) sum.add(a_i);
    Items items;
    items.total = sum.value();
    TRUEGAP_EXPECTS(items.total > 0.0);
    // a - a_i would cancel for an item that has nearly all.
    const auto largest = static_cast<std::size_t>(
        std::max_element(concentrations.begin(), concentrations.end()) - concentrations.begin());
    CompensatedSum others;
    for (std::size_t i = 0; i < concentrations.size(); ++i)
        if (i != largest) others.add(concentrations[i]);
    items.present.reserve(concentrations.size());
    CompensatedSum mean;
    for (std::size_t i = 0; i < concentrations.size(); ++i) {
        const double a_i = concentrations[i];
        if (a_i <= 0.0) continue;
        const double rest = i == largest ? others.value() : items.total - a_i;
        // Items that nobody chose tend to have equal concentrations.
        const bool repeated = !items.present.empty() && items.present.back().place != largest &&
                              i != largest && concentrations[items.present.back().place] == a_i;
        const Item item{
            i,
            a_i / items.total,
            repeated ? items.present.back().differences : polygamma_differences(a_i + 1.0, rest)};
        mean.add(item.share * item.differences.digamma);
        items.present.push_back(item);
    }
    items.mean_entropy = mean.value();
    return items;
}

DirichletEntropy entropy_of(const Items& items) {
    CompensatedSum variance;
    for (const Item& item : items.present) {
        const double deviation = item.differences.digamma - items.mean_entropy;
        variance.add(item.share * (deviation * deviation + item.differences.trigamma_excess));
    }
    return {.mean = items.mean_entropy, .variance = variance.value() / (items.total + 1.0)};
}

std::optional<double> covariance_of(const Items& items, std::span<const double> g) {
    CompensatedSum mean;
    for (const Item& item : items.present) {
        if (!std::isfinite(g[item.place])) return std::nullopt;
        mean.add(item.share * g[item.place]);
    }
    CompensatedSum covariance;
    for (const Item& item : items.present)
        covariance.add(item.share * (g[item.place] - mean.value()) *
                       (item.differences.digamma - items.mean_entropy));
    return covariance.value() / (items.total + 1.0);
}

}  // namespace

DirichletEntropy dirichlet_entropy(std::span<const double> concentrations) {
    return entropy_of(items_of(concentrations));
}

DirichletEntropy dirichlet_entropy(std::span<const double> concentrations, std::span<double> d) {
    TRUEGAP_EXPECTS(concentrations.size() == d.size());
    const Items items = items_of(concentrations);
    std::fill(d.begin(), d.end(), 0.0);
    for (const Item& item : items.present) d[item.place] = item.differences.digamma;
    return entropy_of(items);
}

std::optional<double> dirichlet_covariance(std::span<const double> concentrations,
                                           std::span<const double> g) {
    TRUEGAP_EXPECTS(concentrations.size() == g.size());
    return covariance_of(items_of(concentrations), g);
}

DirichletMoments dirichlet_moments(std::span<const double> concentrations,
                                   std::span<const double> g) {
    TRUEGAP_EXPECTS(concentrations.size() == g.size());
    const Items items = items_of(concentrations);
    return {.entropy = entropy_of(items), .covariance = covariance_of(items, g)};
}

}  // namespace truegap::metrics
