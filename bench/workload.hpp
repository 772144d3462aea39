#pragma once

#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "metrics/distribution.hpp"
#include "metrics/estimators/registry.hpp"
#include "sim/samplers.hpp"
#include "sim/scenario.hpp"
#include "sim/stream.hpp"

/// The work that every benchmark does; `peers/numpy_peer.py` does the same, and the figures change
/// together: n users choose among K items of probability proportional to 1/rank, and a predictor
/// that takes neighbours for one another ranks the first ten.
namespace truegap::bench {

inline constexpr std::size_t items = 50;
inline constexpr std::uint32_t users = 100;
inline constexpr std::size_t top = 10;

inline metrics::Distribution zipf() {
    std::vector<double> weights(items);
    for (std::size_t k = 0; k < items; ++k) weights[k] = 1.0 / static_cast<double>(k + 1);
    return metrics::Distribution::from_weights(std::move(weights));
}

/// Histograms of n draws each, row after row: shape (rows, K).
inline std::vector<std::uint32_t> zipf_histograms(std::size_t rows) {
    const sim::Multinomial choices(zipf());
    sim::Stream draws = sim::stream({.seed = 1, .n = users});
    std::vector<std::uint32_t> counts(rows * items);
    for (std::size_t r = 0; r < rows; ++r)
        choices(users, draws, std::span(counts).subspan(r * items, items));
    return counts;
}

/// 1, 0, 3, 2, …: every item has changed places with its neighbour.
inline metrics::Ranking swapped_ranking() {
    metrics::Ranking ranking;
    for (std::uint32_t k = 0; k < items; ++k) ranking.order.push_back(k ^ 1U);
    ranking.tier_of = ranking.order;
    ranking.tier_begin.resize(items + 1);
    std::iota(ranking.tier_begin.begin(), ranking.tier_begin.end(), 0U);
    return ranking;
}

/// Answers with that ranking, whatever it is asked.
class SwappedPredictor final : public sim::Predictor {
  public:
    std::vector<metrics::Response> predict(std::span<const sim::Context> contexts) override {
        return std::vector<metrics::Response>(
            contexts.size(), {.ranking = swapped_ranking(), .logits = {}, .probabilities = {}});
    }
    std::optional<metrics::Distribution> exact(const sim::Context& /*context*/) override {
        return std::nullopt;
    }
};

inline metrics::Approximation rank_matched() {
    return metrics::RankMatched{
        .residual = metrics::Residual::uniform,
        .smoothing = {.kind = metrics::Smoothing::Kind::additive, .amount = 0.5}};
}

/// One context, one predictor, the published metric.
inline sim::Scenario one_context_scenario(std::uint32_t replicates) {
    sim::Scenario scenario;
    scenario.name = "bench";
    scenario.seed = 1;
    scenario.replicates = replicates;
    sim::ExplicitPopulation population;
    const metrics::Distribution p = zipf();
    population.class_weights = {1.0};
    population.item_probabilities = Eigen::Map<const sim::RowMatrix>(p.data(), 1, items);
    population.concentration = {std::numeric_limits<double>::infinity()};
    scenario.population = population;
    scenario.contexts.source = std::vector<sim::ListedContext>(1);
    scenario.design = sim::UsersPerGroup{{users}};
    scenario.predictors.push_back({.label = "swapped", .make = [](const sim::World& /*world*/) {
                                       return std::make_unique<SwappedPredictor>();
                                   }});
    scenario.top = top;
    scenario.approximations = {rank_matched()};
    scenario.estimators = {metrics::find_estimator("plug_in").value()};
    return scenario;
}

}  // namespace truegap::bench
