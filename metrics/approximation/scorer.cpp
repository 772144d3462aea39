#include "metrics/approximation/scorer.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/contract.hpp"
#include "metrics/counts.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

constexpr std::size_t shifted_table_size = 4096;

Residual residual_of(const Approximation& approximation) {
    return std::visit(
        [](const auto& a) {
            if constexpr (requires { a.residual; }) {
                return a.residual;
            } else {
                return Residual::uniform;
            }
        },
        approximation);
}

bool matches_target(const Approximation& approximation) {
    return std::holds_alternative<RankMatched>(approximation) ||
           std::holds_alternative<CrossFittedRankMatched>(approximation);
}

// count * ln q with 0 * -infinity = 0: an item nobody chose costs nothing.
double weighted(std::uint32_t count, double ln_q) {
    return count == 0 ? 0.0 : static_cast<double>(count) * ln_q;
}

double sum_of_sorted_rest(std::span<const std::uint32_t> counts,
                          std::span<const std::uint32_t> ranked,
                          std::span<const double> logs) {
    std::vector<std::uint32_t> rest(counts.begin(), counts.end());
    for (const std::uint32_t item : ranked)
        rest[item] = 0;  // sorts to the end, where it costs nothing
    std::vector<std::uint32_t> descending;
    largest_counts(rest, logs.size(), descending);
    double sum = 0.0;
    for (std::size_t i = 0; i < descending.size(); ++i) sum += weighted(descending[i], logs[i]);
    return sum;
}

}  // namespace

RankScorer::RankScorer(const Approximation& approximation, std::size_t top)
    : approximation_(approximation),
      smoothing_(smoothing_of(approximation)),
      residual_(residual_of(approximation)),
      top_(ranks_read(approximation, top)) {
    TRUEGAP_EXPECTS(top_ >= 1);
    const bool by_table =
        matches_target(approximation) &&
        (smoothing_.kind == Smoothing::Kind::none || smoothing_.kind == Smoothing::Kind::additive);
    if (!by_table) return;
    ln_shifted_.resize(shifted_table_size);
    for (std::size_t c = 0; c < ln_shifted_.size(); ++c)
        ln_shifted_[c] = ln(static_cast<double>(c) + smoothing_.amount);
}

std::size_t RankScorer::largest_needed(std::size_t items) const {
    if (!matches_target(approximation_)) return 0;
    return residual_ == Residual::sorted ? items : std::min(top_, items);
}

double RankScorer::ln_shifted(std::uint32_t count) const {
    return count < ln_shifted_.size() ? ln_shifted_[count]
                                      : ln(static_cast<double>(count) + smoothing_.amount);
}

void RankScorer::logs(std::span<const std::uint32_t> largest,
                      std::uint64_t n,
                      std::size_t items,
                      RankLogs& result) const {
    TRUEGAP_EXPECTS(n > 0 && top_ <= items && largest.size() >= largest_needed(items));
    if (result.reusable_for == n) return;
    const auto users = static_cast<double>(n);
    if (!matches_target(approximation_)) {
        value_logs(values_by_rank(std::get<RankCurve>(approximation_), items, top_), n, result);
        result.reusable_for = n;
    } else {
        matched_logs(largest.first(largest_needed(items)), users, items, result);
    }
}

void RankScorer::value_logs(std::vector<double> values, std::uint64_t n, RankLogs& result) const {
    const std::size_t ranked = std::min(top_, values.size());
    smooth(smoothing_, static_cast<double>(n), values);
    result.by_rank.resize(ranked);
    for (std::size_t i = 0; i < ranked; ++i) result.by_rank[i] = ln(values[i]);
    result.rest = ranked < values.size() ? ln(values[ranked]) : 0.0;
}

