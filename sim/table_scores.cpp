#include "sim/table_scores.hpp"

#include <algorithm>
#include <functional>

#include "metrics/approximation/scorer.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/pooling/empirical_bayes.hpp"
#include "metrics/pooling/other_curves.hpp"
#include "metrics/pooling/recommended.hpp"
#include "sim/redrawn_scores.hpp"

namespace truegap::sim {

namespace {

using metrics::Pooling;

}  // namespace

TableScores::TableScores(const WorldStudy& study,
                         const Level& level,
                         const Layout& layout,
                         const std::vector<ContextDraws>& draws,
                         std::size_t replicates)
    : study_(study), level_(level), layout_(layout), draws_(draws) {
    if (study.needs_mixture()) pooled_weight_.resize(layout.contexts);
    for (std::size_t r = 0; r < replicates; ++r) score(r);
}

void TableScores::score(std::size_t r) {
    if (r > 0 && study_.same_counts()) {
        for (auto& [place, column] : entropy_) column.copy(r, 0);
        for (Column& column : pooled_weight_) column.copy(r, 0);
    } else {
        pool(r);
    }
    score_curves(r);
    for (std::size_t a = 0; a < layout_.approximations; ++a)
        if (std::holds_alternative<metrics::Recommended>(study_.scenario().approximations[a]))
            score_recommended(r, a);
}

void TableScores::pool(std::size_t r) {
    metrics::CountsTable table{.groups = {}, .items = study_.table().items};
    for (const std::size_t c : study_.table().order)
        table.groups.push_back({.counts = draws_[c].row(r),
                                .items = study_.table().items_of[c],
                                .n = draws_[c].n[r],
                                .parent = study_.table().parent_of[c]});
    if (study_.needs_mixture()) {
        const auto in_order = metrics::mixture_posteriors(table);
        mixture_.resize(layout_.contexts);
        for (std::size_t i = 0; i < in_order.size(); ++i) {
            mixture_[study_.table().order[i]] = in_order[i];
            pooled_weight_[study_.table().order[i]].set(r, in_order[i].pooled_weight);
        }
    }
    score_estimators(r, table);
}

void TableScores::score_estimators(std::size_t r, const metrics::CountsTable& table) {
    for (std::size_t e = 0; e < layout_.estimators; ++e) {
        const Pooling pooling = study_.estimators()[e].entry().pooling;
        if (pooling == Pooling::none) continue;
        if (pooling == Pooling::mixture) {
            for (std::size_t c = 0; c < layout_.contexts; ++c)
                entropy_[layout_.entropy(c, e)].set(
                    r, draws_[c].n[r] > 0 ? std::optional(mixture_[c].entropy.mean) : std::nullopt);
            continue;
        }
        const auto posteriors = pooling == Pooling::flat
                                    ? metrics::empirical_bayes(table)
                                    : metrics::empirical_bayes_hierarchical(table);
        for (std::size_t i = 0; i < posteriors.size(); ++i) {
            const std::size_t c = study_.table().order[i];
            const bool known = posteriors[i] && draws_[c].n[r] > 0;
            entropy_[layout_.entropy(c, e)].set(
                r, known ? std::optional(posteriors[i]->mean) : std::nullopt);
        }
    }
}

std::span<const std::uint32_t> TableScores::order(std::size_t r, std::size_t c, std::size_t p) {
    const std::size_t top = study_.scenario().top;
    if (const DrawnAnswer* answer = drawn(r, c, p)) {
        order_ = answer->ranking(top);
        return order_;
    }
    const auto& ranking = level_.answer(p, c).response.ranking;
    if (!ranking) return {};
    if (draws_[c].lotteries.empty()) return std::span(ranking->order).first(top);
    metrics::break_ties(*ranking, draws_[c].lottery(r), order_);
    return std::span(order_).first(top);
}

bool TableScores::has_ranking(std::size_t r, std::size_t c, std::size_t p) {
    if (drawn(r, c, p) != nullptr) return !order(r, c, p).empty();
    return level_.answer(p, c).response.ranking.has_value();
}

const DrawnAnswer* TableScores::drawn(std::size_t r, std::size_t c, std::size_t p) const {
    if (draws_[c].answers.empty() || draws_[c].answers[p].empty()) return nullptr;
    return &draws_[c].answers[p][r];
}

// The mean sorted frequencies of the other groups that offer as many candidates.
void TableScores::score_curves(std::size_t r) {
    const auto& approximations = study_.scenario().approximations;
    const auto learned = [](const metrics::Approximation& a) {
        const auto* curve = std::get_if<metrics::RankCurve>(&a);
        return curve != nullptr && curve->shape == metrics::RankCurve::Shape::learned;
    };
    if (std::none_of(approximations.begin(), approximations.end(), learned)) return;
    std::vector<std::vector<double>> sorted(layout_.contexts);
    for (std::size_t c = 0; c < layout_.contexts; ++c) {
        if (draws_[c].n[r] == 0) continue;
        for (const std::uint32_t count : draws_[c].row(r))
            sorted[c].push_back(static_cast<double>(count) / draws_[c].n[r]);
        std::sort(sorted[c].begin(), sorted[c].end(), std::greater<>{});
    }
    const metrics::OtherCurves curves(sorted);
    metrics::RankLogs logs;
    for (std::size_t a = 0; a < layout_.approximations; ++a) {
        if (!learned(approximations[a])) continue;
        const auto& curve = std::get<metrics::RankCurve>(approximations[a]);
        const metrics::RankScorer scorer(curve, study_.scenario().top);
        for (std::size_t c = 0; c < layout_.contexts; ++c) {
            auto values = draws_[c].n[r] > 0 ? curves.without(c) : std::nullopt;
            const bool known = values.has_value();
            if (known)
                scorer.value_logs(metrics::cut_curve(curve, std::move(*values), scorer.top()),
                                  draws_[c].n[r],
                                  logs);
            for (std::size_t p = 0; p < layout_.predictors; ++p) {
                Column& column = cross_entropy_[layout_.cross_entropy(c, p, a)];
                const auto ranking = order(r, c, p);
                if (!known || ranking.empty()) {
                    column.set(r, std::nullopt);
                } else if (ranking.size() == scorer.top()) {
                    column.set(
                        r, scorer.cross_entropy(logs, draws_[c].row(r), draws_[c].n[r], ranking));
                } else {  // what faults left of it: the curve is cut after that
                    const metrics::RankScorer shorter(curve, ranking.size());
                    metrics::RankLogs own;
                    shorter.value_logs(metrics::cut_curve(curve, *curves.without(c), shorter.top()),
                                       draws_[c].n[r],
                                       own);
                    column.set(
                        r, shorter.cross_entropy(own, draws_[c].row(r), draws_[c].n[r], ranking));
                }
            }
        }
    }
}

void TableScores::set_recommended(std::size_t r,
                                  std::size_t c,
                                  std::size_t p,
                                  std::size_t a,
                                  std::span<const double> ln_q,
                                  double order_error) {
    const metrics::RecommendedGap gap =
        metrics::recommended_gap(mixture_[c], draws_[c].row(r), draws_[c].n[r], ln_q, order_error);
    cross_entropy_[layout_.cross_entropy(c, p, a)].set(r, gap.cross_entropy);
    standard_error_[layout_.cross_entropy(c, p, a)].set(r, gap.standard_error);
}

void TableScores::score_recommended(std::size_t r, std::size_t a) {
    const auto reads = std::get<metrics::Recommended>(study_.scenario().approximations[a]).reads;
    for (std::size_t p = 0; p < layout_.predictors; ++p) {
        if (reads == metrics::Recommended::Reads::ranking || level_.answer(p, 0).by_ranking) {
            score_recommended_ranking(r, p, a);
            continue;
        }
        for (std::size_t c = 0; c < layout_.contexts && r == 0; ++c)
            stated_logs_[c * layout_.predictors + p] =
                metrics::stated_logs(level_.answer(p, c).response);
        for (std::size_t c = 0; c < layout_.contexts; ++c) score_recommended_stated(r, c, p, a);
    }
}

void TableScores::score_recommended_stated(std::size_t r,
                                           std::size_t c,
                                           std::size_t p,
                                           std::size_t a) {
    std::optional<std::vector<double>> own;
    const DrawnAnswer* answer = drawn(r, c, p);
    if (answer != nullptr && draws_[c].n[r] > 0) {
        own = approximate_drawn(study_.scenario().approximations[a],
                                {.p = level_.truth(c).distribution},
                                *answer,
                                stated(*answer, level_.answer(p, c).response),
                                study_.scenario().top);
        if (own)
            for (double& value : *own) value = metrics::ln(value);
    }
    const auto& ln_q = answer != nullptr ? own : stated_logs_[c * layout_.predictors + p];
    if (draws_[c].n[r] > 0 && ln_q)
        set_recommended(r, c, p, a, *ln_q);
    else
        cross_entropy_[layout_.cross_entropy(c, p, a)].set(r, std::nullopt);
}

void TableScores::score_recommended_ranking(std::size_t r, std::size_t p, std::size_t a) {
    const auto scored = [&](std::size_t c) { return draws_[c].n[r] > 0 && has_ranking(r, c, p); };
    metrics::RankingQuality quality;
    for (std::size_t c = 0; c < layout_.contexts; ++c)
        if (scored(c)) {
            const auto ranking = order(r, c, p);
            quality.add(mixture_[c], draws_[c].row(r), draws_[c].n[r], ranking, ranking.size());
        }
    for (std::size_t c = 0; c < layout_.contexts; ++c) {
        if (!scored(c)) {
            cross_entropy_[layout_.cross_entropy(c, p, a)].set(r, std::nullopt);
            continue;
        }
        const auto ranking = order(r, c, p);
        const metrics::RankedLogs logs =
            metrics::ranked_logs(mixture_[c], ranking, ranking.size(), quality.value());
        set_recommended(r, c, p, a, logs.ln_q, logs.order_error);
    }
}

}  // namespace truegap::sim
