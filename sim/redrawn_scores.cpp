#include "sim/redrawn_scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "metrics/approximation/cross_fitted.hpp"
#include "metrics/approximation/scorer.hpp"
#include "metrics/approximation/top_logprobs.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/gap.hpp"
#include "metrics/log_tables.hpp"
#include "sim/given_answer.hpp"
#include "sim/random_answers.hpp"

namespace truegap::sim {

namespace {

using metrics::Needs;

// The most places that any approximation reads of an answer.
Reading reading_of(const Scenario& scenario) {
    Reading reading{.places = scenario.top, .top = scenario.top};
    for (const metrics::Approximation& approximation : scenario.approximations)
        reading.places = std::max(reading.places, metrics::ranks_read(approximation, scenario.top));
    return reading;
}

// One figure a replicate at most, side by side.
class Slots {
  public:
    void add(double value) { values_[filled_++] = value; }
    [[nodiscard]] std::span<const double> span() const { return std::span(values_).first(filled_); }

  private:
    std::array<double, replicates_per_block> values_{};
    std::size_t filled_ = 0;
};

bool states_anything(const metrics::Response& said) {
    const auto positive = [](double value) { return value > 0.0; };
    return std::any_of(said.probabilities.begin(), said.probabilities.end(), positive) ||
           std::any_of(said.logits.begin(), said.logits.end(), [](double value) {
               return std::isfinite(value);
           });
}

bool states_percentages(const metrics::Response& said) {
    return std::any_of(said.percentages.begin(), said.percentages.end(), [](double percent) {
        return !std::isnan(percent);
    });
}

// Values by rank placed along what is left of a ranking, the rest evenly to the others.
std::vector<double> place_values(std::vector<double> values,
                                 std::span<const std::uint32_t> ranking) {
    std::vector<double> q(values.size(), ranking.size() < values.size() ? values.back() : 0.0);
    for (std::size_t i = 0; i < ranking.size(); ++i) q[ranking[i]] = values[i];
    return q;
}

std::optional<std::vector<double>> approximate_logprobs(const metrics::TopLogprobs& approximation,
                                                        const metrics::Target& target,
                                                        const std::vector<std::uint32_t>& ranking,
                                                        const metrics::Response& said) {
    if (said.probabilities.empty() || ranking.empty()) return std::nullopt;
    std::vector<double> logprobs;
    logprobs.reserve(ranking.size());
    for (const std::uint32_t item : ranking)
        logprobs.push_back(said.logprobs.empty() ? metrics::ln(said.probabilities[item])
                                                 : said.logprobs[item]);
    std::sort(logprobs.begin(), logprobs.end(), std::greater<>{});  // the tied may be out of order
    if (!std::isfinite(logprobs.front())) return std::nullopt;
    std::vector<double> values =
        metrics::values_by_rank(logprobs, target.p.size(), approximation.residual);
    metrics::smooth(metrics::smoothing_of(approximation), target.users, values);
    return place_values(std::move(values), ranking);
}

// All of one predictor's answers to one context of a block, scored by one approximation after another.
class RedrawnScores {
  public:
    RedrawnScores(const WorldStudy& study,
                  const Level& level,
                  std::uint32_t block,
                  std::size_t context,
                  std::size_t predictor,
                  const ContextDraws& draws,
                  std::size_t replicates)
        : study_(study),
          level_(level),
          block_(block),
          context_(context),
          draws_(draws),
          answers_(draws.answers[predictor]),
          replicates_(replicates),
          answer_(level.answer(predictor, context)),
          contaminated_(study.scenario().predictors[predictor].contamination.has_value()),
          p_(level.truth(context).distribution),
          said_(replicates) {
        for (std::size_t r = 0; r < replicates_; ++r)
            if (!answers_[r].refused) said_[r] = stated(answers_[r], answer_.response);
    }

