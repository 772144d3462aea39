#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "metrics/approximation/scorer.hpp"
#include "metrics/counts.hpp"
#include "metrics/entropy.hpp"
#include "sim/block.hpp"
#include "sim/block_draws.hpp"
#include "sim/event_scores.hpp"
#include "sim/random_answers.hpp"
#include "sim/redrawn_scores.hpp"
#include "sim/stream.hpp"
#include "sim/table_scores.hpp"

namespace truegap::sim {

/// The working memory of one block, reused from context to context.
class BlockRun {
  public:
    BlockRun(const WorldStudy& study, const Level& level, std::uint32_t block, FigureSink* sink)
        : study_(study),
          sink_(sink),
          scenario_(study.scenario_),
          level_(level),
          layout_(study.layout(level)),
          block_(block),
          replicates_(
              std::min(replicates_per_block, scenario_.replicates - block * replicates_per_block)),
          block_draws_(study, level, block, replicates_),
          entropies_(layout_.estimators),
          cross_entropies_(layout_.predictors * layout_.approximations),
          rank_logs_(layout_.approximations),
          stated_logs_(cross_entropies_.size()),
          stated_for_(cross_entropies_.size(), {layout_.contexts, 0}),
          statistics_(layout_),
          pool_sums_(statistics_.pooled_error.size()),
          pool_sizes_(statistics_.pooled_error.size()) {
        statistics_.replicates = replicates_;
    }

    BlockStatistics run() {
        if (study_.needs_groups()) {
            for (std::size_t c = 0; c < layout_.contexts; ++c)
                all_draws_.push_back(block_draws_(c));
            table_scores_.emplace(study_, level_, layout_, all_draws_, replicates_);
        }
        for (std::size_t c = 0; c < layout_.contexts; ++c) {
            draws_ = study_.needs_groups() ? std::move(all_draws_[c]) : block_draws_(c);
            score_entropies(c);
            score_rankings(c);
            score_halves(c);
            score_fixed(c);
            score_events(study_, level_, c, draws_, replicates_, cross_entropies_);
            score_random_answers(c);
            score_table(c);
            score_redrawn(
                study_, level_, block_, c, draws_, replicates_, cross_entropies_, statistics_);
            record(c);
        }
        record_pools();
        return std::move(statistics_);
    }

  private:
    using Slots = std::array<double, replicates_per_block>;

    [[nodiscard]] StreamAddress address(Purpose purpose, std::size_t c) const {
        return study_.address(level_, block_, purpose, c);
    }

    // Whether an answer is scored replicate by replicate: then `score_redrawn` has its figures.
    [[nodiscard]] bool by_replicate(std::size_t c, std::size_t p) const {
        return level_.answer(p, c).by_replicate;
    }

    [[nodiscard]] std::span<const std::uint32_t> row(std::size_t r) const { return draws_.row(r); }

    void score_entropies(std::size_t c) {
        for (std::size_t e = 0; e < layout_.estimators; ++e) {
            const metrics::Estimator& estimator = study_.estimators_[e];
            if (is_known(estimator)) {
                for (std::size_t r = 0; r < replicates_; ++r)
                    entropies_[e].set(r,
                                      draws_.n[r] > 0 && !study_.observed()
                                          ? std::optional(level_.user_entropy[c])
                                          : std::nullopt);
                continue;
            }
            if (estimator.entry().pooling != metrics::Pooling::none) {
                entropies_[e] = table_scores_->entropy(c, e);
                continue;
            }
            for (std::size_t r = 0; r < replicates_; ++r)
                if (r > 0 && study_.same_counts())
                    entropies_[e].copy(r, 0);
                else
                    entropies_[e].set(
                        r,
                        estimator.estimate(
                            {.counts = row(r), .n = draws_.n[r], .items = draws_.items}));
        }
    }

    // The ranking with its ties broken by this replicate's lottery.
    [[nodiscard]] const std::vector<std::uint32_t>& order_of(const RankedAnswer& one,
                                                             std::size_t r) {
        if (!one.lottery) return one.ranking->order;
        metrics::break_ties(*one.ranking, draws_.lottery(r), order_);
        return order_;
    }

