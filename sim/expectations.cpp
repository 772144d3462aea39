#include "sim/expectations.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "metrics/approximation/scorer.hpp"
#include "metrics/entropy.hpp"
#include "metrics/enumeration.hpp"
#include "metrics/expectation.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

using Counts = std::span<const std::uint32_t>;
using Statistic = std::function<std::optional<double>(Counts)>;

// Every order that breaking the ties can lead to, or nothing when there are more than `most`.
std::optional<std::vector<std::vector<std::uint32_t>>> tie_orders(const metrics::Ranking& ranking,
                                                                  std::size_t top,
                                                                  double most) {
    std::vector<std::vector<std::uint32_t>> orders{ranking.order};
    if (!ranking.ties_within(top)) return orders;
    for (std::size_t tier = 0; tier < ranking.tiers(); ++tier) {
        const auto begin = static_cast<std::ptrdiff_t>(ranking.tier_begin[tier]);
        const auto end = static_cast<std::ptrdiff_t>(ranking.tier_begin[tier + 1]);
        if (begin >= static_cast<std::ptrdiff_t>(top)) break;
        std::vector<std::uint32_t> tied(ranking.order.begin() + begin, ranking.order.begin() + end);
        std::sort(tied.begin(), tied.end());
        std::vector<std::vector<std::uint32_t>> longer;
        do {
            for (std::vector<std::uint32_t> order : orders) {
                std::copy(tied.begin(), tied.end(), order.begin() + begin);
                longer.push_back(std::move(order));
            }
            if (static_cast<double>(longer.size()) > most) return std::nullopt;
        } while (std::next_permutation(tied.begin(), tied.end()));
        orders = std::move(longer);
    }
    return orders;
}

/// One context at one n: what can be said of each figure.
class Expected {
  public:
    Expected(const WorldStudy& study, const Level& level, std::size_t c, double largest)
        : study_(study),
          level_(level),
          p_(level.truth(c).distribution),
          c_(c),
          n_(level.users[c]),
          largest_(largest),
          own_(study.own_histories(c)),
          // Of Poisson-multinomial counts nothing is enumerated.
          vectors_(own_ != nullptr ? std::numeric_limits<double>::infinity()
                                   : metrics::enumeration_size(p_.size(), n_)) {
        if (own_ != nullptr) pooled_ = expected_pooled_entropies(study.estimators(), *own_, n_);
        for (std::size_t e = 0; e < study.estimators().size(); ++e) add_entropy(e);
    }

    void fill(std::size_t p, const Method& method, ExpectationRow& row) const {
        const MethodTruth truth =
            method_truth(level_, c_, p, study_.scenario().approximations[method.approximation]);
        row.true_entropy = truth.entropy;
        row.true_gap = truth.gap;
        const Entropy& entropy = entropies_[method.estimator];
        row.entropy_by = entropy.by;
        if (entropy.moments) {
            row.entropy_mean = entropy.moments->mean;
            row.entropy_bias = entropy.moments->mean - truth.entropy;
            row.entropy_sd = deviation(*entropy.moments);
        }
        fill_gap(p, method, row);
        if (row.gap_mean && truth.gap && std::isfinite(*truth.gap))
            row.gap_bias = *row.gap_mean - *truth.gap;
    }

  private:
    struct Entropy {
        std::optional<metrics::Moments2> moments;
        ExactBy by = ExactBy::nothing;
    };

    static Figure deviation(const metrics::Moments2& moments) {
        if (!moments.variance) return std::nullopt;
        return std::sqrt(*moments.variance);
    }

    [[nodiscard]] std::optional<double> estimate(std::size_t e, Counts counts) const {
        return study_.estimators()[e].estimate({.counts = counts, .n = n_, .items = p_.size()});
    }

