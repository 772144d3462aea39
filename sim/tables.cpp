#include "sim/tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/gap.hpp"

namespace truegap::sim {

namespace {

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

bool finite_truth(const Answer& answer) {
    return answer.true_gap && std::isfinite(*answer.true_gap);
}

// The measured gap's mean. Its error was taken against the true gap where that is finite.
Figure gap_mean(const Answer& answer, const metrics::ErrorMoments& errors) {
    return sum(errors.error.mean(), gap_offset(answer));
}

// G3 - G0: minus infinity for a finite measurement of an infinite gap, undefined without a truth.
Figure gap_bias(const Answer& answer, const metrics::ErrorMoments& errors) {
    const Figure mean_error = errors.error.mean();
    if (!answer.true_gap || !mean_error) return std::nullopt;
    if (std::isfinite(*answer.true_gap)) return mean_error;
    if (std::isinf(*mean_error)) return std::nullopt;
    return -std::numeric_limits<double>::infinity();
}

metrics::GapDecomposition decomposition(const WorldStudy& study,
                                        const Layout& layout,
                                        const BlockStatistics& statistics,
                                        std::size_t c,
                                        std::size_t p,
                                        std::size_t a,
                                        std::size_t e) {
    const Answer& answer = study.answer(p, c);
    if (!answer.true_gap) return {};
    return metrics::decompose(
        {.entropy = study.plan().truths[c].entropy,
         .true_gap = *answer.true_gap,
         .complete_cross_entropy = answer.complete_cross_entropy[a],
         .answered_cross_entropy = answer.answered_cross_entropy[a],
         .mean_entropy = statistics.entropy[layout.entropy(c, e)].mean(),
         .mean_cross_entropy = statistics.cross_entropy[layout.cross_entropy(c, p, a)].mean(),
         .mean_gap = gap_mean(answer, statistics.gap_error[layout.gap(c, p, a, e)])});
}

CellRow cell_row(const WorldStudy& study,
                 const Layout& layout,
                 const BlockStatistics& statistics,
                 const RowKey& key) {
    const std::size_t c = key.context;
    const Truth& truth = study.plan().truths[c];
    const Answer& answer = study.answer(key.predictor, c);
    const auto& entropy = statistics.entropy[layout.entropy(c, key.estimator)];
    const auto& cross_entropy =
        statistics.cross_entropy[layout.cross_entropy(c, key.predictor, key.approximation)];
    const auto& errors =
        statistics.gap_error[layout.gap(c, key.predictor, key.approximation, key.estimator)];
    const auto replicates = static_cast<double>(statistics.replicates);
    const bool known = finite_truth(answer);
    const auto rmse = metrics::root_mean_squared_error(errors);
    const auto spread = metrics::empirical_se(errors);
    return {
        .key = key,
        .true_entropy = truth.entropy,
        .true_cross_entropy = answer.true_cross_entropy,
        .true_gap = answer.true_gap,
        .entropy_mean = entropy.mean(),
        .entropy_bias = sum(entropy.mean(), -truth.entropy),
        .entropy_bias_mcse = entropy.standard_error(),
        .cross_entropy_mean = cross_entropy.mean(),
        .cross_entropy_mean_mcse = cross_entropy.standard_error(),
        .gap_mean = gap_mean(answer, errors),
        .gap_bias = gap_bias(answer, errors),
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
        .users_mean = static_cast<double>(statistics.users[c]) / replicates};
}

DecompositionRow decomposition_row(const WorldStudy& study,
                                   const Layout& layout,
                                   const BlockStatistics& statistics,
                                   const RowKey& key) {
    const std::size_t c = key.context;
    const auto terms = decomposition(
        study, layout, statistics, c, key.predictor, key.approximation, key.estimator);
    const auto error = [](const Figure& term, const metrics::Moments& moments) -> Figure {
        return term && std::isfinite(*term) ? moments.standard_error() : std::nullopt;
    };
    return {
        .key = key,
        .true_gap = study.answer(key.predictor, c).true_gap,
        .approximation_term = terms.approximation,
        .answer_term = terms.answer,
        .entropy_term = terms.entropy,
        .cross_entropy_term = terms.cross_entropy,
        .total_bias = terms.total_bias,
        .entropy_term_mcse =
            error(terms.entropy, statistics.entropy[layout.entropy(c, key.estimator)]),
        .cross_entropy_term_mcse = error(
            terms.cross_entropy,
            statistics.cross_entropy[layout.cross_entropy(c, key.predictor, key.approximation)]),
        .total_bias_mcse = error(
            terms.total_bias,
            statistics.gap_error[layout.gap(c, key.predictor, key.approximation, key.estimator)]
                .error)};
}

}  // namespace

void append_rows(const WorldStudy& study,
                 const Level& level,
                 const BlockStatistics& statistics,
                 Results& results) {
    const Layout layout = study.layout(level);
    RowKey key{.world = study.plan().index};
    for (key.context = 0; key.context < layout.contexts; ++key.context) {
        key.users = level.users[key.context];
        for (key.predictor = 0; key.predictor < layout.predictors; ++key.predictor)
            for (key.approximation = 0; key.approximation < layout.approximations;
                 ++key.approximation)
                for (key.estimator = 0; key.estimator < layout.estimators; ++key.estimator) {
                    results.cells.push_back(cell_row(study, layout, statistics, key));
                    results.decomposition.push_back(
                        decomposition_row(study, layout, statistics, key));
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
            for (std::uint32_t a = 0; a < layout.approximations; ++a)
                for (std::uint32_t e = 0; e < layout.estimators; ++e) {
                    const metrics::Moments& errors =
                        statistics.pooled_error[layout.pooled(bin, p, a, e)];
                    Pool& here = pool({.predictor = p,
                                       .approximation = a,
                                       .estimator = e,
                                       .users = level.bins[bin]});
                    std::vector<Figure> entropies, gaps, offsets, mean_errors, approximation,
                        answer, entropy, cross_entropy;
                    for (const std::size_t c : members) {
                        const metrics::Moments& error =
                            statistics.gap_error[layout.gap(c, p, a, e)].error;
                        here.infinite +=
                            static_cast<double>(statistics.infinite[layout.cross_entropy(c, p, a)]);
                        here.undefined +=
                            static_cast<double>(statistics.replicates - error.count());
                        here.replicates += static_cast<double>(statistics.replicates);
                        if (error.count() == 0) continue;  // never a figure: not in the means
                        entropies.emplace_back(study.plan().truths[c].entropy);
                        gaps.push_back(study.answer(p, c).true_gap);
                        offsets.emplace_back(gap_offset(study.answer(p, c)));
                        mean_errors.push_back(error.mean());
                        const auto terms = decomposition(study, layout, statistics, c, p, a, e);
                        approximation.push_back(terms.approximation);
                        answer.push_back(terms.answer);
                        entropy.push_back(terms.entropy);
                        cross_entropy.push_back(terms.cross_entropy);
                    }
                    if (mean_errors.empty()) continue;
                    here.contexts += mean_errors.size();
                    here.world_errors.push_back(mean(mean_errors));
                    here.replicate_errors = errors;
                    here.true_entropy.push_back(mean(entropies));
                    here.true_gap.push_back(mean(gaps));
                    here.offset.push_back(mean(offsets));
                    here.approximation.push_back(mean(approximation));
                    here.answer.push_back(mean(answer));
                    here.entropy.push_back(mean(entropy));
                    here.cross_entropy.push_back(mean(cross_entropy));
                }
    }
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
        rows.push_back({.predictor = key.predictor,
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
                        .undefined_fraction = pool.undefined / pool.replicates});
    }
    return rows;
}

}  // namespace truegap::sim
