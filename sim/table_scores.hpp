#pragma once

#include <map>
#include <optional>
#include <vector>

#include "metrics/pooling/counts_table.hpp"
#include "metrics/pooling/mixture_prior.hpp"
#include "sim/block.hpp"
#include "sim/block_draws.hpp"

namespace truegap::sim {

/// The figures of a block that need the counts of all groups at once: estimators that pool, learned
/// rank curves, the recommended metric. Each replicate is one table.
class TableScores {
  public:
    /// draws: [context], of the same block.
    TableScores(const WorldStudy& study,
                const Level& level,
                const Layout& layout,
                const std::vector<ContextDraws>& draws,
                std::size_t replicates);

    /// Of estimators that pool.
    [[nodiscard]] const Column& entropy(std::size_t c, std::size_t e) const {
        return entropy_.at(layout_.entropy(c, e));
    }
    /// Of approximations that need groups.
    [[nodiscard]] const Column& cross_entropy(std::size_t c, std::size_t p, std::size_t a) const {
        return cross_entropy_.at(layout_.cross_entropy(c, p, a));
    }
    /// The method's own standard error of the gap, where it has one (else null).
    [[nodiscard]] const Column* standard_error(std::size_t c, std::size_t p, std::size_t a) const {
        const auto found = standard_error_.find(layout_.cross_entropy(c, p, a));
        return found == standard_error_.end() ? nullptr : &found->second;
    }
    /// How much of the recommended metric's posterior rests on the other groups; null without it.
    [[nodiscard]] const Column* pooled_weight(std::size_t c) const {
        return pooled_weight_.empty() ? nullptr : &pooled_weight_[c];
    }

  private:
    void score(std::size_t r);
    void pool(std::size_t r);
    void score_estimators(std::size_t r, const metrics::CountsTable& table);
    void score_curves(std::size_t r);
    void score_recommended(std::size_t r, std::size_t a);
    void score_recommended_ranking(std::size_t r, std::size_t p, std::size_t a);
    void set_recommended(std::size_t r,
                         std::size_t c,
                         std::size_t p,
                         std::size_t a,
                         std::span<const double> ln_q,
                         double order_error = 0.0);
    /// The first `top` places of a ranking, or fewer valid ones; nothing when there is no ranking.
    [[nodiscard]] std::span<const std::uint32_t> order(std::size_t r, std::size_t c, std::size_t p);
    [[nodiscard]] bool has_ranking(std::size_t r, std::size_t c, std::size_t p);
    /// The answer of this replicate, of a predictor that answers anew in each; null for the others.
    [[nodiscard]] const DrawnAnswer* drawn(std::size_t r, std::size_t c, std::size_t p) const;
    void score_recommended_stated(std::size_t r, std::size_t c, std::size_t p, std::size_t a);

    const WorldStudy& study_;
    const Level& level_;
    Layout layout_;
    const std::vector<ContextDraws>& draws_;
    std::map<std::size_t, Column> entropy_, cross_entropy_, standard_error_;
    std::vector<Column> pooled_weight_;  // [context]
    std::map<std::size_t, std::optional<std::vector<double>>>
        stated_logs_;                            // [c x p], ln q as stated
    std::vector<metrics::PooledGroup> mixture_;  // [context], of this replicate
    std::vector<std::uint32_t> order_;
};

}  // namespace truegap::sim
