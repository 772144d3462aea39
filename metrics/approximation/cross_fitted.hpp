#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/approximation/scorer.hpp"

/// Cross-fitted rank matching: no user's choice is both borrowed from and scored. q comes from one
/// half of the users and is weighed on the other.
namespace truegap::metrics {

/// The users of one group in two halves, split at random by the caller.
struct HalvedCounts {
    std::span<const std::uint32_t> first;   ///< a, shape (K,)
    std::span<const std::uint32_t> second;  ///< b, shape (K,)
    std::uint64_t n_first = 0;              ///< sum of a
    std::uint64_t n_second = 0;             ///< sum of b
};

/// The cross-fitted cross-entropy, in nats: the average over all users.
///     (n_b CE(b, q_a) + n_a CE(a, q_b)) / (n_a + n_b),   CE(c, q) = -(1/n_c) sum_k c_k ln q_k
///     q_a = rank matching with the target a / n_a of n_a users, q_b likewise
/// order: the ranking with its ties broken, of which the first `top` are used, 1 <= top <= K.
/// Under Residual::sorted unranked items that are equally frequent in the target get the mean of
/// the ln q of their places: the expectation over ties broken at random, since the order of items
/// may know what the target does not.
/// +infinity where a user of one half chose an item to which the other half gives q = 0 (under
/// Residual::sorted, can give); nothing when a half is empty. The plain definition.
[[nodiscard]] std::optional<double> cross_fitted_cross_entropy(const RankMatched& approximation,
                                                               const HalvedCounts& halves,
                                                               std::span<const std::uint32_t> order,
                                                               std::size_t top);

/// ln q by rank for the target of each half, and the buffers that they need.
struct CrossFittedLogs {
    RankLogs from_first, from_second;
    std::vector<std::uint32_t> largest;
    std::vector<std::uint32_t> first_order, second_order;  ///< items by falling count (sorted only)
};

/// The fast form: what depends on the halves alone is done once and shared by every predictor; then
/// an answer costs O(top), or O(K) under Residual::sorted.
class CrossFittedScorer {
  public:
    /// 1 <= top.
    CrossFittedScorer(const RankMatched& approximation, std::size_t top);

    /// Fills the caller's buffer (hot loop), which serves this scorer alone; leaves it alone when a
    /// half is empty.
    void logs(const HalvedCounts& halves, CrossFittedLogs& result) const;

    /// The plain definition's value. logs: of the same halves; order: at least `top` long.
    [[nodiscard]] std::optional<double> cross_entropy(const CrossFittedLogs& logs,
                                                      const HalvedCounts& halves,
                                                      std::span<const std::uint32_t> order) const;

  private:
    RankScorer scorer_;
    Residual residual_;
    std::size_t top_;
};

}  // namespace truegap::metrics
