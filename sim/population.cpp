#include "sim/population.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/distribution.hpp"
#include "metrics/log_tables.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

double popularity_logit(const Popularity& popularity, std::size_t item) {
    switch (popularity.kind) {
        case Popularity::Kind::uniform:
            return 0.0;
        case Popularity::Kind::zipf:
            return -popularity.parameter * metrics::ln(static_cast<double>(item + 1));
        case Popularity::Kind::geometric:
            return static_cast<double>(item) * metrics::ln(popularity.parameter);
    }
    return 0.0;
}

RowMatrix draw_item_probabilities(const GeneratedPopulation& spec,
                                  std::uint64_t seed,
                                  std::uint32_t world) {
    RowMatrix result(static_cast<Eigen::Index>(spec.classes),
                     static_cast<Eigen::Index>(spec.items));
    for (std::size_t z = 0; z < spec.classes; ++z) {
        Stream draws = stream({.seed = seed, .world = world, .purpose = Purpose::tilts, .cell = z});
        std::vector<double> weights(spec.items);
        for (std::size_t b = 0; b < spec.items; ++b)
            weights[b] =
                popularity_logit(spec.popularity, b) + spec.tilt_sd * standard_normal(draws);
        const double highest = *std::max_element(weights.begin(), weights.end());
        for (double& weight : weights) weight = metrics::exponential(weight - highest);
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
            .item_probabilities = draw_item_probabilities(spec, seed, world),
            .concentration = spec.concentration,
            .attributes = {}};
}

PopulationParts make_parts(const ExplicitPopulation& spec,
                           std::uint64_t /*seed*/,
                           std::uint32_t /*world*/) {
    return {.class_weights = spec.class_weights,
            .item_probabilities = spec.item_probabilities,
            .concentration = spec.concentration,
            .attributes = {}};
}

}  // namespace

Population::Population(PopulationParts parts) : parts_(std::move(parts)) {
    TRUEGAP_EXPECTS(parts_.item_probabilities.rows() == static_cast<Eigen::Index>(classes()));
    TRUEGAP_EXPECTS(parts_.concentration.size() == classes());
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

Population make_population(const PopulationSpec& spec, std::uint64_t seed, std::uint32_t world) {
    PopulationParts parts =
        std::visit([&](const auto& given) { return make_parts(given, seed, world); }, spec);
    parts.attributes = make_attributes(attribute_specs(spec), parts.class_weights, seed, world);
    return Population(std::move(parts));
}

std::size_t item_count(const PopulationSpec& spec) {
    if (const auto* generated = std::get_if<GeneratedPopulation>(&spec)) return generated->items;
    return static_cast<std::size_t>(std::get<ExplicitPopulation>(spec).item_probabilities.cols());
}

std::span<const AttributeSpec> attribute_specs(const PopulationSpec& spec) {
    return std::visit(
        [](const auto& given) { return std::span<const AttributeSpec>(given.attributes); }, spec);
}

}  // namespace truegap::sim