    void score(std::size_t a, Column& column, BlockStatistics& statistics, std::size_t place) {
        const metrics::Approximation& approximation = study_.scenario().approximations[a];
        const Needs needs = metrics::needs_of(approximation);
        if (needs == Needs::draws) {
            score_random(approximation, column);
        } else if (needs == Needs::halves) {
            score_halves(approximation, column);
        } else if (needs != Needs::groups) {
            score_plain(approximation, column);
        }
        if (!answer_.answered_cross_entropy[a])
            record_levels(approximation, a, column, statistics, place);
    }

  private:
    [[nodiscard]] std::size_t top() const { return study_.scenario().top; }

    void score_plain(const metrics::Approximation& approximation, Column& column) {
        std::vector<double> p_hat(draws_.items);
        for (std::size_t r = 0; r < replicates_; ++r) {
            column.set(r, std::nullopt);
            if (answers_[r].refused || draws_.n[r] == 0) continue;
            const auto n = static_cast<double>(draws_.n[r]);
            for (std::size_t k = 0; k < p_hat.size(); ++k)
                p_hat[k] = static_cast<double>(draws_.row(r)[k]) / n;
            auto q = approximate_drawn(
                approximation, {.p = p_hat, .users = n}, answers_[r], said_[r], top());
            if (!q) continue;
            for (double& value : *q) value = metrics::ln(value);
            column.set(r, metrics::fixed_cross_entropy(*q, draws_.row(r), draws_.n[r]));
        }
    }

    void score_halves(const metrics::Approximation& approximation, Column& column) {
        const auto& halved = std::get<metrics::CrossFittedRankMatched>(approximation);
        Stream split = stream(study_.address(level_, block_, Purpose::halves, context_));
        std::vector<std::uint32_t> first(draws_.items);
        std::vector<std::uint32_t> second(draws_.items);
        for (std::size_t r = 0; r < replicates_; ++r) {
            column.set(r, std::nullopt);
            random_half(draws_.row(r), draws_.n[r], split, first);
            if (answers_[r].refused) continue;
            const auto ranking = answers_[r].ranking(top());
            if (ranking.empty()) continue;
            for (std::size_t k = 0; k < first.size(); ++k) second[k] = draws_.row(r)[k] - first[k];
            const std::uint32_t n_first = draws_.n[r] / 2;
            column.set(r,
                       metrics::cross_fitted_cross_entropy({halved.residual, halved.smoothing},
                                                           {.first = first,
                                                            .second = second,
                                                            .n_first = n_first,
                                                            .n_second = draws_.n[r] - n_first},
                                                           ranking,
                                                           ranking.size()));
        }
    }

    // Random answers: those given, or those of this replicate's belief (which have no faults: refused
    // when a study is read).
    void score_random(const metrics::Approximation& approximation, Column& column) {
        Stream random = stream(study_.address(level_, block_, Purpose::answers, context_));
        random_logs_.assign(replicates_, {});
        const auto given = given_random_logs(approximation, answer_.response, draws_.items, top());
        for (std::size_t r = 0; r < replicates_; ++r) {
            const std::vector<double>& q = said_[r].probabilities;
            column.set(r, std::nullopt);
            if (answers_[r].given ? !given : q.empty()) continue;
            random_logs_[r] = given ? *given : RandomAnswers(approximation, top(), q)(random);
            if (draws_.n[r] > 0)
                column.set(
                    r, metrics::fixed_cross_entropy(random_logs_[r], draws_.row(r), draws_.n[r]));
        }
    }

    // CE(p, q) of this replicate's answer as given.
    [[nodiscard]] Figure answered_level(const metrics::Approximation& approximation,
                                        std::size_t r) const {
        if (metrics::needs_of(approximation) == Needs::draws)
            return metrics::cross_entropy_of_logs(p_, random_logs_[r]);
        if (answer_.by_ranking && std::holds_alternative<metrics::Recommended>(approximation))
            return std::nullopt;  // its level depends on the other groups
        const auto q = approximate_drawn(approximation, {.p = p_}, answers_[r], said_[r], top());
        if (!q) return std::nullopt;
        return metrics::cross_entropy(p_, *q);
    }

