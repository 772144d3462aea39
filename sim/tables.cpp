#include "sim/tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/gap.hpp"
#include "metrics/pooling/mixture_prior.hpp"
#include "sim/given_answer.hpp"

namespace truegap::sim {

namespace {

// What a world's contexts of one size add to a pool, one value a context.
struct WorldMeans {
    std::vector<Figure> entropies, gaps, offsets, errors, estimand_errors, approximation, answer,
        entropy, cross_entropy, pooled_weight, fallen_back;
};

Figure sum(Figure a, double b) {
    if (!a) return std::nullopt;
    return *a + b;
}

Figure value(const std::optional<metrics::Measure>& measure) {
    if (!measure) return std::nullopt;
    return measure->value;
}

Figure mcse(const std::optional<metrics::Measure>& measure) {
    if (!measure) return std::nullopt;
    return measure->mcse;
}

// Nothing without values or when one of them is nothing.
Figure mean(const std::vector<Figure>& values) {
    metrics::CompensatedSum total;
    for (const Figure& figure : values) {
        if (!figure) return std::nullopt;
        total.add(*figure);
    }
    if (values.empty()) return std::nullopt;
    return total.value() / static_cast<double>(values.size());
}

Figure standard_error_of(const std::vector<Figure>& values) {
    std::vector<double> defined;
    for (const Figure& figure : values)
        if (figure) defined.push_back(*figure);
    metrics::Moments moments;
    moments.add(defined);
    return moments.standard_error();
}

// The measured gap's mean. Its error was taken against the true gap where that is finite.
Figure gap_mean(const MethodTruth& truth, const metrics::ErrorMoments& errors) {
    return sum(errors.error.mean(), truth.offset());
}

// G3 - G0: minus infinity for a finite measurement of an infinite gap, undefined without a truth.
Figure gap_bias(const MethodTruth& truth, const metrics::ErrorMoments& errors) {
    const Figure mean_error = errors.error.mean();
    if (!truth.gap || !mean_error) return std::nullopt;
    if (std::isfinite(*truth.gap)) return mean_error;
    if (std::isinf(*mean_error)) return std::nullopt;
    return -std::numeric_limits<double>::infinity();
}

MethodTruth truth_of(
    const WorldStudy& study, const Level& level, std::size_t c, std::size_t p, std::size_t m) {
    return method_truth(
        level, c, p, study.scenario().approximations[study.methods()[m].approximation]);
}

// Known exactly, or the mean over the answers drawn.
Figure complete_level(const Layout& layout,
                      const BlockStatistics& statistics,
                      const Answer& answer,
                      std::size_t c,
                      std::size_t p,
                      std::size_t a) {
    if (answer.complete_cross_entropy[a] || statistics.completed.empty())
        return answer.complete_cross_entropy[a];
    return statistics.completed[layout.cross_entropy(c, p, a)].mean();
}

metrics::GapDecomposition decomposition(const WorldStudy& study,
                                        const Level& level,
                                        const Layout& layout,
                                        const BlockStatistics& statistics,
                                        std::size_t c,
                                        std::size_t p,
                                        std::size_t m) {
    const Answer& answer = level.answer(p, c);
    const std::size_t a = study.methods()[m].approximation;
    const MethodTruth truth = truth_of(study, level, c, p, m);
    if (!truth.gap) return {};
    const metrics::Moments& answered = statistics.answered[layout.cross_entropy(c, p, a)];
    return metrics::decompose(
        {.entropy = truth.entropy,
         .true_gap = *truth.gap,
         .complete_cross_entropy = complete_level(layout, statistics, answer, c, p, a),
         .answered_cross_entropy =
             answer.answered_cross_entropy[a] ? answer.answered_cross_entropy[a] : answered.mean(),
         .mean_entropy = statistics.gap_entropy[layout.gap(c, p, m)].mean(),
         .mean_cross_entropy = statistics.gap_cross_entropy[layout.gap(c, p, m)].mean(),
         .mean_gap = gap_mean(truth, statistics.gap_error[layout.gap(c, p, m)])});
}

std::optional<metrics::Proportion> coverage(const IntervalStatistics& intervals) {
    return metrics::proportion(intervals.covered, intervals.counted);
}

// Whether a method's entropy comes from the mixture over groups.
bool pools(const WorldStudy& study, std::size_t m) {
    return study.estimators()[study.methods()[m].estimator].entry().pooling ==
           metrics::Pooling::mixture;
}

FaultFigures fault_figures(const WorldStudy& study,
                           const Level& level,
                           const Layout& layout,
                           const BlockStatistics& statistics,
                           std::size_t c,
                           std::size_t p) {
    const metrics::Response& response = level.answer(p, c).response;
    if (!study.scenario().predictors[p].faults.any() && !response.faults) return {};
    const FaultStatistics& seen = statistics.faults[layout.answer(c, p)];
    const auto a_given_answer = [&](std::uint64_t count) -> Figure {
        if (seen.answers == 0) return std::nullopt;
        return static_cast<double>(count) / static_cast<double>(seen.answers);
    };
    return {.refused = static_cast<double>(seen.refused) /
                       static_cast<double>(seen.refused + seen.answers),
            .missing = a_given_answer(seen.missing),
            .duplicated = a_given_answer(seen.duplicates),
            .unknown = a_given_answer(seen.unknown),
            .cut = a_given_answer(seen.cut),
            .no_answer = response.faults ? response.faults->no_answer : metrics::NoAnswer::none,
            .covered_mass = covered_mass(response)};
}

CellRow cell_row(const WorldStudy& study,
                 const Level& level,
                 const Layout& layout,
                 const BlockStatistics& statistics,
                 const ExactZ& exact,
                 const RowKey& key,
                 std::size_t m) {
    const std::size_t c = key.context;
    const MethodTruth truth = truth_of(study, level, c, key.predictor, m);
    const Answer& answer = level.answer(key.predictor, c);
    const auto& entropy = statistics.entropy[layout.entropy(c, key.estimator)];
    const auto& cross_entropy =
        statistics.cross_entropy[layout.cross_entropy(c, key.predictor, key.approximation)];
    const auto& errors = statistics.gap_error[layout.gap(c, key.predictor, m)];
    const IntervalStatistics& intervals =
        statistics.intervals[layout.cross_entropy(c, key.predictor, key.approximation)];
    const auto model_se = metrics::model_se(intervals.variance);
    const auto covered = coverage(intervals);
    const auto replicates = static_cast<double>(statistics.replicates);
    const bool known = truth.gap && std::isfinite(*truth.gap);
    const auto rmse = metrics::root_mean_squared_error(errors);
    const auto spread = metrics::empirical_se(errors);
    return {
        .key = key,
        .true_entropy = truth.entropy,
        .true_cross_entropy = truth.cross_entropy,
        .true_gap = truth.gap,
        .entropy_mean = entropy.mean(),
        .entropy_bias = sum(entropy.mean(), -truth.entropy),
        .entropy_bias_mcse = entropy.standard_error(),
        .cross_entropy_mean = cross_entropy.mean(),
        .cross_entropy_mean_mcse = cross_entropy.standard_error(),
        .gap_mean = gap_mean(truth, errors),
        .gap_bias = gap_bias(truth, errors),
        .gap_bias_mcse = known ? errors.error.standard_error() : std::nullopt,
        .gap_empirical_se = value(spread),
        .gap_empirical_se_mcse = mcse(spread),
        .gap_rmse = known ? value(rmse) : std::nullopt,
        .gap_rmse_mcse = known ? mcse(rmse) : std::nullopt,
        .infinite_fraction =
            static_cast<double>(
                statistics.infinite[layout.cross_entropy(c, key.predictor, key.approximation)]) /
            replicates,
        .undefined_fraction =
            static_cast<double>(statistics.replicates - errors.error.count()) / replicates,
        .replicates = statistics.replicates,
        .gap_estimand = answer.estimand[key.approximation],
        .gap_model_se = value(model_se),
        .gap_model_se_mcse = mcse(model_se),
        .gap_coverage = covered ? Figure(covered->value) : std::nullopt,
        .gap_coverage_mcse = covered ? Figure(covered->mcse) : std::nullopt,
        .pooled_weight = pools(study, m) ? statistics.pooled_weight[c].mean() : std::nullopt,
        .repaired = answer.repaired[key.approximation],
        .entropy_z = exact.entropy[layout.entropy(c, key.estimator)],
        .gap_z = exact.gap[layout.gap(c, key.predictor, m)],
        .users_mean = static_cast<double>(statistics.users[c]) / replicates,
        .faults = fault_figures(study, level, layout, statistics, c, key.predictor)};
}

DecompositionRow decomposition_row(const WorldStudy& study,
                                   const Level& level,
                                   const Layout& layout,
                                   const BlockStatistics& statistics,
                                   const RowKey& key,
                                   std::size_t m) {
    const std::size_t c = key.context;
    const auto terms = decomposition(study, level, layout, statistics, c, key.predictor, m);
    const std::size_t place = layout.cross_entropy(c, key.predictor, key.approximation);
    // Where the answers are drawn, the two cross-entropies of a draw are compared with each other.
    const Answer& answer = level.answer(key.predictor, c);
    const bool drawn =
        statistics.answered[place].count() > 0 && !answer.answered_cross_entropy[key.approximation];
    // Where even the complete answer is drawn, so are the complete and the given answer of a draw.
    const bool all_drawn = !statistics.completed.empty() &&
                           statistics.completed[place].count() > 0 &&
                           !answer.complete_cross_entropy[key.approximation];
    const auto error = [](const Figure& term, const metrics::Moments& moments) -> Figure {
        return term && std::isfinite(*term) ? moments.standard_error() : std::nullopt;
    };
    return {.key = key,
            .true_gap = truth_of(study, level, c, key.predictor, m).gap,
            .approximation_term = terms.approximation,
            .answer_term = terms.answer,
            .entropy_term = terms.entropy,
            .cross_entropy_term = terms.cross_entropy,
            .total_bias = terms.total_bias,
            .approximation_term_mcse =
                all_drawn ? error(terms.approximation, statistics.completed[place]) : std::nullopt,
            .answer_term_mcse = drawn ? error(terms.answer,
                                              all_drawn ? statistics.beyond_completed[place]
                                                        : statistics.answered[place])
                                      : std::nullopt,
            .entropy_term_mcse =
                error(terms.entropy, statistics.gap_entropy[layout.gap(c, key.predictor, m)]),
            .cross_entropy_term_mcse =
                error(terms.cross_entropy,
                      drawn ? statistics.beyond_answered[place]
                            : statistics.gap_cross_entropy[layout.gap(c, key.predictor, m)]),
            .total_bias_mcse = error(terms.total_bias,
                                     statistics.gap_error[layout.gap(c, key.predictor, m)].error)};
}

}  // namespace

void append_rows(const WorldStudy& study,
                 const Level& level,
                 const BlockStatistics& statistics,
                 const ExactZ& exact,
                 Results& results) {
    const Layout layout = study.layout(level);
    RowKey key{.world = study.plan().index};
    for (key.context = 0; key.context < layout.contexts; ++key.context) {
        key.users = level.users[key.context];
        for (key.predictor = 0; key.predictor < layout.predictors; ++key.predictor)
            for (std::size_t m = 0; m < layout.methods; ++m) {
                key.approximation = study.methods()[m].approximation;
                key.estimator = study.methods()[m].estimator;
                results.cells.push_back(cell_row(study, level, layout, statistics, exact, key, m));
                results.decomposition.push_back(
                    decomposition_row(study, level, layout, statistics, key, m));
            }
    }
}

SummaryBuilder::Pool& SummaryBuilder::pool(const Key& key) {
    const auto place =
        std::lower_bound(pools_.begin(), pools_.end(), key, [](const auto& entry, const Key& k) {
            return entry.first < k;
        });
    if (place != pools_.end() && place->first == key) return place->second;
    return pools_.emplace(place, key, Pool{})->second;
}

void SummaryBuilder::add(const WorldStudy& study,
                         const Level& level,
                         const BlockStatistics& statistics) {
    const Layout layout = study.layout(level);
    for (std::uint32_t bin = 0; bin < layout.bins; ++bin) {
        std::vector<std::size_t> members;
        for (std::size_t c = 0; c < layout.contexts; ++c)
            if (level.bin_of[c] == bin) members.push_back(c);
        for (std::uint32_t p = 0; p < layout.predictors; ++p)
            for (std::size_t m = 0; m < layout.methods; ++m)
                add(study, level, statistics, {bin, p, m}, members);
    }
}

void SummaryBuilder::add(const WorldStudy& study,
                         const Level& level,
                         const BlockStatistics& statistics,
                         const Place& place,
                         const std::vector<std::size_t>& members) {
    const Layout layout = study.layout(level);
    const auto [bin, p, m] = place;
    const Method& method = study.methods()[m];
    Pool& here = pool({.population = study.plan().index / worlds_,
                       .predictor = p,
                       .approximation = method.approximation,
                       .estimator = method.estimator,
                       .users = level.bins[bin]});
    WorldMeans means;
    IntervalStatistics intervals;
    for (const std::size_t c : members) {
        const Answer& answered = level.answer(p, c);
        const metrics::Moments& error = statistics.gap_error[layout.gap(c, p, m)].error;
        const std::size_t cell = layout.cross_entropy(c, p, method.approximation);
        here.infinite += static_cast<double>(statistics.infinite[cell]);
        here.undefined += static_cast<double>(statistics.replicates - error.count());
        here.replicates += static_cast<double>(statistics.replicates);
        if (error.count() == 0) continue;  // never a figure: not in the means
        const MethodTruth truth = truth_of(study, level, c, p, m);
        means.entropies.emplace_back(truth.entropy);
        means.gaps.push_back(truth.gap);
        means.offsets.emplace_back(truth.offset());
        means.errors.push_back(error.mean());
        const Figure& estimand = answered.estimand[method.approximation];
        means.estimand_errors.push_back(
            estimand && std::isfinite(*estimand)
                ? sum(gap_mean(truth, statistics.gap_error[layout.gap(c, p, m)]), -*estimand)
                : std::nullopt);
        const auto terms = decomposition(study, level, layout, statistics, c, p, m);
        means.approximation.push_back(terms.approximation);
        means.answer.push_back(terms.answer);
        means.entropy.push_back(terms.entropy);
        means.cross_entropy.push_back(terms.cross_entropy);
        intervals.merge(statistics.intervals[cell]);
        if (pools(study, m)) {
            const Figure weight = statistics.pooled_weight[c].mean();
            means.pooled_weight.push_back(weight);
            means.fallen_back.emplace_back(weight && *weight < metrics::least_pooled_weight ? 1.0
                                                                                            : 0.0);
        }
    }
    if (means.errors.empty()) return;
    here.contexts += means.errors.size();
    here.world_errors.push_back(mean(means.errors));
    here.estimand_errors.push_back(mean(means.estimand_errors));
    here.replicate_errors = statistics.pooled_error[layout.pooled(bin, p, m)];
    here.true_entropy.push_back(mean(means.entropies));
    here.true_gap.push_back(mean(means.gaps));
    here.offset.push_back(mean(means.offsets));
    here.approximation.push_back(mean(means.approximation));
    here.answer.push_back(mean(means.answer));
    here.entropy.push_back(mean(means.entropy));
    here.cross_entropy.push_back(mean(means.cross_entropy));
    const auto covered = coverage(intervals);
    here.coverage.push_back(covered ? Figure(covered->value) : std::nullopt);
    here.intervals += intervals.counted;
    here.pooled_weight.push_back(mean(means.pooled_weight));
    here.fallen_back.push_back(mean(means.fallen_back));
}

std::vector<SummaryRow> SummaryBuilder::rows() const {
    std::vector<SummaryRow> rows;
    for (const auto& [key, pool] : pools_) {
        const Figure error = mean(pool.world_errors);
        const Figure true_gap = mean(pool.true_gap);
        const bool known = true_gap && std::isfinite(*true_gap) && error;
        const Figure spread = worlds_ > 1 ? standard_error_of(pool.world_errors)
                                          : pool.replicate_errors.standard_error();
        const Figure offset = mean(pool.offset);
        const Figure estimand_error = mean(pool.estimand_errors);
        rows.push_back(
            {.predictor = key.predictor,
             .approximation = key.approximation,
             .estimator = key.estimator,
             .users = key.users,
             .contexts = pool.contexts,
             .worlds = pool.true_gap.size(),
             .true_entropy = mean(pool.true_entropy),
             .true_gap = true_gap,
             .gap_mean = error && offset ? Figure(*offset + *error) : std::nullopt,
             .gap_bias = known ? error : std::nullopt,
             .gap_bias_se = known ? spread : std::nullopt,
             .approximation_term = mean(pool.approximation),
             .answer_term = mean(pool.answer),
             .entropy_term = mean(pool.entropy),
             .cross_entropy_term = mean(pool.cross_entropy),
             .infinite_fraction = pool.infinite / pool.replicates,
             .undefined_fraction = pool.undefined / pool.replicates,
             .estimand_bias = estimand_error,
             .estimand_bias_se = !estimand_error ? std::nullopt
                                 : worlds_ > 1   ? standard_error_of(pool.estimand_errors)
                                                 : spread,
             .coverage = mean(pool.coverage),
             .coverage_se = worlds_ > 1 ? standard_error_of(pool.coverage) : std::nullopt,
             .intervals = pool.intervals,
             .pooled_weight = mean(pool.pooled_weight),
             .fallen_back = mean(pool.fallen_back),
             .population = key.population});
    }
    return rows;
}

}  // namespace truegap::sim
