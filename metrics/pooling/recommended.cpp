#include "metrics/pooling/recommended.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

std::vector<double> descending(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end(), std::greater<>{});
    return sorted;
}

}  // namespace

RecommendedGap recommended_gap(const PooledGroup& group,
                               std::span<const std::uint32_t> counts,
                               std::uint64_t n,
                               std::span<const double> ln_q,
                               double order_error) {
    const auto users = static_cast<double>(n);
    double cross_entropy = 0.0;
    double expected = 0.0;  // of -ln q under the posterior mean
    double without_one = 0.0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] > 0) {
            const double share = static_cast<double>(counts[k]) / users;
            cross_entropy -= share * ln_q[k];
            without_one += share * group.entropy_without_one[k];
        }
        if (group.mean[k] > 0.0) expected -= group.mean[k] * ln_q[k];
    }
    const double gap = cross_entropy - group.entropy.mean;
    if (std::isinf(expected) || std::isinf(cross_entropy))
        return {.cross_entropy = cross_entropy,
                .gap = gap,
                .standard_error = std::numeric_limits<double>::infinity()};
    double variance = 0.0;
    double covariance = 0.0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double apart = -ln_q[k] - expected;
        if (group.mean[k] > 0.0) variance += group.mean[k] * apart * apart;
        // Without an observation of k the cross-entropy is (n CE + ln q_k) / (n - 1).
        if (counts[k] > 0)
            covariance -= static_cast<double>(counts[k]) / users * (-ln_q[k] - cross_entropy) *
                          (group.entropy_without_one[k] - without_one);
    }
    return {
        .cross_entropy = cross_entropy,
        .gap = gap,
        .standard_error = std::sqrt(variance / users + group.entropy.sd * group.entropy.sd -
                                    2.0 * std::min(covariance, 0.0) + order_error * order_error)};
}

void RankingQuality::add(const PooledGroup& group,
                         std::span<const std::uint32_t> counts,
                         std::uint64_t n,
                         std::span<const std::uint32_t> order,
                         std::size_t top) {
    std::uint64_t chosen = 0;
    for (const std::uint32_t item : order.first(top)) chosen += counts[item];
    mass_ += static_cast<double>(chosen) / static_cast<double>(n);
    chance_ += static_cast<double>(top) / static_cast<double>(counts.size());
    const std::vector<double> sorted = descending(group.mean);
    const auto cut = static_cast<std::ptrdiff_t>(top);
    most_ += std::accumulate(sorted.begin(), sorted.begin() + cut, 0.0);
    least_ += std::accumulate(sorted.end() - cut, sorted.end(), 0.0);
}

double RankingQuality::value() const {
    const double room = mass_ > chance_ ? most_ - chance_ : chance_ - least_;
    // Of equally probable candidates only rounding tells which are the best.
    constexpr double rounding = 1e-9;
    if (room <= rounding * chance_) return 0.0;
    return std::clamp((mass_ - chance_) / room, -1.0, 1.0);
}

RankedLogs ranked_logs(const PooledGroup& group,
                       std::span<const std::uint32_t> order,
                       std::size_t top,
                       double quality) {
    std::vector<double> logs = descending(group.mean);
    for (double& value : logs) value = ln(value);
    std::vector<bool> ranked(logs.size(), false);
    RankedLogs result{.ln_q = std::vector<double>(logs.size())};
    for (std::size_t i = 0; i < top; ++i) {
        ranked[order[i]] = true;
        result.ln_q[order[i]] = logs[i];
    }
    if (top == logs.size()) return result;
    std::vector<double> tail;  // posterior means of the unranked
    for (std::size_t k = 0; k < ranked.size(); ++k)
        if (!ranked[k]) tail.push_back(group.mean[k]);
    std::sort(tail.begin(), tail.end(), std::greater<>{});
    double mass = 0.0;
    double best = 0.0;
    double worst = 0.0;
    double random = 0.0;
    for (std::size_t i = 0; i < tail.size(); ++i) {
        mass += tail[i];
        best += tail[i] * logs[top + i];
        worst += tail[tail.size() - 1 - i] * logs[top + i];
        random += logs[top + i];
    }
    random /= static_cast<double>(tail.size());
    const double share = std::abs(quality);
    const double in_order = (quality < 0.0 ? worst : best) / mass;
    for (std::size_t k = 0; k < ranked.size(); ++k)
        if (!ranked[k]) result.ln_q[k] = (1.0 - share) * random + share * in_order;
    result.order_error = (best - mass * random) / 2.0;
    return result;
}

}  // namespace truegap::metrics
