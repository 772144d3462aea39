#include "sim/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metrics/contract.hpp"
#include "sim/parallel.hpp"
#include "sim/resampling.hpp"

namespace truegap::sim {

namespace {

// The draws of a pool: the contexts those of `summarise`, so that a difference and its two means agree.
struct PoolDraws {
    Times times;
    Flips flips;
};

PoolDraws draws_of(std::uint64_t seed,
                   std::uint64_t pool,
                   std::size_t contexts,
                   const ComparisonPlan& plan) {
    StreamAddress address{.seed = seed, .purpose = Purpose::resampled_contexts, .cell = pool};
    PoolDraws draws{.times = draw_times(stream(address), contexts, plan.resamples), .flips = {}};
    address.n = 1;
    draws.flips = draw_flips(stream(address), contexts, plan.resamples);
    return draws;
}

class Compared {
  public:
    Compared(const ObservedStudy& study, const ObservedScores& scores)
        : scores_(scores), predictors_(study.predictors.size()) {
        const std::size_t cells = study.contexts.size() * predictors_;
        methods_ = cells == 0 ? 0 : scores.rows.size() / cells;
    }
    [[nodiscard]] std::size_t methods() const { return methods_; }
    [[nodiscard]] std::size_t predictors() const { return predictors_; }
    [[nodiscard]] const ObservedRow& row(std::size_t c, std::size_t p, std::size_t m) const {
        return scores_.rows[(c * predictors_ + p) * methods_ + m];
    }

  private:
    const ObservedScores& scores_;
    std::size_t predictors_, methods_ = 0;
};

ComparisonRow pair_row(const Compared& compared,
                       const ObservedPool& pool,
                       std::size_t m,
                       std::size_t first,
                       std::size_t second,
                       const PoolDraws& draws,
                       const ComparisonPlan& plan) {
    ComparisonRow row{.first = static_cast<std::uint32_t>(first),
                      .second = static_cast<std::uint32_t>(second)};
    UnitSums units;
    double infinite = 0.0;
    for (const std::uint32_t c : pool.contexts) {
        const ObservedRow& one = compared.row(c, first, m);
        const ObservedRow& other = compared.row(c, second, m);
        row.approximation = one.approximation;
        row.estimator = one.estimator;
        const bool both = one.gap && other.gap && !(std::isinf(*one.gap) && std::isinf(*other.gap));
        const double difference = both ? *other.gap - *one.gap : 0.0;
        row.contexts += both ? 1U : 0U;
        if (!std::isfinite(difference)) infinite += difference > 0.0 ? 1.0 : -1.0;
        // What is not there weighs nothing, so that every pair has the same resamples.
        units.add(std::isfinite(difference) ? difference : 0.0, both ? 1.0 : 0.0);
        if (!std::isfinite(difference)) row.difference = difference;
    }
    if (row.difference) {
        if (infinite == 0.0) row.difference.reset();  // each is infinite somewhere
        return row;
    }
    row.difference = units.ratio();
    row.interval = resampled_interval(units, draws.times, plan.level);
    row.p = p_not_zero(units, draws.flips);
    row.p_equivalent = p_within(units, plan.margin, draws.flips);
    return row;
}

std::vector<OrderingRow> ordering_of(const Compared& compared,
                                     const ObservedPool& pool,
                                     std::size_t m,
                                     const Times& times) {
    std::vector<OrderingRow> rows(compared.predictors());
    std::vector<std::size_t> kept;  // places within the pool
    for (std::size_t i = 0; i < pool.contexts.size(); ++i) {
        bool all = true;
        for (std::size_t p = 0; p < rows.size(); ++p)
            all = all && compared.row(pool.contexts[i], p, m).gap.has_value();
        if (all) kept.push_back(i);
    }
    const auto mean = [&](std::size_t p, const auto& count) -> Figure {
        double sum = 0.0;
        double total = 0.0;
        for (const std::size_t i : kept) {
            const double often = count(i);
            if (often == 0.0) continue;
            sum += often * *compared.row(pool.contexts[i], p, m).gap;
            total += often;
        }
        if (total == 0.0) return std::nullopt;
        return sum / total;
    };
    for (std::size_t p = 0; p < rows.size(); ++p) {
        const ObservedRow& any = compared.row(pool.contexts.front(), p, m);
        rows[p] = {.predictor = static_cast<std::uint32_t>(p),
                   .approximation = any.approximation,
                   .estimator = any.estimator,
                   .contexts = kept.size(),
                   .gap = mean(p, [](std::size_t) { return 1.0; }),
                   .shares = std::vector<double>(kept.empty() ? 0 : rows.size())};
    }
    if (kept.empty()) return rows;
    std::vector<double> means(rows.size());
    std::vector<std::size_t> order(rows.size());
    double counted = 0.0;
    for (const std::vector<std::uint32_t>& drawn : times) {
        const auto often = [&](std::size_t i) { return static_cast<double>(drawn[i]); };
        if (!mean(0, often)) continue;
        counted += 1.0;
        for (std::size_t p = 0; p < rows.size(); ++p) means[p] = *mean(p, often);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return means[a] < means[b];
        });
        for (std::size_t place = 0; place < order.size(); ++place)
            rows[order[place]].shares[place] += 1.0;
    }
    for (OrderingRow& row : rows)
        for (double& share : row.shares) share = counted > 0.0 ? share / counted : 0.0;
    return rows;
}

