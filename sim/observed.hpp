#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/estimators/registry.hpp"
#include "metrics/response.hpp"
#include "sim/context.hpp"
#include "sim/group.hpp"
#include "sim/results.hpp"

/// The metric on choices that were observed: no truth is known and nothing of the users is drawn. What
/// chance there is, is the metric's own: who goes first among tied candidates, which users are in which
/// half.
namespace truegap::sim {

/// What was offered to one group of users, and what they chose. Attributes, levels and items are numbers
/// of the caller's own.
struct ObservedContext {
    Group group;
    History history;  ///< groups nest where it is the same
    std::vector<ItemId> candidates;
    std::vector<std::uint32_t> counts;  ///< shape (K,); may all be 0
};

struct ObservedPredictor {
    std::string label;
    std::vector<metrics::Response> responses;  ///< [context], with `faults`
    /// [context]: what `per_event` says of a context whose users were each answered; nothing for the
    /// others.
    std::vector<Figure> event_losses;
};

struct ObservedStudy {
    std::uint64_t seed = 1;
    std::size_t top = 1;  ///< at most the fewest candidates of a context
    std::vector<ObservedContext> contexts;
    std::vector<ObservedPredictor> predictors;
    std::vector<metrics::Approximation> approximations;
    std::vector<metrics::Estimator> estimators;
};

/// One context x predictor x method, in nats: means over what the metric leaves to chance. Labels are
/// indices into `ObservedScores`.
struct ObservedRow {
    std::uint32_t context = 0, predictor = 0, approximation = 0, estimator = 0;
    Figure entropy, cross_entropy, gap;
    Figure standard_error = {};  ///< of the gap, where the method has one
    Figure pooled_weight = {};   ///< of a method that pools: how much rests on the other groups
};

struct ObservedScores {
    std::vector<std::string> approximations, estimators;
    std::vector<ObservedRow> rows;  ///< by context, predictor, method
};

/// Scores every predictor with every method, by the same path as a study's replicates. The entropy of
/// `per_event` is not known, so it has a cross-entropy alone.
[[nodiscard]] ObservedScores score_observed(const ObservedStudy& observed);

class FigureSink;
struct Method;

/// What a gap is made of, in the order of a context's rows.
[[nodiscard]] std::vector<Method> observed_methods(const ObservedStudy& observed);

/// Scores up to 64 data sets that differ from the observed one in their counts alone, and shows each one's
/// figures: replicate r is data set r. Ties and halves are drawn once for each.
/// counts: [context], shape (R, K), rows of one context have one sum; world: of the streams.
void score_data_sets(const ObservedStudy& observed,
                     std::vector<std::vector<std::uint32_t>> counts,
                     std::uint32_t data_sets,
                     std::uint32_t world,
                     FigureSink& sink);

}  // namespace truegap::sim
