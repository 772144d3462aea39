#include "sim/truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "metrics/compensated_sum.hpp"
#include "metrics/entropy.hpp"
#include "metrics/log_tables.hpp"
#include "sim/chaos.hpp"
#include "sim/page.hpp"
#include "sim/scaled_product.hpp"
#include "sim/scenario.hpp"

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

// What a chaotic user of class z has shown. Nothing when the history is impossible for the class.
std::optional<ChaoticFilter> observed(const Population& population,
                                      std::size_t z,
                                      std::span<const ItemId> history) {
    ChaoticFilter filter{ChaoticCells(population.item_probabilities(z))};
    for (const ItemId item : history) {
        if (!filter.observe(item))
            throw ScenarioError(
                "/contexts",
                "a history leaves more than " +
                    metrics::shortest(static_cast<double>(ChaoticFilter::most_pieces)) +
                    " sets of chaotic states possible (allowed: shorter histories, or "
                    "items that tell more)");
        if (filter.starts() == 0) return std::nullopt;
    }
    return filter;
}

// alpha_zb for the candidates, and their compensated sum.
struct Concentrations {
    std::vector<double> alpha;
    double total = 0.0;
};

Concentrations sum_up(std::vector<double> alpha) {
    metrics::CompensatedSum total;
    for (const double value : alpha) total.add(value);
    return {.alpha = std::move(alpha), .total = total.value()};
}

Concentrations concentrations(const Population& population, std::size_t z, const Context& context) {
    const double kappa = population.concentration()[z];
    if (population.dynamics().chaotic) {
        const auto history = observed(population, z, context.history);
        const auto choice =
            history ? history->predictive(population.dynamics().steps, context.candidates)
                    : std::nullopt;
        return sum_up(choice.value_or(std::vector<double>(context.candidates.size(), 0.0)));
    }
    const auto row = population.item_probabilities(z, context.ago);
    if (!population.examination().is_even())
        return sum_up(page_weights(population, row, context.candidates));
    const bool learns = std::isfinite(kappa);
    const auto times =
        occurrences(learns ? std::span<const ItemId>(context.history) : std::span<const ItemId>());
    std::vector<double> alpha;
    alpha.reserve(context.candidates.size());
    for (const ItemId item : context.candidates)
        alpha.push_back(learns ? kappa * row[item] + occurrences_of(times, item) : row[item]);
    return sum_up(std::move(alpha));
}

// psi(a0 + 1) - sum (alpha/a0) psi(alpha + 1): the mean entropy of a Dirichlet(alpha).
double dirichlet_mean_entropy(const Concentrations& given) {
    metrics::CompensatedSum sum;
    const double psi_total = metrics::digamma(given.total + 1.0);
    for (const double alpha : given.alpha)
        if (alpha > 0.0) sum.add(alpha / given.total * (psi_total - metrics::digamma(alpha + 1.0)));
    return sum.value();
}

// The events of a history, oldest first, each with how many events before the target it was.
class Events {
  public:
    Events(const Population& population, const Context& context)
        : population_(population), context_(context) {}

    // P(event i | class z), the class being that of the event.
    [[nodiscard]] double probability(std::size_t z, std::size_t i) const {
        const ItemId item = context_.history[i];
        const auto row = population_.item_probabilities(z, lag(i));
        if (population_.examination().is_even()) return row[item];
        const auto& page = context_.candidates;
        const auto place = std::find(page.begin(), page.end(), item);
        if (place == page.end()) return 0.0;
        const Concentrations clicks = sum_up(page_weights(population_, row, page));
        const double weight = clicks.alpha[static_cast<std::size_t>(place - page.begin())];
        return clicks.total > 0.0 ? weight / clicks.total : 0.0;
    }

  private:
    [[nodiscard]] std::uint32_t lag(std::size_t i) const {
        const auto later = static_cast<std::uint32_t>(context_.history.size() - 1 - i);
        return context_.ago + population_.dynamics().steps + later;
    }

    const Population& population_;
    const Context& context_;
};

// Times P(h | z), where the class does not change.
void multiply_by_history(ScaledProduct& product,
                         const Population& population,
                         std::size_t z,
                         const Context& context) {
    const double kappa = population.concentration()[z];
    if (population.dynamics().chaotic) {
        const auto history = observed(population, z, context.history);
        product.multiply(history ? history->probability() : 0.0);
    } else if (std::isinf(kappa)) {
        const Events events(population, context);
        for (std::size_t i = 0; i < context.history.size(); ++i)
            product.multiply(events.probability(z, i));
    } else {
        const auto row = population.item_probabilities(z);
        double length = 0.0;
        for (const auto& [item, times] : occurrences(context.history)) {
            for (std::uint32_t earlier = 0; earlier < times; ++earlier, length += 1.0) {
                product.multiply(kappa * row[item] + earlier);
                product.divide(kappa + length);
            }
        }
    }
}

