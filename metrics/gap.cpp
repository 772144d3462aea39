#include "metrics/gap.hpp"

#include <algorithm>
#include <boost/math/distributions/hypergeometric.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "metrics/approximation/sample_frequency.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/overloaded.hpp"

namespace truegap::metrics {

namespace {

// weight * ln q with 0 * -infinity = 0.
double weighted(double weight, double ln_q) {
    return weight > 0.0 ? weight * ln_q : 0.0;
}

double mean(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value() / static_cast<double>(values.size());
}

// Expected ln q of each candidate when all unranked items share one value: each place of its tier
// is equally likely.
double expected_sum_shared_rest(std::span<const double> p,
                                const Ranking& ranking,
                                std::span<const double> logs) {
    CompensatedSum sum;
    for (std::size_t tier = 0; tier < ranking.tiers(); ++tier) {
        const std::size_t begin = ranking.tier_begin[tier];
        const std::size_t size = ranking.tier_begin[tier + 1] - begin;
        const double expected = mean(logs.subspan(begin, size));
        for (std::size_t i = begin; i < begin + size; ++i)
            sum.add(weighted(p[ranking.order[i]], expected));
    }
    return sum.value();
}

// Under Residual::sorted the place of an unranked item depends on which of the tier that straddles
// `top` were ranked: how many of those before it (in target order) stay unranked is hypergeometric.
class SortedRest {
  public:
    SortedRest(std::span<const double> p,
               const Ranking& ranking,
               std::span<const double> logs,
               std::size_t top)
        : p_(p), ranking_(ranking), logs_(logs), top_(top) {
        while (ranking.tier_begin[straddling_ + 1] <= top) ++straddling_;
        begin_ = ranking.tier_begin[straddling_];
        size_ = ranking.tier_begin[straddling_ + 1] - begin_;
        unranked_ = begin_ + size_ - top;
    }

    [[nodiscard]] double expected_sum() const {
        CompensatedSum sum;
        for (std::size_t tier = 0; tier < straddling_; ++tier) {
            const std::size_t begin = ranking_.tier_begin[tier];
            const std::size_t size = ranking_.tier_begin[tier + 1] - begin;
            const double expected = mean(logs_.subspan(begin, size));
            for (std::size_t i = begin; i < begin + size; ++i)
                sum.add(weighted(p_[ranking_.order[i]], expected));
        }
        std::vector<std::uint32_t> pool(
            ranking_.order.begin() + static_cast<std::ptrdiff_t>(begin_), ranking_.order.end());
        std::stable_sort(pool.begin(), pool.end(), [&](std::uint32_t a, std::uint32_t b) {
            return p_[a] > p_[b];
        });
        std::size_t tied_before = 0;
        std::size_t settled_before = 0;
        for (const std::uint32_t item : pool) {
            const bool tied = ranking_.tier_of[item] == straddling_;
            sum.add(
                weighted(p_[item],
                         tied ? expected_if_tied(tied_before, settled_before)
                              : expected_unranked(size_, unranked_, tied_before, settled_before)));
            (tied ? tied_before : settled_before) += 1;
        }
        return sum.value();
    }

  private:
    [[nodiscard]] double expected_if_tied(std::size_t tied_before,
                                          std::size_t settled_before) const {
        const std::size_t ranked = size_ - unranked_;
        CompensatedSum sum;
        for (std::size_t i = begin_; i < top_; ++i) sum.add(logs_[i]);
        const double share = static_cast<double>(unranked_) / static_cast<double>(size_);
        const double placed = ranked > 0 ? sum.value() / static_cast<double>(size_) : 0.0;
        return placed +
               weighted(share,
                        expected_unranked(size_ - 1, unranked_ - 1, tied_before, settled_before));
    }

    // Of `others` tied items `unranked` stay unranked; `before` of the others precede the item. How
    // many of those stay unranked is hypergeometric: its mode from the library, its neighbours by
    // the ratio of successive terms.
    [[nodiscard]] double expected_unranked(std::size_t others,
                                           std::size_t unranked,
                                           std::size_t before,
                                           std::size_t settled_before) const {
        const std::span<const double> logs = logs_.subspan(top_ + settled_before);
        if (before == 0 || unranked == others) return logs[before];
        const boost::math::hypergeometric_distribution<double> law(static_cast<unsigned>(before),
                                                                   static_cast<unsigned>(unranked),
                                                                   static_cast<unsigned>(others));
        const std::size_t least = before + unranked > others ? before + unranked - others : 0;
        const std::size_t most = std::min(before, unranked);
        const std::size_t mode = (unranked + 1) * (before + 1) / (others + 2);
        // P(j + 1) / P(j)
        const auto ratio = [&](std::size_t j) {
            return static_cast<double>(before - j) * static_cast<double>(unranked - j) /
                   (static_cast<double>(j + 1) *
                    static_cast<double>(others + j + 1 - before - unranked));
        };
        const double at_mode = boost::math::pdf(law, static_cast<unsigned>(mode));
        CompensatedSum sum;
        sum.add(weighted(at_mode, logs[mode]));
        double probability = at_mode;
        for (std::size_t j = mode; j < most; ++j) {
            probability *= ratio(j);
            sum.add(weighted(probability, logs[j + 1]));
        }
        probability = at_mode;
        for (std::size_t j = mode; j > least; --j) {
            probability /= ratio(j - 1);
            sum.add(weighted(probability, logs[j - 1]));
        }
        return sum.value();
    }

