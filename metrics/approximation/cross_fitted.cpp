#include "metrics/approximation/cross_fitted.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "metrics/contract.hpp"
#include "metrics/counts.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

using Counts = std::span<const std::uint32_t>;

// count * ln q with 0 * -infinity = 0: an item nobody chose costs nothing.
double weighted(std::uint64_t count, double ln_q) {
    return count == 0 ? 0.0 : static_cast<double>(count) * ln_q;
}

void order_by_count(Counts counts, std::vector<std::uint32_t>& order) {
    order.resize(counts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [counts](std::uint32_t a, std::uint32_t b) {
        return counts[a] > counts[b];
    });
}

// sum_k scored_k ln q_k for q by rank of the target, ties of unranked items averaged over.
// by_target: all items by falling target count.
double scored_sum(Counts target,
                  Counts scored,
                  Counts by_target,
                  Counts order,
                  std::size_t top,
                  std::span<const double> logs) {
    double sum = 0.0;
    std::vector<bool> ranked(target.size(), false);
    for (std::size_t i = 0; i < top; ++i) {
        sum += weighted(scored[order[i]], logs[i]);
        ranked[order[i]] = true;
    }
    std::size_t place = top;
    for (std::size_t i = 0; i < by_target.size();) {
        const std::uint32_t count = target[by_target[i]];
        std::uint64_t users = 0;
        double total = 0.0;
        const std::size_t first_place = place;
        for (; i < by_target.size() && target[by_target[i]] == count; ++i) {
            if (ranked[by_target[i]]) continue;
            users += scored[by_target[i]];
            total += logs[place++];
        }
        if (users > 0) sum += weighted(users, total / static_cast<double>(place - first_place));
    }
    return sum;
}

std::vector<double> plain_logs(const RankMatched& approximation,
                               Counts target,
                               std::uint64_t n,
                               std::size_t top) {
    std::vector<double> sorted(target.begin(), target.end());
    for (double& share : sorted) share /= static_cast<double>(n);
    std::sort(sorted.begin(), sorted.end(), std::greater<>{});
    std::vector<double> values = values_by_rank(approximation, sorted, top);
    smooth(approximation.smoothing, static_cast<double>(n), values);
    for (double& value : values) value = ln(value);
    return values;
}

bool has_empty_half(const HalvedCounts& halves) {
    return halves.n_first == 0 || halves.n_second == 0;
}

}  // namespace

std::optional<double> cross_fitted_cross_entropy(const RankMatched& approximation,
                                                 const HalvedCounts& halves,
                                                 std::span<const std::uint32_t> order,
                                                 std::size_t top) {
    TRUEGAP_EXPECTS(halves.first.size() == halves.second.size() && order.size() >= top);
    if (has_empty_half(halves)) return std::nullopt;
    std::vector<std::uint32_t> by_target;
    const auto half = [&](Counts target, std::uint64_t n, Counts scored) {
        order_by_count(target, by_target);
        return scored_sum(
            target, scored, by_target, order, top, plain_logs(approximation, target, n, top));
    };
    const double sum = half(halves.first, halves.n_first, halves.second) +
                       half(halves.second, halves.n_second, halves.first);
    return -sum / static_cast<double>(halves.n_first + halves.n_second);
}

CrossFittedScorer::CrossFittedScorer(const RankMatched& approximation, std::size_t top)
    : scorer_(approximation, top), residual_(approximation.residual), top_(top) {}

void CrossFittedScorer::logs(const HalvedCounts& halves, CrossFittedLogs& result) const {
    if (has_empty_half(halves)) return;
    const auto half =
        [&](Counts target, std::uint64_t n, RankLogs& logs, std::vector<std::uint32_t>& by_target) {
            largest_counts(target, scorer_.largest_needed(target.size()), result.largest);
            scorer_.logs(result.largest, n, target.size(), logs);
            if (residual_ == Residual::sorted) order_by_count(target, by_target);
        };
    half(halves.first, halves.n_first, result.from_first, result.first_order);
    half(halves.second, halves.n_second, result.from_second, result.second_order);
}

std::optional<double> CrossFittedScorer::cross_entropy(const CrossFittedLogs& logs,
                                                       const HalvedCounts& halves,
                                                       std::span<const std::uint32_t> order) const {
    if (has_empty_half(halves)) return std::nullopt;
    const auto users = static_cast<double>(halves.n_first + halves.n_second);
    if (residual_ == Residual::sorted) {
        const double sum = scored_sum(halves.first,
                                      halves.second,
                                      logs.first_order,
                                      order,
                                      top_,
                                      logs.from_first.by_rank) +
                           scored_sum(halves.second,
                                      halves.first,
                                      logs.second_order,
                                      order,
                                      top_,
                                      logs.from_second.by_rank);
        return -sum / users;
    }
    const double of_second =
        scorer_.cross_entropy(logs.from_first, halves.second, halves.n_second, order);
    const double of_first =
        scorer_.cross_entropy(logs.from_second, halves.first, halves.n_first, order);
    return (static_cast<double>(halves.n_second) * of_second +
            static_cast<double>(halves.n_first) * of_first) /
           users;
}

}  // namespace truegap::metrics