    void add_entropy(std::size_t e) {
        const metrics::Estimator& estimator = study_.estimators()[e];
        Entropy& entropy = entropies_.emplace_back();
        if (estimator.entry().pooling != metrics::Pooling::none) return;
        if (is_known(estimator)) {
            entropy = {
                .moments = metrics::Moments2{.mean = level_.user_entropy[c_], .variance = 0.0},
                .by = ExactBy::additive};
            return;
        }
        if (own_ != nullptr) {
            if (pooled_[e])
                entropy = {.moments = metrics::Moments2{.mean = *pooled_[e]},
                           .by = ExactBy::additive};
            return;
        }
        entropy.moments = metrics::expected_entropy(estimator, p_, n_);
        if (entropy.moments) {
            entropy.by = ExactBy::additive;
        } else if (vectors_ <= largest_) {
            entropy.moments = metrics::enumerated_moments(p_, n_, [&](Counts counts) {
                                  return estimate(e, counts);
                              }).moments;
            if (entropy.moments) entropy.by = ExactBy::enumeration;
        }
    }

    void fill_gap(std::size_t p, const Method& method, ExpectationRow& row) const {
        const auto& approximation = study_.scenario().approximations[method.approximation];
        const metrics::Estimator& estimator = study_.estimators()[method.estimator];
        const Answer& answer = level_.answer(p, c_);
        if (estimator.entry().pooling != metrics::Pooling::none) return;
        if (answer.by_replicate) return;
        const metrics::Needs needs = metrics::needs_of(approximation);
        if (needs == metrics::Needs::events || own_ != nullptr) {
            fill_linear_gap(approximation, answer, entropies_[method.estimator], row);
            return;
        }
        if (needs == metrics::Needs::answer) {
            const auto logs = metrics::fixed_logs(approximation, answer.response, n_);
            if (!logs) return;
            if (const auto moments = metrics::expected_gap(estimator, p_, *logs, n_)) {
                row.gap_mean = moments->mean;
                row.gap_sd = deviation(*moments);
                row.gap_by = ExactBy::additive;
                row.infinite_fraction = infinite_probability(*logs);
                row.undefined_fraction = 0.0;
                return;
            }
            enumerate(
                method,
                {[&](Counts counts) { return metrics::fixed_cross_entropy(*logs, counts, n_); }},
                row);
            return;
        }
        const bool sampled = std::holds_alternative<metrics::SampleFrequency>(approximation);
        if (sampled && entropies_[method.estimator].moments) {
            const Figure& level = answer.answered_cross_entropy[method.approximation];
            if (!level) return;
            row.gap_mean = *level - entropies_[method.estimator].moments->mean;
            row.gap_by = entropies_[method.estimator].by;
            return;
        }
        if (needs == metrics::Needs::order && answer.response.ranking)
            enumerate_ranking(p, method, row);
    }

    // A cross-entropy with a q that does not depend on the counts is linear in them, so its mean is known
    // however they come about.
    void fill_linear_gap(const metrics::Approximation& approximation,
                         const Answer& answer,
                         const Entropy& entropy,
                         ExpectationRow& row) const {
        Figure level;
        if (std::holds_alternative<metrics::PerEvent>(approximation)) {
            level = answer.event_cross_entropy;
        } else if (metrics::needs_of(approximation) == metrics::Needs::answer) {
            if (const auto logs = metrics::fixed_logs(approximation, answer.response, n_))
                level = metrics::cross_entropy_of_logs(p_, *logs);
        }
        if (!level || !std::isfinite(*level) || !entropy.moments) return;
        row.gap_mean = *level - entropy.moments->mean;
        row.gap_by = ExactBy::additive;
        row.infinite_fraction = 0.0;
        row.undefined_fraction = 0.0;
    }

    // P(some observed candidate has q = 0) = 1 - (1 - their mass)^n.
    [[nodiscard]] double infinite_probability(std::span<const double> logs) const {
        double mass = 0.0;
        for (std::size_t k = 0; k < p_.size(); ++k)
            if (std::isinf(logs[k])) mass += p_[k];
        return mass >= 1.0 ? 1.0 : -metrics::exponential_m1(n_ * metrics::ln_1p(-mass));
    }

