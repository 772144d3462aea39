#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/approximation/scorer.hpp"
#include "metrics/performance_measures.hpp"
#include "sim/answers.hpp"
#include "sim/joint_users.hpp"
#include "sim/plan.hpp"
#include "sim/samplers.hpp"

namespace truegap::sim {

/// Replicates are done in blocks of this size; a block's draws are its own streams.
inline constexpr std::uint32_t replicates_per_block = 64;

/// One n of the design: how many users each context's group has.
struct Level {
    std::uint32_t population_users = 0;  ///< N of the `users` design, else 0
    std::vector<std::uint32_t> users;    ///< [context]; what the `users` column says
    std::vector<SizeBin> bins;           ///< the summary's bins, ascending
    std::vector<std::uint32_t> bin_of;   ///< [context]
};

/// How the statistics of a block are laid out.
struct Layout {
    std::size_t contexts = 0, predictors = 0, approximations = 0, estimators = 0, bins = 0;

    [[nodiscard]] std::size_t entropy(std::size_t c, std::size_t e) const {
        return c * estimators + e;
    }
    [[nodiscard]] std::size_t cross_entropy(std::size_t c, std::size_t p, std::size_t a) const {
        return (c * predictors + p) * approximations + a;
    }
    [[nodiscard]] std::size_t gap(std::size_t c,
                                  std::size_t p,
                                  std::size_t a,
                                  std::size_t e) const {
        return cross_entropy(c, p, a) * estimators + e;
    }
    [[nodiscard]] std::size_t pooled(std::size_t bin,
                                     std::size_t p,
                                     std::size_t a,
                                     std::size_t e) const {
        return gap(bin, p, a, e);
    }
};

/// What replicates leave behind: moments, however many replicates there were.
struct BlockStatistics {
    BlockStatistics() = default;
    explicit BlockStatistics(const Layout& layout);
    /// Adds a later block. Merging the same blocks in the same order gives the same bits.
    void merge(const BlockStatistics& later);

    std::uint64_t replicates = 0;
    std::vector<std::uint64_t> users;             ///< [context], summed over replicates
    std::vector<metrics::Moments> entropy;        ///< Layout::entropy
    std::vector<metrics::Moments> cross_entropy;  ///< Layout::cross_entropy
    std::vector<std::uint64_t> infinite;          ///< Layout::cross_entropy
    std::vector<metrics::ErrorMoments>
        gap_error;                               ///< Layout::gap; error against G0, see gap_offset
    std::vector<metrics::Moments> pooled_error;  ///< Layout::pooled; mean error over contexts
};

/// What a gap's error is taken against: the true gap, or 0 where that is unknown or infinite.
[[nodiscard]] double gap_offset(const Answer& answer);

/// One world, ready to be replicated. Immutable, so blocks can run in any order and at once.
class WorldStudy {
  public:
    WorldStudy(const Scenario& scenario, WorldPlan plan);

    [[nodiscard]] const WorldPlan& plan() const { return plan_; }
    [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
    [[nodiscard]] const Answer& answer(std::size_t predictor, std::size_t context) const {
        return answers_[predictor][context];
    }
    [[nodiscard]] Layout layout(const Level& level) const;

    /// Draws and scores the replicates [block * 64, ...) of a level. Pure: a function of its
    /// address.
    [[nodiscard]] BlockStatistics run(const Level& level, std::uint32_t block) const;

  private:
    friend class BlockRun;

    void make_levels();

    const Scenario& scenario_;
    WorldPlan plan_;
    std::vector<std::vector<Answer>> answers_;
    std::vector<std::optional<metrics::RankScorer>> scorers_;  // [approximation]; ranking ones only
    std::vector<Multinomial> choices_;                         // [context]
    std::optional<JointUsers> joint_;
    std::vector<Level> levels_;
};

}  // namespace truegap::sim