    void record_levels(const metrics::Approximation& approximation,
                       std::size_t a,
                       const Column& column,
                       BlockStatistics& statistics,
                       std::size_t place) {
        const bool complete_too = contaminated_ && !answer_.complete_cross_entropy[a];
        Slots answered;
        Slots beyond;
        Slots completed;
        Slots beyond_completed;
        const auto difference = [](double value, double from) {
            return std::isinf(value) && value == from ? 0.0 : value - from;  // both infinite
        };
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (!column.defined[r]) continue;
            const Figure whole = complete_too ? complete_level(approximation, r) : std::nullopt;
            if (whole) completed.add(*whole);
            const Figure level = answered_level(approximation, r);
            if (!level) continue;
            answered.add(*level);
            beyond.add(difference(column.value[r], *level));
            if (whole) beyond_completed.add(difference(*level, *whole));
        }
        statistics.answered[place].add(answered.span());
        statistics.beyond_answered[place].add(beyond.span());
        if (!complete_too) return;
        statistics.completed[place].add(completed.span());
        statistics.beyond_completed[place].add(beyond_completed.span());
    }

    // CE(p, q) of this replicate's complete answer.
    [[nodiscard]] Figure complete_level(const metrics::Approximation& approximation,
                                        std::size_t r) const {
        return metrics::complete_cross_entropy(approximation, p_, complete_response(answers_[r].q));
    }

    const WorldStudy& study_;
    const Level& level_;
    std::uint32_t block_;
    std::size_t context_;
    const ContextDraws& draws_;
    const std::vector<DrawnAnswer>& answers_;
    std::size_t replicates_;
    const Answer& answer_;
    bool contaminated_;
    const metrics::Distribution& p_;
    std::vector<metrics::Response> said_;           // [replicate]
    std::vector<std::vector<double>> random_logs_;  // [replicate], of the approximation at hand
};

// Of an answer given from outside, the same in every replicate.
void count_given(const metrics::AnswerFaults& faults,
                 std::uint64_t replicates,
                 FaultStatistics& seen) {
    if (faults.no_answer != metrics::NoAnswer::none) {
        seen.refused += replicates;
        return;
    }
    seen.answers += replicates;
    seen.cut += faults.cut ? replicates : 0U;
    seen.missing += replicates * faults.missing;
    seen.duplicates += replicates * faults.duplicates;
    seen.unknown += replicates * faults.unknown;
}

void count_faults(const std::vector<DrawnAnswer>& answers, FaultStatistics& seen) {
    for (const DrawnAnswer& answer : answers) {
        ++(answer.refused ? seen.refused : seen.answers);
        seen.cut += answer.cut ? 1U : 0U;
        seen.missing += answer.missing;
        seen.duplicates += answer.duplicates;
        seen.unknown += answer.unknown;
    }
}

}  // namespace

bool redrawn_ties_matter(const WorldStudy& study, const Level& level, std::size_t context) {
    const std::vector<PredictorMaker>& predictors = study.scenario().predictors;
    for (std::size_t p = 0; p < predictors.size(); ++p) {
        const Answer& answer = level.answer(p, context);
        if (!answer.by_replicate) continue;
        if (predictors[p].contamination) return true;  // counts tie
        if (is_deficient(answer.response)) {
            if (!answer.response.probabilities.empty()) return true;  // possibly
            continue;
        }
        const metrics::Ranking& ranking = *answer.response.ranking;
        if (ranking.ties_within(ranking.size())) return true;
    }
    return false;
}