    void enumerate_ranking(std::size_t p, const Method& method, ExpectationRow& row) const {
        const auto& approximation = study_.scenario().approximations[method.approximation];
        const metrics::Response& response = level_.answer(p, c_).response;
        const std::size_t top = study_.scenario().top;
        const std::size_t ranks = std::min(metrics::ranks_read(approximation, top), p_.size());
        const auto orders = vectors_ <= largest_
                                ? tie_orders(*response.ranking, ranks, largest_ / vectors_)
                                : std::nullopt;
        if (!orders) return;
        std::vector<Statistic> cross_entropies;
        for (const std::vector<std::uint32_t>& order : *orders)
            cross_entropies.emplace_back([&](Counts counts) -> std::optional<double> {
                std::vector<double> p_hat;
                for (const std::uint32_t count : counts)
                    p_hat.push_back(static_cast<double>(count) / n_);
                const auto q = metrics::approximate(approximation,
                                                    {.p = p_hat, .users = static_cast<double>(n_)},
                                                    response,
                                                    order,
                                                    ranks);
                if (!q) return std::nullopt;
                return metrics::cross_entropy(p_hat, *q);
            });
        enumerate(method, cross_entropies, row);
    }

    // The gap by full enumeration; each way of breaking the ties is as likely as any other.
    void enumerate(const Method& method,
                   const std::vector<Statistic>& cross_entropies,
                   ExpectationRow& row) const {
        if (vectors_ * static_cast<double>(cross_entropies.size()) > largest_) return;
        double mean = 0.0;
        double square = 0.0;
        double infinite = 0.0;
        double undefined = 0.0;
        bool known_spread = true;
        for (const Statistic& cross_entropy : cross_entropies) {
            const auto found =
                metrics::enumerated_moments(p_, n_, [&](Counts counts) -> std::optional<double> {
                    const auto entropy = estimate(method.estimator, counts);
                    const auto level = cross_entropy(counts);
                    if (!entropy || !level) return std::nullopt;
                    return *level - *entropy;
                });
            if (!found.moments) return;
            mean += found.moments->mean;
            infinite += found.infinite_probability;
            undefined += found.undefined_probability;
            known_spread = known_spread && found.moments->variance.has_value();
            if (known_spread)
                square += *found.moments->variance + found.moments->mean * found.moments->mean;
        }
        const auto ways = static_cast<double>(cross_entropies.size());
        row.gap_mean = mean / ways;
        if (known_spread)
            row.gap_sd = std::sqrt(std::max(square / ways - mean / ways * (mean / ways), 0.0));
        row.infinite_fraction = infinite / ways;
        row.undefined_fraction = undefined / ways;
        row.gap_by = ExactBy::enumeration;
    }

    const WorldStudy& study_;
    const Level& level_;
    const metrics::Distribution& p_;
    std::size_t c_;
    std::uint32_t n_;
    double largest_;
    const OwnHistories* own_;  // null: one history for all
    double vectors_;
    std::vector<std::optional<double>> pooled_;  // [estimator], with own histories
    std::vector<Entropy> entropies_;             // [estimator]
};

}  // namespace

std::vector<ExpectationRow> expected_rows(const WorldStudy& study,
                                          const Level& level,
                                          double largest_enumeration) {
    const Layout layout = study.layout(level);
    std::vector<ExpectationRow> rows;
    for (std::uint32_t c = 0; c < layout.contexts; ++c) {
        if (level.users[c] == 0) continue;
        const Expected expected(study, level, c, largest_enumeration);
        for (std::uint32_t p = 0; p < layout.predictors; ++p)
            for (const Method& method : study.methods()) {
                ExpectationRow& row = rows.emplace_back();
                row.key = {.world = study.plan().index,
                           .context = c,
                           .predictor = p,
                           .approximation = method.approximation,
                           .estimator = method.estimator,
                           .users = level.users[c]};
                expected.fill(p, method, row);
            }
    }
    return rows;
}

}  // namespace truegap::sim
