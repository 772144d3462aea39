#include "sim/truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/entropy.hpp"
#include "metrics/log_tables.hpp"
#include "sim/scaled_product.hpp"

namespace truegap::sim {

namespace {

// Each distinct item of a history, ascending, with how often it occurs.
std::vector<std::pair<ItemId, std::uint32_t>> occurrences(std::span<const ItemId> history) {
    std::vector<ItemId> sorted(history.begin(), history.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::pair<ItemId, std::uint32_t>> result;
    for (const ItemId item : sorted) {
        if (result.empty() || result.back().first != item) result.emplace_back(item, 0U);
        ++result.back().second;
    }
    return result;
}

double occurrences_of(const std::vector<std::pair<ItemId, std::uint32_t>>& history, ItemId item) {
    const auto place = std::lower_bound(history.begin(), history.end(), std::pair{item, 0U});
    return place != history.end() && place->first == item ? place->second : 0.0;
}

// alpha_zb for the candidates, and their compensated sum.
struct Concentrations {
    std::vector<double> alpha;
    double total = 0.0;
};
Concentrations concentrations(const Population& population,
                              std::size_t z,
                              const std::vector<std::pair<ItemId, std::uint32_t>>& history,
                              std::span<const ItemId> candidates) {
    const auto row = population.item_probabilities(z);
    const double kappa = population.concentration()[z];
    Concentrations result;
    result.alpha.reserve(candidates.size());
    metrics::CompensatedSum total;
    for (const ItemId item : candidates) {
        const double alpha =
            std::isinf(kappa) ? row[item] : kappa * row[item] + occurrences_of(history, item);
        result.alpha.push_back(alpha);
        total.add(alpha);
    }
    result.total = total.value();
    return result;
}

// psi(a0 + 1) - sum (alpha/a0) psi(alpha + 1): the mean entropy of a Dirichlet(alpha).
double dirichlet_mean_entropy(const Concentrations& given) {
    metrics::CompensatedSum sum;
    const double psi_total = metrics::digamma(given.total + 1.0);
    for (const double alpha : given.alpha)
        if (alpha > 0.0) sum.add(alpha / given.total * (psi_total - metrics::digamma(alpha + 1.0)));
    return sum.value();
}

}  // namespace

double group_likelihood(const Population& population, const Group& group, std::size_t z) {
    return population.attributes().likelihood(group.proxy, group.levels, z);
}

double group_probability(const Population& population, const Group& group) {
    metrics::CompensatedSum sum;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        sum.add(population.class_weights()[z] * group_likelihood(population, group, z));
    }
    return sum.value();
}

std::optional<metrics::Distribution> class_posterior(const Population& population,
                                                     const Group& group,
                                                     std::span<const ItemId> history) {
    std::vector<ScaledProduct> products;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        ScaledProduct product(population.class_weights()[z]);
        product.multiply(group_likelihood(population, group, z));
        const auto row = population.item_probabilities(z);
        const double kappa = population.concentration()[z];
        double length = 0.0;
        for (const auto& [item, times] : occurrences(history)) {
            for (std::uint32_t earlier = 0; earlier < times; ++earlier, length += 1.0) {
                if (std::isinf(kappa)) {
                    product.multiply(row[item]);
                } else {
                    product.multiply(kappa * row[item] + earlier);
                    product.divide(kappa + length);
                }
            }
        }
        products.push_back(product);
    }
    const auto possible = [](const ScaledProduct& product) { return !product.is_zero(); };
    if (std::none_of(products.begin(), products.end(), possible)) return std::nullopt;
    long highest = std::numeric_limits<long>::min();
    for (const ScaledProduct& product : products)
        if (possible(product)) highest = std::max(highest, product.exponent());
    std::vector<double> weights;
    weights.reserve(products.size());
    for (const ScaledProduct& product : products)
        weights.push_back(possible(product) ? product.relative_to(highest) : 0.0);
    return metrics::Distribution::from_weights(std::move(weights));
}

std::optional<metrics::Distribution> target_distribution(const Population& population,
                                                         const metrics::Distribution& posterior,
                                                         std::span<const ItemId> history,
                                                         std::span<const ItemId> candidates) {
    const auto times = occurrences(history);
    std::vector<metrics::CompensatedSum> sums(candidates.size());
    for (std::size_t z = 0; z < population.classes(); ++z) {
        if (posterior[z] <= 0.0) continue;
        const Concentrations given = concentrations(population, z, times, candidates);
        if (!(given.total > 0.0)) return std::nullopt;
        for (std::size_t k = 0; k < candidates.size(); ++k)
            sums[k].add(posterior[z] * (given.alpha[k] / given.total));
    }
    std::vector<double> p;
    p.reserve(sums.size());
    for (const metrics::CompensatedSum& sum : sums) p.push_back(sum.value());
    return metrics::Distribution::from_weights(std::move(p));
}

double individual_entropy(const Population& population,
                          const metrics::Distribution& posterior,
                          std::span<const ItemId> history,
                          std::span<const ItemId> candidates) {
    const auto times = occurrences(history);
    metrics::CompensatedSum sum;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        if (posterior[z] <= 0.0) continue;
        Concentrations given = concentrations(population, z, times, candidates);
        const bool homogeneous = std::isinf(population.concentration()[z]);
        sum.add(posterior[z] *
                (homogeneous ? metrics::shannon_entropy(
                                   metrics::Distribution::from_weights(std::move(given.alpha)))
                             : dirichlet_mean_entropy(given)));
    }
    return sum.value();
}

TruthOrReason find_truth(const Population& population, const Context& context) {
    const double probability = group_probability(population, context.group);
    if (!(probability > 0.0)) return {std::nullopt, NoTruth::impossible_group};
    auto posterior = class_posterior(population, context.group, context.history);
    if (!posterior) return {std::nullopt, NoTruth::impossible_history};
    auto distribution =
        target_distribution(population, *posterior, context.history, context.candidates);
    if (!distribution) return {std::nullopt, NoTruth::impossible_candidates};
    const double entropy = metrics::shannon_entropy(*distribution);
    const double individual =
        individual_entropy(population, *posterior, context.history, context.candidates);
    return {Truth{.group_probability = probability,
                  .class_posterior = std::move(*posterior),
                  .distribution = std::move(*distribution),
                  .entropy = entropy,
                  .individual_entropy = individual},
            {}};
}

}  // namespace truegap::sim