std::vector<DrawnAnswer> draw_answers(const WorldStudy& study,
                                      const Level& level,
                                      std::uint32_t block,
                                      std::size_t context,
                                      std::size_t predictor,
                                      const ContextDraws& draws,
                                      std::size_t replicates) {
    const PredictorMaker& maker = study.scenario().predictors[predictor];
    const Answer& answer = level.answer(predictor, context);
    const Reading reading = reading_of(study.scenario());
    Stream faults = stream(study.address(level, block, Purpose::faults, context));
    Stream memory = stream(study.address(level, block, Purpose::contamination, context));
    std::vector<std::uint32_t> memorised(draws.items);
    std::vector<std::uint32_t> order;
    std::vector<DrawnAnswer> answers;
    const bool given = is_deficient(answer.response);
    for (std::size_t r = 0; r < replicates; ++r) {
        if (given) {
            answers.push_back(given_answer(
                answer.response,
                draws.lotteries.empty() ? std::span<const std::uint32_t>{} : draws.lottery(r),
                reading));
            continue;
        }
        std::vector<double> q;
        metrics::Ranking own;
        if (maker.contamination) {
            const std::uint32_t m = maker.contamination->memorised(draws.n[r]);
            random_subset(draws.row(r), draws.n[r], m, memory, memorised);
            q = contaminated(*maker.contamination, *answer.q, memorised, m);
            own = metrics::ranking_by(q);
        }
        const metrics::Ranking& ranking = maker.contamination ? own : *answer.response.ranking;
        if (draws.lotteries.empty()) {
            order = ranking.order;
        } else {
            metrics::break_ties(ranking, draws.lottery(r), order);
        }
        answers.push_back(with_faults(maker.faults, order, reading, faults));
        answers.back().q = std::move(q);
    }
    return answers;
}

std::optional<std::vector<double>> approximate_drawn(const metrics::Approximation& approximation,
                                                     const metrics::Target& target,
                                                     const DrawnAnswer& answer,
                                                     const metrics::Response& said,
                                                     std::size_t top) {
    if (answer.refused) return std::nullopt;
    const std::size_t ranks = metrics::ranks_read(approximation, top);
    if (const auto* logprobs = std::get_if<metrics::TopLogprobs>(&approximation))
        return approximate_logprobs(*logprobs, target, answer.most_probable(ranks), said);
    if (ranks > 0) {
        const std::vector<std::uint32_t> ranking = answer.ranking(ranks);
        if (ranking.empty()) return std::nullopt;
        return metrics::approximate(approximation, target, said, ranking, ranking.size());
    }
    if (std::holds_alternative<metrics::Recommended>(approximation)) {
        if (!states_anything(said)) return std::nullopt;
        return metrics::stated_probabilities(said);
    }
    // Percentages may all be 0: their repair makes something of that.
    const bool verbalized = std::holds_alternative<metrics::Verbalized>(approximation);
    if (verbalized ? !states_percentages(said) : !states_anything(said)) return std::nullopt;
    return metrics::approximate(approximation, target, said, {}, target.p.size());
}

void score_redrawn(const WorldStudy& study,
                   const Level& level,
                   std::uint32_t block,
                   std::size_t context,
                   const ContextDraws& draws,
                   std::size_t replicates,
                   std::span<Column> cross_entropies,
                   BlockStatistics& statistics) {
    const Layout layout = study.layout(level);
    for (std::size_t p = 0; p < layout.predictors; ++p) {
        if (const auto& faults = level.answer(p, context).response.faults)
            count_given(*faults, replicates, statistics.faults[layout.answer(context, p)]);
        if (draws.answers.empty() || draws.answers[p].empty()) continue;
        RedrawnScores scores(study, level, block, context, p, draws, replicates);
        for (std::size_t a = 0; a < layout.approximations; ++a)
            scores.score(a,
                         cross_entropies[p * layout.approximations + a],
                         statistics,
                         layout.cross_entropy(context, p, a));
        if (study.scenario().predictors[p].faults.any() &&
            !level.answer(p, context).response.faults)
            count_faults(draws.answers[p], statistics.faults[layout.answer(context, p)]);
    }
}

}  // namespace truegap::sim
