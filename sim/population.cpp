#include "sim/population.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/distribution.hpp"
#include "metrics/log_tables.hpp"
#include "sim/make_dynamics.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// P(option k | z) = s(x - t[k-1]) - s(x - t[k]) with s the logistic function, as a product of factors
// without cancellation: s(u) s(-v) (1 - e^(v-u)) for u > v.
RowMatrix likert_probabilities(const Likert& likert,
                               std::size_t classes,
                               std::uint64_t seed,
                               std::uint32_t world) {
    const std::size_t options = likert.thresholds.size() + 1;
    RowMatrix result(static_cast<Eigen::Index>(classes), static_cast<Eigen::Index>(options));
    const auto logistic = [](double x) {
        return x >= 0.0 ? 1.0 / (1.0 + metrics::exponential(-x))
                        : metrics::exponential(x) / (1.0 + metrics::exponential(x));
    };
    for (std::size_t z = 0; z < classes; ++z) {
        double trait = 0.0;
        if (const auto* given = std::get_if<std::vector<double>>(&likert.traits)) {
            trait = (*given)[z];
        } else {
            Stream draws =
                stream({.seed = seed, .world = world, .purpose = Purpose::traits, .cell = z});
            trait = std::get<double>(likert.traits) * standard_normal(draws);
        }
        const auto logit = [&](std::size_t k) {
            return likert.discrimination * (trait - likert.thresholds[k]);
        };
        std::vector<double> weights(options);
        weights.front() = logistic(-logit(0));
        weights.back() = logistic(logit(options - 2));
        for (std::size_t k = 1; k + 1 < options; ++k)
            weights[k] = logistic(logit(k - 1)) * logistic(-logit(k)) *
                         -metrics::exponential_m1(logit(k) - logit(k - 1));
        const auto row = metrics::Distribution::from_weights(std::move(weights));
        std::copy(row.begin(), row.end(), result.row(static_cast<Eigen::Index>(z)).data());
    }
    return result;
}

std::vector<double> draw_class_weights(const GeneratedPopulation& spec,
                                       std::uint64_t seed,
                                       std::uint32_t world) {
    if (const auto* given = std::get_if<std::vector<double>>(&spec.class_weights)) return *given;
    const double concentration = std::get<DirichletWeights>(spec.class_weights).concentration;
    Stream draws = stream({.seed = seed, .world = world, .purpose = Purpose::class_weights});
    const std::vector<double> concentrations(spec.classes, concentration);
    const auto weights = metrics::Distribution::from_weights(dirichlet(concentrations, draws));
    return {weights.begin(), weights.end()};
}

PopulationParts make_parts(const GeneratedPopulation& spec,
                           std::uint64_t seed,
                           std::uint32_t world) {
    return {.class_weights = draw_class_weights(spec, seed, world),
            .item_probabilities =
                spec.likert ? likert_probabilities(*spec.likert, spec.classes, seed, world)
                            : draw_tilted_items(spec, spec.tilt_sd, seed, world, 0),
            .concentration = spec.concentration,
            .attributes = {},
            .examination = spec.examination};
}

PopulationParts make_parts(const ExplicitPopulation& spec,
                           std::uint64_t /*seed*/,
                           std::uint32_t /*world*/) {
    return {.class_weights = spec.class_weights,
            .item_probabilities = spec.item_probabilities,
            .concentration = spec.concentration,
            .attributes = {},
            .examination = spec.examination};
}

}  // namespace

Population::Population(PopulationParts parts) : parts_(std::move(parts)) {
    TRUEGAP_EXPECTS(parts_.item_probabilities.rows() == static_cast<Eigen::Index>(classes()));
    TRUEGAP_EXPECTS(parts_.concentration.size() == classes());
    TRUEGAP_EXPECTS((parts_.dynamics.is_static() && parts_.examination.is_even()) ||
                    std::all_of(parts_.concentration.begin(),
                                parts_.concentration.end(),
                                [](double kappa) { return std::isinf(kappa); }));
    item_marginal_.resize(items());
    std::vector<metrics::CompensatedSum> sums(items());
    for (std::size_t z = 0; z < classes(); ++z) {
        const auto row = item_probabilities(z);
        for (std::size_t b = 0; b < items(); ++b) sums[b].add(parts_.class_weights[z] * row[b]);
    }
    std::transform(
        sums.begin(), sums.end(), item_marginal_.begin(), [](const metrics::CompensatedSum& sum) {
            return sum.value();
        });
}

Population Population::truly_recorded() const {
    PopulationParts parts = parts_;
    parts.attributes = parts.attributes.truly_recorded();
    return Population(std::move(parts));
}

Population Population::with_steps(std::uint32_t steps) const {
    PopulationParts parts = parts_;
    parts.dynamics.steps = steps;
    return Population(std::move(parts));
}

Population Population::with_transition(RowMatrix transition) const {
    TRUEGAP_EXPECTS(!parts_.dynamics.chaotic);
    PopulationParts parts = parts_;
    parts.dynamics.transition = std::move(transition);
    return Population(std::move(parts));
}

std::span<const double> Population::item_probabilities(std::size_t z, std::uint32_t lag) const {
    const Dynamics& change = parts_.dynamics;
    if (change.earlier.empty() || lag < change.first_earlier) return item_probabilities(z);
    const std::size_t period =
        std::min<std::size_t>(lag - change.first_earlier, change.earlier.size() - 1);
    return {change.earlier[period].row(static_cast<Eigen::Index>(z)).data(), items()};
}

Population make_population(const PopulationSpec& spec,
                           std::uint64_t seed,
                           std::uint32_t world,
                           const DynamicsSpec& dynamics) {
    PopulationParts parts =
        std::visit([&](const auto& given) { return make_parts(given, seed, world); }, spec);
    parts.attributes = make_attributes(attribute_specs(spec), parts.class_weights, seed, world);
    parts.dynamics = make_dynamics(dynamics, spec, parts, seed, world);
    return Population(std::move(parts));
}

std::size_t item_count(const PopulationSpec& spec) {
    if (const auto* generated = std::get_if<GeneratedPopulation>(&spec)) return generated->items;
    return static_cast<std::size_t>(std::get<ExplicitPopulation>(spec).item_probabilities.cols());
}

std::size_t class_count(const PopulationSpec& spec) {
    return concentrations(spec).size();
}

std::span<const double> concentrations(const PopulationSpec& spec) {
    return std::visit(
        [](const auto& given) { return std::span<const double>(given.concentration); }, spec);
}

std::span<const AttributeSpec> attribute_specs(const PopulationSpec& spec) {
    return std::visit(
        [](const auto& given) { return std::span<const AttributeSpec>(given.attributes); }, spec);
}

}  // namespace truegap::sim