    std::span<const double> p_;
    const Ranking& ranking_;
    std::span<const double> logs_;
    std::size_t top_;
    std::size_t straddling_ = 0, begin_ = 0, size_ = 0, unranked_ = 0;
};

std::vector<double> descending(std::span<const double> p) {
    std::vector<double> sorted(p.begin(), p.end());
    std::sort(sorted.begin(), sorted.end(), std::greater<>{});
    return sorted;
}

// From values by rank, unsmoothed; `matched` when they are the target's own.
double ranking_cross_entropy(const Approximation& approximation,
                             std::vector<double> values,
                             std::span<const double> p,
                             const Ranking& ranking,
                             std::size_t top,
                             Residual residual) {
    smooth(smoothing_of(approximation), std::numeric_limits<double>::infinity(), values);
    for (double& value : values) value = ln(value);
    return -(residual == Residual::sorted && top < p.size()
                 ? SortedRest(p, ranking, values, top).expected_sum()
                 : expected_sum_shared_rest(p, ranking, values));
}

std::optional<double> stated_cross_entropy(std::span<const double> p, const Response& response) {
    const auto q = stated_probabilities(response);
    if (!q) return std::nullopt;
    return cross_entropy(p, *q);
}

Approximation without_smoothing(Approximation approximation) {
    std::visit(
        [](auto& a) {
            if constexpr (requires { a.smoothing; }) a.smoothing = {};
        },
        approximation);
    return approximation;
}

std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
    if (!a || !b || (std::isinf(*a) && std::isinf(*b))) return std::nullopt;
    return *a - *b;
}

}  // namespace

std::optional<double> population_cross_entropy(const Approximation& approximation,
                                               std::span<const double> p,
                                               const Response& response,
                                               std::size_t top) {
    const auto ranked = [&](std::vector<double> values, std::size_t ranks, Residual residual) {
        return ranking_cross_entropy(
            approximation, std::move(values), p, *response.ranking, ranks, residual);
    };
    const auto fixed = [&]() -> std::optional<double> {
        const auto q = approximate(approximation, {.p = p}, response, {}, top);
        if (!q) return std::nullopt;
        return cross_entropy(p, *q);
    };
    const std::size_t ranks = ranks_read(approximation, top);
    if (ranks > 0 && !response.ranking) return std::nullopt;
    using Level = std::optional<double>;
    return std::visit(
        Overloaded{
            [&](const RankMatched& a) -> Level {
                return ranked(values_by_rank(a, descending(p), ranks), ranks, a.residual);
            },
            [&](const CrossFittedRankMatched& a) -> Level {
                const RankMatched matched{a.residual, a.smoothing};
                return ranked(values_by_rank(matched, descending(p), ranks), ranks, a.residual);
            },
            [&](const RankCurve& a) -> Level {
                if (a.shape == RankCurve::Shape::learned) return std::nullopt;
                return ranked(values_by_rank(a, p.size(), ranks), ranks, a.residual);
            },
            [&](const TopLogprobs& a) -> Level {
                if (response.probabilities.empty()) return std::nullopt;
                const std::size_t known = std::min(ranks, p.size());
                return ranked(values_by_rank(a, response.probabilities, known), known, a.residual);
            },
            [&](const SampleFrequency& a) -> Level {
                const auto q = stated_probabilities(response);
                if (!q) return std::nullopt;
                return expected_sample_frequency_cross_entropy(p, *q, a.samples, a.alpha);
            },
            [](const PlackettLuce&) -> Level { return std::nullopt; },
            [&](const Recommended& a) -> Level {
                if (a.reads == Recommended::Reads::ranking) return std::nullopt;
                return stated_cross_entropy(p, response);
            },
            [&](const auto&) -> Level { return fixed(); }},
        approximation);
}

std::optional<double> complete_cross_entropy(const Approximation& approximation,
                                             std::span<const double> p,
                                             const Response& response) {
    using Level = std::optional<double>;
    return std::visit(
        Overloaded{
            [&](const TopLogprobs&) -> Level { return stated_cross_entropy(p, response); },
            [&](const SampleFrequency&) -> Level { return stated_cross_entropy(p, response); },
            [&](const PlackettLuce&) -> Level { return stated_cross_entropy(p, response); },
            [&](const Verbalized&) -> Level { return stated_cross_entropy(p, response); },
            [&](const PerEvent&) -> Level { return stated_cross_entropy(p, response); },
            [&](const Recommended& a) -> Level {
                if (a.reads == Recommended::Reads::best) return stated_cross_entropy(p, response);
                return population_cross_entropy(RankMatched{}, p, response, p.size());
            },
            [&](const auto&) -> Level {
                return population_cross_entropy(
                    without_smoothing(approximation), p, response, p.size());
            }},
        approximation);
}

std::optional<double> curve_cross_entropy(const RankCurve& approximation,
                                          std::vector<double> curve,
                                          std::span<const double> p,
                                          const Response& response,
                                          std::size_t top) {
    if (!response.ranking) return std::nullopt;
    TRUEGAP_EXPECTS(curve.size() == p.size() && top >= 1 && top <= p.size());
    return ranking_cross_entropy(approximation,
                                 cut_curve(approximation, std::move(curve), top),
                                 p,
                                 *response.ranking,
                                 top,
                                 approximation.residual);
}

GapDecomposition decompose(const GapLevels& levels) {
    const std::optional<double> complete_gap =
        difference(levels.complete_cross_entropy, levels.entropy);
    return {.approximation = difference(complete_gap, levels.true_gap),
            .answer = difference(levels.answered_cross_entropy, levels.complete_cross_entropy),
            .entropy = difference(levels.entropy, levels.mean_entropy),
            .cross_entropy = difference(levels.mean_cross_entropy, levels.answered_cross_entropy),
            .total_bias = difference(levels.mean_gap, levels.true_gap)};
}

}  // namespace truegap::metrics