    void score_rankings(std::size_t c) {
        std::vector<std::size_t> matched;  // approximations that share one ln q by rank
        std::vector<std::size_t> stated;   // whose ln q by rank is the predictor's own
        std::size_t largest_needed = 0;
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (metrics::needs_of(scenario_.approximations[a]) != metrics::Needs::order) continue;
            const bool own =
                std::holds_alternative<metrics::TopLogprobs>(scenario_.approximations[a]);
            (own ? stated : matched).push_back(a);
            largest_needed =
                std::max(largest_needed, study_.scorers_[a]->largest_needed(draws_.items));
            rank_logs_[a].reusable_for = 0;
            for (std::size_t p = 0; p < layout_.predictors; ++p) column(p, a).defined.fill(false);
        }
        if (matched.empty() && stated.empty()) return;
        const std::vector<RankedAnswer> ranked = ranked_answers(study_, level_, c);
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (draws_.n[r] == 0) continue;
            if (largest_needed > 0) metrics::largest_counts(row(r), largest_needed, largest_);
            for (const std::size_t a : matched)
                study_.scorers_[a]->logs(largest_, draws_.n[r], draws_.items, rank_logs_[a]);
            for (const RankedAnswer& one : ranked) {
                const auto& order = order_of(one, r);
                for (const std::size_t a : matched)
                    column(one.predictor, a)
                        .set(r,
                             study_.scorers_[a]->cross_entropy(
                                 rank_logs_[a], row(r), draws_.n[r], order));
                for (const std::size_t a : stated)
                    score_top_logprobs(c, one.predictor, a, r, order);
            }
        }
    }

    void score_top_logprobs(std::size_t c,
                            std::size_t p,
                            std::size_t a,
                            std::size_t r,
                            std::span<const std::uint32_t> order) {
        const auto& probabilities = level_.answer(p, c).response.probabilities;
        if (probabilities.empty()) return;
        const metrics::RankScorer& scorer = *study_.scorers_[a];
        metrics::RankLogs& logs = stated_logs_[p * layout_.approximations + a];
        if (stated_for_[p * layout_.approximations + a] != std::pair(c, draws_.n[r])) {
            stated_for_[p * layout_.approximations + a] = {c, draws_.n[r]};
            const auto& approximation = std::get<metrics::TopLogprobs>(scenario_.approximations[a]);
            scorer.value_logs(
                metrics::values_by_rank(
                    approximation, probabilities, std::min(scorer.top(), draws_.items)),
                draws_.n[r],
                logs);
        }
        column(p, a).set(r, scorer.cross_entropy(logs, row(r), draws_.n[r], order));
    }

    void score_halves(std::size_t c) {
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (metrics::needs_of(scenario_.approximations[a]) != metrics::Needs::halves) continue;
            for (std::size_t p = 0; p < layout_.predictors; ++p) column(p, a).defined.fill(false);
            const metrics::CrossFittedScorer& scorer = *study_.halves_scorers_[a];
            const std::vector<RankedAnswer> ranked = ranked_answers(study_, level_, c);
            Stream split = stream(address(Purpose::halves, c));
            std::vector<std::uint32_t> first(draws_.items);
            std::vector<std::uint32_t> second(draws_.items);
            metrics::CrossFittedLogs logs;
            for (std::size_t r = 0; r < replicates_; ++r) {
                random_half(row(r), draws_.n[r], split, first);
                for (std::size_t k = 0; k < draws_.items; ++k) second[k] = row(r)[k] - first[k];
                const std::uint32_t n_first = draws_.n[r] / 2;
                const metrics::HalvedCounts halves{.first = first,
                                                   .second = second,
                                                   .n_first = n_first,
                                                   .n_second = draws_.n[r] - n_first};
                scorer.logs(halves, logs);
                for (const RankedAnswer& one : ranked)
                    column(one.predictor, a)
                        .set(r, scorer.cross_entropy(logs, halves, order_of(one, r)));
            }
        }
    }

    // Every predictor answers from the same stream: common random numbers.
    void score_random_answers(std::size_t c) {
        const auto& p = level_.truth(c).distribution;
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (metrics::needs_of(scenario_.approximations[a]) != metrics::Needs::draws) continue;
            for (std::size_t k = 0; k < layout_.predictors; ++k) {
                Column& figures = column(k, a);
                figures.defined.fill(false);
                if (by_replicate(c, k)) continue;
                const auto& q = level_.answer(k, c).q;
                if (!q) continue;
                RandomAnswers answers(scenario_.approximations[a], scenario_.top, *q);
                Stream draws = stream(address(Purpose::answers, c));
                std::array<double, replicates_per_block> answered{};
                std::size_t filled = 0;
                for (std::size_t r = 0; r < replicates_; ++r) {
                    const std::vector<double>& ln_q = answers(draws);
                    if (draws_.n[r] == 0) continue;
                    figures.set(r, metrics::fixed_cross_entropy(ln_q, row(r), draws_.n[r]));
                    answered[filled] = metrics::cross_entropy_of_logs(p, ln_q);
                    scratch_[filled] = figures.value[r] - answered[filled];
                    if (std::isnan(scratch_[filled])) scratch_[filled] = 0.0;  // both infinite
                    ++filled;
                }
                const std::size_t place = layout_.cross_entropy(c, k, a);
                statistics_.answered[place].add(std::span(answered).first(filled));
                statistics_.beyond_answered[place].add(std::span(scratch_).first(filled));
            }
        }
    }

    void score_table(std::size_t c) {
        if (!table_scores_) return;
        if (const Column* weights = table_scores_->pooled_weight(c))
            statistics_.pooled_weight[c].add(gather(*weights));
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (metrics::needs_of(scenario_.approximations[a]) != metrics::Needs::groups) continue;
            for (std::size_t p = 0; p < layout_.predictors; ++p) {
                column(p, a) = table_scores_->cross_entropy(c, p, a);
                if (const Column* errors = table_scores_->standard_error(c, p, a))
                    record_intervals(c, p, a, *errors);
            }
        }
    }

    [[nodiscard]] std::size_t own_estimator(std::size_t a) const {
        for (const Method& method : study_.methods_)
            if (method.approximation == a) return method.estimator;
        return 0;
    }

    // The gap is the column's cross-entropy minus the mixture's entropy, whose method this is.
    void record_intervals(std::size_t c, std::size_t p, std::size_t a, const Column& errors) {
        constexpr double normal_95 = 1.959963984540054;
        const Figure& estimand = level_.answer(p, c).estimand[a];
        IntervalStatistics& here = statistics_.intervals[layout_.cross_entropy(c, p, a)];
        const Column& entropy = entropies_[own_estimator(a)];
        std::size_t filled = 0;
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (!errors.defined[r] || !std::isfinite(errors.value[r])) continue;
            scratch_[filled++] = errors.value[r] * errors.value[r];
            if (!estimand || !std::isfinite(*estimand)) continue;
            ++here.counted;
            const double gap = column(p, a).value[r] - entropy.value[r];
            if (std::abs(gap - *estimand) <= normal_95 * errors.value[r]) ++here.covered;
        }
        here.variance.add(std::span(scratch_).first(filled));
    }

    void score_fixed(std::size_t c) {
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (metrics::needs_of(scenario_.approximations[a]) != metrics::Needs::answer) continue;
            for (std::size_t p = 0; p < layout_.predictors; ++p) {
                if (by_replicate(c, p)) continue;
                std::optional<std::vector<double>> ln_q;
                std::uint32_t made_for = 0;  // n, on which additive smoothing depends
                for (std::size_t r = 0; r < replicates_; ++r) {
                    if (draws_.n[r] > 0 && draws_.n[r] != made_for) {
                        ln_q = metrics::fixed_logs(
                            scenario_.approximations[a], level_.answer(p, c).response, draws_.n[r]);
                        made_for = draws_.n[r];
                    }
                    if (draws_.n[r] > 0 && ln_q) {
                        column(p, a).set(r,
                                         metrics::fixed_cross_entropy(*ln_q, row(r), draws_.n[r]));
                    } else {
                        column(p, a).set(r, std::nullopt);
                    }
                }
            }
        }
    }

    [[nodiscard]] Column& column(std::size_t p, std::size_t a) {
        return cross_entropies_[p * layout_.approximations + a];
    }

    // The defined figures of a column, side by side.
    [[nodiscard]] std::span<const double> gather(const Column& column) {
        std::size_t filled = 0;
        for (std::size_t r = 0; r < replicates_; ++r)
            if (column.defined[r]) scratch_[filled++] = column.value[r];
        return std::span(scratch_).first(filled);
    }

    void record(std::size_t c) {
        for (std::size_t r = 0; r < replicates_; ++r) statistics_.users[c] += draws_.n[r];
        for (std::size_t e = 0; e < layout_.estimators; ++e)
            statistics_.entropy[layout_.entropy(c, e)].add(gather(entropies_[e]));
        for (std::size_t p = 0; p < layout_.predictors; ++p) {
            for (std::size_t a = 0; a < layout_.approximations; ++a) {
                const auto figures = gather(column(p, a));
                statistics_.cross_entropy[layout_.cross_entropy(c, p, a)].add(figures);
                statistics_.infinite[layout_.cross_entropy(c, p, a)] +=
                    static_cast<std::uint64_t>(std::count(
                        figures.begin(), figures.end(), std::numeric_limits<double>::infinity()));
            }
            for (std::size_t m = 0; m < layout_.methods; ++m) record_gap(c, p, m);
        }
    }

    void record_gap(std::size_t c, std::size_t p, std::size_t m) {
        const Method& method = study_.methods_[m];
        if (sink_ != nullptr)
            sink_->take(c, p, m, entropies_[method.estimator], column(p, method.approximation));
        const double offset =
            method_truth(level_, c, p, scenario_.approximations[method.approximation]).offset();
        const Column& cross_entropy = column(p, method.approximation);
        const Column& entropy = entropies_[method.estimator];
        const std::size_t pool = layout_.pooled(level_.bin_of[c], p, m);
        std::size_t filled = 0;
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (!cross_entropy.defined[r] || !entropy.defined[r]) continue;
            const double error = cross_entropy.value[r] - entropy.value[r] - offset;
            scratch_[filled++] = error;
            pool_sums_[pool][r] += error;
            pool_sizes_[pool][r] += 1.0;
        }
        statistics_.gap_error[layout_.gap(c, p, m)].add(std::span(scratch_).first(filled));
        record_parts(c, p, m, filled);
    }

    // Where one of the two is missing, the other is not part of any gap.
    void record_parts(std::size_t c, std::size_t p, std::size_t m, std::size_t gaps) {
        const Method& method = study_.methods_[m];
        const Column& cross_entropy = column(p, method.approximation);
        const Column& entropy = entropies_[method.estimator];
        const auto record_part =
            [&](const metrics::Moments& whole, const Column& part, metrics::Moments& moments) {
                if (whole.count() == gaps) {
                    moments = whole;
                    return;
                }
                std::size_t filled = 0;
                for (std::size_t r = 0; r < replicates_; ++r)
                    if (cross_entropy.defined[r] && entropy.defined[r])
                        scratch_[filled++] = part.value[r];
                moments.add(std::span(scratch_).first(filled));
            };
        const std::size_t gap = layout_.gap(c, p, m);
        record_part(statistics_.entropy[layout_.entropy(c, method.estimator)],
                    entropy,
                    statistics_.gap_entropy[gap]);
        record_part(statistics_.cross_entropy[layout_.cross_entropy(c, p, method.approximation)],
                    cross_entropy,
                    statistics_.gap_cross_entropy[gap]);
    }

    void record_pools() {
        for (std::size_t pool = 0; pool < pool_sums_.size(); ++pool) {
            std::size_t filled = 0;
            for (std::size_t r = 0; r < replicates_; ++r)
                if (pool_sizes_[pool][r] > 0.0)
                    scratch_[filled++] = pool_sums_[pool][r] / pool_sizes_[pool][r];
            statistics_.pooled_error[pool].add(std::span(scratch_).first(filled));
        }
    }

    const WorldStudy& study_;
    FigureSink* sink_;
    const Scenario& scenario_;
    const Level& level_;
    Layout layout_;
    std::uint32_t block_;
    std::uint32_t replicates_;
    BlockDraws block_draws_;

    ContextDraws draws_;                   // of the context at hand
    std::vector<ContextDraws> all_draws_;  // [context], when a method needs all of them
    std::optional<TableScores> table_scores_;
    std::vector<std::uint32_t> largest_, order_;
    std::vector<Column> entropies_;                                  // [estimator]
    std::vector<Column> cross_entropies_;                            // [predictor x approximation]
    std::vector<metrics::RankLogs> rank_logs_;                       // [approximation]
    std::vector<metrics::RankLogs> stated_logs_;                     // [predictor x approximation]
    std::vector<std::pair<std::size_t, std::uint32_t>> stated_for_;  // context and n they are for
    Slots scratch_{};

    BlockStatistics statistics_;
    std::vector<Slots> pool_sums_, pool_sizes_;  // Layout::pooled, a replicate
};

BlockStatistics WorldStudy::run(const Level& level, std::uint32_t block, FigureSink* sink) const {
    return BlockRun(*this, level, block, sink).run();
}

}  // namespace truegap::sim