void RankScorer::matched_logs(std::span<const std::uint32_t> largest,
                              double n,
                              std::size_t items,
                              RankLogs& result) const {
    const auto K = static_cast<double>(items);
    const double amount = smoothing_.amount;
    double covered = 0.0;
    for (const std::uint32_t count : largest) covered += static_cast<double>(count);
    const std::size_t unranked = items - largest.size();
    const double rest = residual_ == Residual::uniform && unranked > 0
                            ? (n - covered) / static_cast<double>(unranked)
                            : 0.0;
    result.by_rank.resize(largest.size());
    switch (smoothing_.kind) {
        case Smoothing::Kind::none:
        case Smoothing::Kind::additive: {
            const double mass = residual_ == Residual::drop ? covered : n;
            const double total = smoothing_.kind == Smoothing::Kind::none ? n : mass + amount * K;
            if (total != result.total) {
                result.total = total;
                result.ln_total = ln(total);
            }
            const double ln_total = result.ln_total;
            for (std::size_t i = 0; i < largest.size(); ++i)
                result.by_rank[i] = ln_shifted(largest[i]) - ln_total;
            result.rest = ln(rest + amount) - ln_total;
            return;
        }
        case Smoothing::Kind::mixture:
            for (std::size_t i = 0; i < largest.size(); ++i)
                result.by_rank[i] =
                    ln((1.0 - amount) * (static_cast<double>(largest[i]) / n) + amount / K);
            result.rest = ln((1.0 - amount) * (rest / n) + amount / K);
            return;
        case Smoothing::Kind::floor: {
            double total = static_cast<double>(unranked) * std::max(rest / n, amount);
            for (const std::uint32_t count : largest)
                total += std::max(static_cast<double>(count) / n, amount);
            const double ln_total = ln(total);
            for (std::size_t i = 0; i < largest.size(); ++i)
                result.by_rank[i] =
                    ln(std::max(static_cast<double>(largest[i]) / n, amount)) - ln_total;
            result.rest = ln(std::max(rest / n, amount)) - ln_total;
            return;
        }
    }
}

double RankScorer::cross_entropy(const RankLogs& logs,
                                 std::span<const std::uint32_t> counts,
                                 std::uint64_t n,
                                 std::span<const std::uint32_t> order) const {
    const std::size_t top = std::min(top_, counts.size());
    TRUEGAP_EXPECTS(n > 0 && order.size() >= top);
    double sum = 0.0;
    std::uint64_t ranked = 0;
    for (std::size_t i = 0; i < top; ++i) {
        const std::uint32_t count = counts[order[i]];
        ranked += count;
        sum += weighted(count, logs.by_rank[i]);
    }
    if (ranked < n) {
        sum +=
            residual_ == Residual::sorted
                ? sum_of_sorted_rest(counts, order.first(top), std::span(logs.by_rank).subspan(top))
                : static_cast<double>(n - ranked) * logs.rest;
    }
    return -sum / static_cast<double>(n);
}

std::optional<std::vector<double>> stated_logs(const Response& response) {
    std::optional<std::vector<double>> q = stated_probabilities(response);
    if (q)
        for (double& value : *q) value = ln(value);
    return q;
}

std::optional<std::vector<double>> fixed_logs(const Approximation& approximation,
                                              const Response& response,
                                              double users) {
    TRUEGAP_EXPECTS(needs_of(approximation) == Needs::answer);
    const std::size_t items = std::max(response.probabilities.size(), response.logits.size());
    const std::vector<double> unread(items, 0.0);  // the target, which these approximations ignore
    std::optional<std::vector<double>> q =
        approximate(approximation, {.p = unread, .users = users}, response, {}, items);
    if (q)
        for (double& value : *q) value = ln(value);
    return q;
}

double fixed_cross_entropy(std::span<const double> ln_q,
                           std::span<const std::uint32_t> counts,
                           std::uint64_t n) {
    TRUEGAP_EXPECTS(n > 0 && ln_q.size() == counts.size());
    double sum = 0.0;
    for (std::size_t k = 0; k < counts.size(); ++k) sum += weighted(counts[k], ln_q[k]);
    return -sum / static_cast<double>(n);
}

}  // namespace truegap::metrics
