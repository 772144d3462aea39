#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/block.hpp"
#include "sim/study.hpp"

namespace truegap::sim {

/// One n of one world, at a point of a grid.
struct StudyPlace {
    std::size_t point = 0;
    std::uint32_t world = 0;
    std::uint32_t level = 0;
};

/// What is known after the first so many whole blocks of a place.
struct WholeBlocks {
    std::uint32_t blocks = 0;
    /// The largest `gap_bias_mcse` of any row (`RowErrors::largest`) after each of the `checkpoint`s
    /// that `blocks` has reached.
    std::vector<double> errors;
    BlockStatistics statistics;
};

/// What runs of the same study leave for one another, so that replicates are added, not repeated.
class StudyMemory {
  public:
    StudyMemory() = default;
    StudyMemory(const StudyMemory&) = delete;
    StudyMemory& operator=(const StudyMemory&) = delete;
    StudyMemory(StudyMemory&&) = delete;
    StudyMemory& operator=(StudyMemory&&) = delete;
    virtual ~StudyMemory() = default;

    /// What an earlier run kept; nothing where it does not fit the layout. The same bits as were kept.
    [[nodiscard]] virtual std::optional<WholeBlocks> recall(const StudyPlace& place,
                                                            const Layout& layout) = 0;
    /// Keeps what this run knows. Called once a place.
    virtual void keep(const StudyPlace& place,
                      std::uint32_t blocks,
                      const std::vector<double>& errors,
                      const BlockStatistics& statistics) = 0;
};

/// Numbers of blocks at which a study with a target may end: 1, 2, 3, 4, 6, 8, 12, 16, 24, … (2^k and
/// 3 * 2^k), whatever it started with and however it is run.
[[nodiscard]] std::uint32_t checkpoint(std::size_t number);
/// How many checkpoints there are up to that many blocks.
[[nodiscard]] std::size_t checkpoints_within(std::uint32_t blocks);

/// The Monte Carlo standard errors of the gap's bias over the rows of a world and level; only of rows
/// that have one (a finite true gap, two replicates, no infinite one).
struct RowErrors {
    std::uint64_t rows = 0;
    std::uint64_t above = 0;  ///< the target
    double largest = 0.0;     ///< 0 without rows
};
[[nodiscard]] RowErrors row_errors(const WorldStudy& study,
                                   const Level& level,
                                   const BlockStatistics& statistics,
                                   double target);

/// All replicates of a world, [level]: blocks in parallel, whichever level they are of, in bounded
/// waves, each folded in order. least: replicates; with a target each level goes on to the first
/// checkpoint of at least that many at which no row is above it, or to `options.most_replicates`,
/// which the study's own scenario has to have as its `replicates`.
[[nodiscard]] std::vector<BlockStatistics> replicate(const WorldStudy& study,
                                                     std::size_t point,
                                                     std::uint32_t least,
                                                     const StudyOptions& options);

}  // namespace truegap::sim
