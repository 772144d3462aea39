#include "sim/make_dynamics.hpp"

#include <algorithm>

#include "metrics/contract.hpp"
#include "metrics/distribution.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/overloaded.hpp"
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

RowMatrix transition_of(const MarkovDynamics& markov, std::span<const double> class_weights) {
    if (markov.transition.size() > 0) return markov.transition;
    return staying_transition(markov.stay, class_weights);
}

// B of each earlier event of the walk: those of the next event, tilted by one more step.
std::vector<RowMatrix> drifted(const DriftDynamics& drift,
                               const RowMatrix& items,
                               std::uint64_t seed,
                               std::uint32_t world) {
    std::vector<RowMatrix> earlier;
    std::vector<double> walk(static_cast<std::size_t>(items.cols()), 0.0);
    TRUEGAP_EXPECTS(drift.length.has_value());
    for (std::uint32_t lag = 1; lag <= *drift.length; ++lag) {
        Stream draws =
            stream({.seed = seed, .world = world, .purpose = Purpose::drift, .cell = lag});
        for (double& place : walk) place += drift.sd * standard_normal(draws);
        const double highest = *std::max_element(walk.begin(), walk.end());
        RowMatrix& rows = earlier.emplace_back(items.rows(), items.cols());
        for (Eigen::Index z = 0; z < items.rows(); ++z) {
            std::vector<double> weights(walk.size());
            for (std::size_t b = 0; b < weights.size(); ++b)
                weights[b] = items(z, static_cast<Eigen::Index>(b)) *
                             metrics::exponential(walk[b] - highest);
            const auto row = metrics::Distribution::from_weights(std::move(weights));
            std::copy(row.begin(), row.end(), rows.row(z).data());
        }
    }
    return earlier;
}

RowMatrix earlier_regime(const RegimeChange& change,
                         const PopulationSpec& spec,
                         std::uint64_t seed,
                         std::uint32_t world) {
    if (change.earlier.size() > 0) return change.earlier;
    const auto* generated = std::get_if<GeneratedPopulation>(&spec);
    TRUEGAP_EXPECTS(generated != nullptr && !generated->likert);
    return draw_tilted_items(
        *generated, change.tilt_sd.value_or(generated->tilt_sd), seed, world, 1);
}

}  // namespace

RowMatrix draw_tilted_items(const GeneratedPopulation& spec,
                            double tilt_sd,
                            std::uint64_t seed,
                            std::uint32_t world,
                            std::uint64_t regime) {
    RowMatrix result(static_cast<Eigen::Index>(spec.classes),
                     static_cast<Eigen::Index>(spec.items));
    for (std::size_t z = 0; z < spec.classes; ++z) {
        Stream draws = stream(
            {.seed = seed, .world = world, .purpose = Purpose::tilts, .cell = z, .block = regime});
        std::vector<double> weights(spec.items);
        for (std::size_t b = 0; b < spec.items; ++b)
            weights[b] = popularity_logit(spec.popularity, b) + tilt_sd * standard_normal(draws);
        const double highest = *std::max_element(weights.begin(), weights.end());
        for (double& weight : weights) weight = metrics::exponential(weight - highest);
        const auto row = metrics::Distribution::from_weights(std::move(weights));
        std::copy(row.begin(), row.end(), result.row(static_cast<Eigen::Index>(z)).data());
    }
    return result;
}

RowMatrix staying_transition(double stay, std::span<const double> class_weights) {
    const auto classes = static_cast<Eigen::Index>(class_weights.size());
    RowMatrix result(classes, classes);
    for (Eigen::Index z = 0; z < classes; ++z)
        for (Eigen::Index next = 0; next < classes; ++next)
            result(z, next) = (1.0 - stay) * class_weights[static_cast<std::size_t>(next)] +
                              (z == next ? stay : 0.0);
    return result;
}

Dynamics make_dynamics(const DynamicsSpec& dynamics,
                       const PopulationSpec& spec,
                       const PopulationParts& parts,
                       std::uint64_t seed,
                       std::uint32_t world) {
    Dynamics result;
    result.steps = steps_of(dynamics);
    std::visit(metrics::Overloaded{[](const StaticDynamics&) {},
                                   [&](const MarkovDynamics& markov) {
                                       result.transition =
                                           transition_of(markov, parts.class_weights);
                                   },
                                   [&](const DriftDynamics& drift) {
                                       result.earlier =
                                           drifted(drift, parts.item_probabilities, seed, world);
                                   },
                                   [&](const RegimeChange& change) {
                                       result.earlier = {earlier_regime(change, spec, seed, world)};
                                       result.first_earlier = change.ago;
                                   },
                                   [&](const ChaoticDynamics&) { result.chaotic = true; }},
               dynamics);
    return result;
}

}  // namespace truegap::sim
