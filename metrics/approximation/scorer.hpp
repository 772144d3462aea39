#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"

/// The fast form of `approximate` followed by `cross_entropy` on counts. What depends on the target
/// alone is done once a target and shared by every predictor; then an answer costs O(top) or O(K).
/// Tests compare it with the plain form.
namespace truegap::metrics {

/// ln q by rank for one target: what a ranking approximation makes of its counts.
struct RankLogs {
    std::vector<double> by_rank;     ///< shape (top,), or (K,) under Residual::sorted
    double rest = 0.0;               ///< ln q of every unranked item, unless Residual::sorted
    std::uint64_t reusable_for = 0;  ///< the n for which these hold whatever the counts; 0 = none
    double total = 0.0, ln_total = 0.0;  ///< the last normaliser and its logarithm: often the same
};

/// Scores rankings of `items` candidates cut at `top`.
class RankScorer {
  public:
    /// approximation: one that reads a ranking (a contract). top: the study's, >= 1; the approximation
    /// may have its own.
    RankScorer(const Approximation& approximation, std::size_t top);

    /// How many of the largest counts `logs` needs for K items: top, or K under Residual::sorted,
    /// or none for a fixed curve.
    [[nodiscard]] std::size_t largest_needed(std::size_t items) const;

    /// ln q by rank. largest: the `largest_needed` largest counts, descending; n: the total, > 0.
    /// Fills the caller's buffer (hot loop), which serves this scorer alone; set `reusable_for` to
    /// 0 when K changes.
    void logs(std::span<const std::uint32_t> largest,
              std::uint64_t n,
              std::size_t items,
              RankLogs& result) const;

    /// The same from values by rank, shape (K,), unsmoothed: for approximations that do not match the
    /// target.
    void value_logs(std::vector<double> values, std::uint64_t n, RankLogs& result) const;

    /// How many ranks are read (of K items, at most K).
    [[nodiscard]] std::size_t top() const { return top_; }

    /// -(1/n) sum_k c_k ln q_k, in nats; +infinity where an observed item has q = 0.
    /// order: the ranking with ties broken, at least `top` long.
    [[nodiscard]] double cross_entropy(const RankLogs& logs,
                                       std::span<const std::uint32_t> counts,
                                       std::uint64_t n,
                                       std::span<const std::uint32_t> order) const;

  private:
    void matched_logs(std::span<const std::uint32_t> largest,
                      double n,
                      std::size_t items,
                      RankLogs& result) const;
    [[nodiscard]] double ln_shifted(std::uint32_t count) const;

    Approximation approximation_;
    Smoothing smoothing_;
    Residual residual_;
    std::size_t top_;
    std::vector<double> ln_shifted_;  // ln(c + alpha) for small c; alpha = 0 without smoothing
};

/// ln of `stated_probabilities`.
[[nodiscard]] std::optional<std::vector<double>> stated_logs(const Response& response);

/// ln q of every candidate for an approximation that does not look at the target's counts.
/// Shape (K,), or nothing when the response lacks the form it reads. users: n, > 0.
[[nodiscard]] std::optional<std::vector<double>> fixed_logs(const Approximation& approximation,
                                                            const Response& response,
                                                            double users);

/// -(1/n) sum_k c_k ln_q[k], in nats; +infinity where an observed item has q = 0. n > 0.
[[nodiscard]] double fixed_cross_entropy(std::span<const double> ln_q,
                                         std::span<const std::uint32_t> counts,
                                         std::uint64_t n);

}  // namespace truegap::metrics