std::optional<metrics::Distribution> normalised(const std::vector<ScaledProduct>& products) {
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

// One event further: sum_y P(y) T[y,z].
metrics::Distribution moved(const metrics::Distribution& classes, const RowMatrix& transition) {
    std::vector<metrics::CompensatedSum> sums(classes.size());
    for (std::size_t y = 0; y < classes.size(); ++y)
        for (std::size_t z = 0; z < classes.size(); ++z)
            sums[z].add(classes[y] *
                        transition(static_cast<Eigen::Index>(y), static_cast<Eigen::Index>(z)));
    std::vector<double> weights;
    weights.reserve(sums.size());
    for (const metrics::CompensatedSum& sum : sums) weights.push_back(sum.value());
    return metrics::Distribution::from_weights(std::move(weights));
}

metrics::Distribution moved(metrics::Distribution classes,
                            const RowMatrix& transition,
                            std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) classes = moved(classes, transition);
    return classes;
}

// The classes at the target, from those at the first event shown.
std::optional<metrics::Distribution> filtered(const Population& population,
                                              metrics::Distribution classes,
                                              const Context& context) {
    const RowMatrix& transition = *population.dynamics().transition;
    const std::uint32_t steps = population.dynamics().steps;
    if (context.history.empty()) return moved(std::move(classes), transition, steps - 1);
    const Events events(population, context);
    for (std::size_t i = 0; i < context.history.size(); ++i) {
        if (i > 0) classes = moved(classes, transition);
        std::vector<ScaledProduct> products;
        for (std::size_t z = 0; z < classes.size(); ++z) {
            ScaledProduct& product = products.emplace_back(classes[z]);
            product.multiply(events.probability(z, i));
        }
        auto updated = normalised(products);
        if (!updated) return std::nullopt;
        classes = std::move(*updated);
    }
    return moved(std::move(classes), transition, steps);
}

}  // namespace

double group_likelihood(const Population& population, const Group& group, std::size_t z) {
    double product = 1.0;
    for (std::size_t i = 0; i < group.proxy.size(); ++i)
        product *= population.attributes()[group.proxy[i]].probabilities(
            static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(group.levels[i]));
    return product;
}

double group_probability(const Population& population, const Group& group) {
    metrics::CompensatedSum sum;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        sum.add(population.class_weights()[z] * group_likelihood(population, group, z));
    }
    return sum.value();
}

std::optional<metrics::Distribution> classes_at_first_event(const Population& population,
                                                            const Group& group,
                                                            std::uint32_t unseen) {
    std::vector<ScaledProduct> products;
    for (std::size_t z = 0; z < population.classes(); ++z)
        products.emplace_back(population.class_weights()[z])
            .multiply(group_likelihood(population, group, z));
    auto classes = normalised(products);
    if (!classes || !population.dynamics().transition) return classes;
    return moved(std::move(*classes), *population.dynamics().transition, unseen);
}

std::optional<metrics::Distribution> class_posterior(const Population& population,
                                                     const Context& context) {
    if (population.dynamics().transition) {
        auto classes = classes_at_first_event(population, context.group, context.unseen);
        return classes ? filtered(population, std::move(*classes), context) : std::nullopt;
    }
    std::vector<ScaledProduct> products;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        ScaledProduct& product = products.emplace_back(population.class_weights()[z]);
        product.multiply(group_likelihood(population, context.group, z));
        multiply_by_history(product, population, z, context);
    }
    return normalised(products);
}

std::optional<metrics::Distribution> target_distribution(const Population& population,
                                                         const Context& context) {
    const auto posterior = class_posterior(population, context);
    if (!posterior) return std::nullopt;
    return target_distribution(population, *posterior, context);
}

std::optional<metrics::Distribution> target_distribution(const Population& population,
                                                         const metrics::Distribution& posterior,
                                                         const Context& context) {
    const std::size_t items = context.candidates.size();
    std::vector<metrics::CompensatedSum> sums(items);
    for (std::size_t z = 0; z < population.classes(); ++z) {
        if (posterior[z] <= 0.0) continue;
        const Concentrations given = concentrations(population, z, context);
        if (!(given.total > 0.0)) return std::nullopt;
        for (std::size_t k = 0; k < items; ++k)
            sums[k].add(posterior[z] * (given.alpha[k] / given.total));
    }
    std::vector<double> p;
    p.reserve(sums.size());
    for (const metrics::CompensatedSum& sum : sums) p.push_back(sum.value());
    return metrics::Distribution::from_weights(std::move(p));
}

double individual_entropy(const Population& population,
                          const metrics::Distribution& posterior,
                          const Context& context) {
    if (population.dynamics().chaotic) return 0.0;
    metrics::CompensatedSum sum;
    for (std::size_t z = 0; z < population.classes(); ++z) {
        if (posterior[z] <= 0.0) continue;
        Concentrations given = concentrations(population, z, context);
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
    auto posterior = class_posterior(population, context);
    if (!posterior) return {std::nullopt, NoTruth::impossible_history};
    auto distribution = target_distribution(population, *posterior, context);
    if (!distribution) return {std::nullopt, NoTruth::impossible_candidates};
    const double entropy = metrics::shannon_entropy(*distribution);
    const double individual = individual_entropy(population, *posterior, context);
    return {Truth{.group_probability = probability,
                  .class_posterior = std::move(*posterior),
                  .distribution = std::move(*distribution),
                  .entropy = entropy,
                  .individual_entropy = individual},
            {}};
}

}  // namespace truegap::sim