// Runs a body for every pool, in parallel, and puts what they find one after another.
template <class Row, class Body>
std::vector<Row> of_pools(const std::vector<ObservedPool>& pools,
                          unsigned threads,
                          const Body& body) {
    std::vector<std::vector<Row>> rows(pools.size());
    for_each_index(threads, pools.size(), [&](std::size_t i) {
        rows[i] = body(i);
        for (Row& row : rows[i]) row.pool = static_cast<std::uint32_t>(i);
    });
    std::vector<Row> all;
    for (std::vector<Row>& of_pool : rows)
        all.insert(all.end(),
                   std::make_move_iterator(of_pool.begin()),
                   std::make_move_iterator(of_pool.end()));
    return all;
}

}  // namespace

std::vector<ComparisonRow> compare(const ObservedStudy& study,
                                   const ObservedScores& scores,
                                   const std::vector<ObservedPool>& pools,
                                   const ComparisonPlan& plan) {
    TRUEGAP_EXPECTS(plan.margin > 0.0);
    const Compared compared(study, scores);
    return of_pools<ComparisonRow>(pools, plan.threads, [&](std::size_t i) {
        const PoolDraws draws = draws_of(study.seed, i, pools[i].contexts.size(), plan);
        std::vector<ComparisonRow> rows;
        for (std::size_t m = 0; m < compared.methods(); ++m)
            for (std::size_t first = 0; first < compared.predictors(); ++first)
                for (std::size_t second = first + 1; second < compared.predictors(); ++second)
                    rows.push_back(pair_row(compared, pools[i], m, first, second, draws, plan));
        return rows;
    });
}

std::vector<OrderingRow> order_predictors(const ObservedStudy& study,
                                          const ObservedScores& scores,
                                          const std::vector<ObservedPool>& pools,
                                          const ComparisonPlan& plan) {
    const Compared compared(study, scores);
    return of_pools<OrderingRow>(pools, plan.threads, [&](std::size_t i) {
        const Times times = draws_of(study.seed, i, pools[i].contexts.size(), plan).times;
        std::vector<OrderingRow> rows;
        for (std::size_t m = 0; m < compared.methods(); ++m) {
            auto of_method = ordering_of(compared, pools[i], m, times);
            rows.insert(rows.end(),
                        std::make_move_iterator(of_method.begin()),
                        std::make_move_iterator(of_method.end()));
        }
        return rows;
    });
}

}  // namespace truegap::sim
