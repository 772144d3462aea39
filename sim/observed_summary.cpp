#include "sim/observed_summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "sim/parallel.hpp"
#include "sim/resampling.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// A figure a context of the pool, weighed; contexts without one weigh nothing.
struct Weighed {
    std::vector<double> values, weights;

    void add(const Figure& figure, double weight) {
        values.push_back(figure.value_or(0.0));
        weights.push_back(figure ? weight : 0.0);
    }
    // Of contexts that are there so many times. Nothing where none weighs anything.
    template <class Times>
    [[nodiscard]] Figure mean(const Times& times) const {
        metrics::CompensatedSum sum;
        double total = 0.0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double weight = weights[i] * times(i);
            if (weight > 0.0) sum.add(weight * values[i]);
            total += weight;
        }
        if (total <= 0.0) return std::nullopt;
        return sum.value() / total;
    }
    [[nodiscard]] Figure mean() const {
        return mean([](std::size_t) { return 1.0; });
    }
};

std::optional<metrics::Interval> interval_of(const Weighed& gaps,
                                             const Times& drawn,
                                             double level) {
    const Figure mean = gaps.mean();
    if (!mean || !std::isfinite(*mean)) return std::nullopt;
    const double total = std::accumulate(gaps.weights.begin(), gaps.weights.end(), 0.0);
    std::vector<double> jackknifed;
    for (std::size_t i = 0; i < gaps.values.size(); ++i) {
        const double weight = gaps.weights[i];
        if (weight <= 0.0) continue;
        if (weight >= total) return std::nullopt;  // the only one
        jackknifed.push_back((total * *mean - weight * gaps.values[i]) / (total - weight));
    }
    std::vector<double> resampled;
    resampled.reserve(drawn.size());
    for (const std::vector<std::uint32_t>& times : drawn)
        if (const Figure again =
                gaps.mean([&](std::size_t i) { return static_cast<double>(times[i]); }))
            resampled.push_back(*again);
    return metrics::bca_interval(*mean, resampled, jackknifed, level);
}

Figure median(std::vector<std::uint64_t> numbers) {
    if (numbers.empty()) return std::nullopt;
    std::sort(numbers.begin(), numbers.end());
    const std::size_t middle = numbers.size() / 2;
    const auto upper = static_cast<double>(numbers[middle]);
    if (numbers.size() % 2 == 1) return upper;
    return 0.5 * (upper + static_cast<double>(numbers[middle - 1]));
}

class Summary {
  public:
    Summary(const ObservedStudy& study, const ObservedScores& scores, const PoolPlan& plan)
        : study_(study), scores_(scores), plan_(plan) {
        for (const ObservedContext& context : study.contexts)
            users_.push_back(
                std::accumulate(context.counts.begin(), context.counts.end(), std::uint64_t{0}));
        methods_ = study.contexts.empty()
                       ? 0
                       : scores.rows.size() / (study.contexts.size() * study.predictors.size());
    }

    [[nodiscard]] std::vector<PoolRow> rows(const ObservedPool& pool, std::uint32_t number) const {
        const Times drawn = draw_times(
            stream({.seed = study_.seed, .purpose = Purpose::resampled_contexts, .cell = number}),
            pool.contexts.size(),
            plan_.resamples);
        std::vector<PoolRow> rows;
        for (std::size_t p = 0; p < study_.predictors.size(); ++p)
            for (std::size_t m = 0; m < methods_; ++m)
                rows.push_back(row(pool, number, p, m, drawn));
        return rows;
    }

  private:
    [[nodiscard]] PoolRow row(const ObservedPool& pool,
                              std::uint32_t number,
                              std::size_t p,
                              std::size_t m,
                              const Times& drawn) const {
        PoolRow result{.pool = number, .predictor = static_cast<std::uint32_t>(p)};
        Weighed entropies;
        Weighed cross_entropies;
        Weighed gaps;
        Weighed gaps_by_users;
        std::vector<std::uint64_t> sizes;
        for (const std::uint32_t c : pool.contexts) {
            const ObservedRow& scored =
                scores_.rows[(c * study_.predictors.size() + p) * methods_ + m];
            result.approximation = scored.approximation;
            result.estimator = scored.estimator;
            const bool known = scores_.estimators[scored.estimator].empty()
                                   ? scored.cross_entropy.has_value()
                                   : scored.gap.has_value();
            gaps.add(scored.gap, 1.0);
            gaps_by_users.add(scored.gap, static_cast<double>(users_[c]));
            entropies.add(known ? scored.entropy : std::nullopt, 1.0);
            cross_entropies.add(known ? scored.cross_entropy : std::nullopt, 1.0);
            ++(known ? result.contexts : result.undefined);
            if (!known) continue;
            result.users += users_[c];
            sizes.push_back(users_[c]);
        }
        result.median_users = median(std::move(sizes));
        result.entropy = entropies.mean();
        result.cross_entropy = cross_entropies.mean();
        result.gap = gaps.mean();
        result.gap_by_users = gaps_by_users.mean();
        result.interval = interval_of(gaps, drawn, plan_.level);
        result.interval_by_users = interval_of(gaps_by_users, drawn, plan_.level);
        return result;
    }

    const ObservedStudy& study_;
    const ObservedScores& scores_;
    PoolPlan plan_;
    std::vector<std::uint64_t> users_;  // [context]
    std::size_t methods_ = 0;
};

}  // namespace

std::vector<PoolRow> summarise(const ObservedStudy& study,
                               const ObservedScores& scores,
                               const std::vector<ObservedPool>& pools,
                               const PoolPlan& plan) {
    const Summary summary(study, scores, plan);
    std::vector<std::vector<PoolRow>> rows(pools.size());
    for_each_index(plan.threads, pools.size(), [&](std::size_t i) {
        rows[i] = summary.rows(pools[i], static_cast<std::uint32_t>(i));
    });
    std::vector<PoolRow> all;
    for (const std::vector<PoolRow>& of_pool : rows)
        all.insert(all.end(), of_pool.begin(), of_pool.end());
    return all;
}

}  // namespace truegap::sim
