#include "sim/replication.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/contract.hpp"
#include "sim/parallel.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// Finished blocks wait in memory until they are folded in order; this bounds how many. Small blocks
// come in large waves, so that threads seldom wait for each other at the end of one.
constexpr std::size_t wave_bytes = std::size_t{2} << 20U;
constexpr std::size_t most_blocks_in_wave = 1024;
constexpr std::size_t least_blocks_a_thread = 4;

std::size_t wave_size(const Layout& layout, unsigned threads) {
    const std::size_t rows = layout.contexts * layout.predictors * layout.methods;
    const std::size_t block_bytes =
        rows * (sizeof(metrics::ErrorMoments) + 2 * sizeof(metrics::Moments)) + 1;
    return std::max<std::size_t>(std::min(wave_bytes / block_bytes, most_blocks_in_wave),
                                 least_blocks_a_thread * threads);
}

std::uint32_t blocks_for(std::uint32_t replicates) {
    return replicates / replicates_per_block + (replicates % replicates_per_block > 0 ? 1 : 0);
}

/// The blocks of one level, folded one by one.
class LevelRun {
  public:
    LevelRun(const WorldStudy& study,
             const Level& level,
             const StudyPlace& place,
             std::uint32_t least,
             const StudyOptions& options)
        : study_(study),
          level_(level),
          place_(place),
          options_(options),
          first_goal_(blocks_for(least)),
          most_(options.target_mcse ? options.most_replicates : least),
          totals_(study.layout(level)) {
        if (options.target_mcse)
            first_goal_ =
                std::min(checkpoint(checkpoints_within(first_goal_ - 1)), blocks_for(most_));
        if (options.memory != nullptr) recall();
    }

    [[nodiscard]] const Level& level() const { return level_; }
    [[nodiscard]] std::uint32_t blocks() const { return blocks_; }

    /// How many blocks to have next; `blocks()` when there are enough.
    [[nodiscard]] std::uint32_t goal() const {
        if (blocks_ < first_goal_) return first_goal_;
        if (!options_.target_mcse || blocks_ == blocks_for(most_)) return blocks_;
        if (met_after(blocks_)) return blocks_;
        return std::min(checkpoint(checkpoints_within(blocks_)), blocks_for(most_));
    }

    void fold(const BlockStatistics& block) {
        const bool whole = block.replicates == replicates_per_block;
        if (!whole && options_.memory != nullptr) before_part_ = totals_;
        totals_.merge(block);
        ++blocks_;
        const bool asked = options_.target_mcse || options_.memory != nullptr;
        if (whole && asked && checkpoint(errors_.size()) == blocks_)
            errors_.push_back(row_errors(study_, level_, totals_, 0.0).largest);
    }

    /// Keeps what is known for later runs and gives the totals away.
    [[nodiscard]] BlockStatistics finish() {
        if (options_.memory != nullptr) {
            if (larger_)
                options_.memory->keep(
                    place_, larger_->blocks, larger_->errors, larger_->statistics);
            else if (before_part_)
                options_.memory->keep(place_, blocks_ - 1, errors_, *before_part_);
            else
                options_.memory->keep(place_, blocks_, errors_, totals_);
        }
        return std::move(totals_);
    }

  private:
    void recall() {
        std::optional<WholeBlocks> earlier = options_.memory->recall(place_, study_.layout(level_));
        if (!earlier) return;
        std::uint32_t allowed = most_ / replicates_per_block;
        // A run from scratch would have ended at the first checkpoint where the target was met.
        if (options_.target_mcse)
            for (std::size_t i = 0; i < earlier->errors.size(); ++i)
                if (checkpoint(i) >= first_goal_ && earlier->errors[i] <= *options_.target_mcse)
                    allowed = std::min(allowed, checkpoint(i));
        if (earlier->blocks > allowed) {
            larger_ = std::move(earlier);
            return;
        }
        blocks_ = earlier->blocks;
        errors_ = std::move(earlier->errors);
        totals_ = std::move(earlier->statistics);
        if (options_.progress != nullptr) {
            options_.progress->taken_over += blocks_;
            options_.progress->done += blocks_;
            if (options_.target_mcse) options_.progress->total += blocks_;
        }
    }

    [[nodiscard]] bool met_after(std::uint32_t blocks) const {
        const std::size_t reached = checkpoints_within(blocks);
        return reached > 0 && checkpoint(reached - 1) == blocks &&
               errors_[reached - 1] <= *options_.target_mcse;
    }

    const WorldStudy& study_;
    const Level& level_;
    StudyPlace place_;
    const StudyOptions& options_;
    std::uint32_t first_goal_;  // blocks
    std::uint32_t most_;        // replicates
    std::uint32_t blocks_ = 0;
    std::vector<double> errors_;  // as in WholeBlocks
    BlockStatistics totals_;
    std::optional<BlockStatistics> before_part_;  // without the last block, which is not whole
    std::optional<WholeBlocks> larger_;           // of an earlier run that went further
};

/// Blocks of one level that are run side by side with those of others.
struct Stretch {
    LevelRun* run = nullptr;
    std::uint32_t first = 0;
    std::size_t count = 0;
};

struct Task {
    LevelRun* run = nullptr;
    std::uint32_t block = 0;
};

Task task_at(const std::vector<Stretch>& stretches, std::size_t number) {
    for (const Stretch& stretch : stretches) {
        if (number < stretch.count)
            return {stretch.run, stretch.first + static_cast<std::uint32_t>(number)};
        number -= stretch.count;
    }
    return {};
}

void run_stretches(const WorldStudy& study,
                   const std::vector<Stretch>& stretches,
                   std::size_t wave,
                   const StudyOptions& options) {
    std::size_t tasks = 0;
    for (const Stretch& stretch : stretches) tasks += stretch.count;
    for (std::size_t first = 0; first < tasks; first += wave) {
        std::vector<BlockStatistics> finished(std::min(wave, tasks - first));
        for_each_index(options.threads, finished.size(), [&](std::size_t i) {
            check_stop(options);
            const Task task = task_at(stretches, first + i);
            finished[i] = study.run(task.run->level(), task.block);
            if (options.progress != nullptr) ++options.progress->done;
        });
        for (std::size_t i = 0; i < finished.size(); ++i)
            task_at(stretches, first + i).run->fold(finished[i]);
    }
}

}  // namespace

std::uint32_t checkpoint(std::size_t number) {
    if (number == 0) return 1;
    const std::size_t doublings = (number - 1) / 2;
    return (number % 2 == 1 ? 2U : 3U) << doublings;
}

std::size_t checkpoints_within(std::uint32_t blocks) {
    std::size_t count = 0;
    while (checkpoint(count) <= blocks) ++count;
    return count;
}

RowErrors row_errors(const WorldStudy& study,
                     const Level& level,
                     const BlockStatistics& statistics,
                     double target) {
    const Layout layout = study.layout(level);
    RowErrors result;
    for (std::size_t c = 0; c < layout.contexts; ++c)
        for (std::size_t p = 0; p < layout.predictors; ++p) {
            for (std::size_t m = 0; m < layout.methods; ++m) {
                const auto& approximation =
                    study.scenario().approximations[study.methods()[m].approximation];
                const Figure true_gap = method_truth(level, c, p, approximation).gap;
                if (!true_gap || !std::isfinite(*true_gap)) continue;
                const auto error = statistics.gap_error[layout.gap(c, p, m)].error.standard_error();
                if (!error || !std::isfinite(*error)) continue;
                ++result.rows;
                if (*error > target) ++result.above;
                result.largest = std::max(result.largest, *error);
            }
        }
    return result;
}

std::vector<BlockStatistics> replicate(const WorldStudy& study,
                                       std::size_t point,
                                       std::uint32_t least,
                                       const StudyOptions& options) {
    const std::vector<Level>& levels = study.levels();
    TRUEGAP_EXPECTS(study.scenario().replicates ==
                    (options.target_mcse ? options.most_replicates : least));
    std::vector<LevelRun> runs;
    runs.reserve(levels.size());
    std::size_t wave = most_blocks_in_wave;
    for (std::uint32_t l = 0; l < levels.size(); ++l) {
        runs.emplace_back(study,
                          levels[l],
                          StudyPlace{.point = point, .world = study.plan().index, .level = l},
                          least,
                          options);
        wave = std::min(wave, wave_size(study.layout(levels[l]), options.threads));
    }
    for (;;) {
        std::vector<Stretch> stretches;
        for (LevelRun& run : runs) {
            const std::uint32_t count = run.goal() - run.blocks();
            if (count == 0) continue;
            stretches.push_back({.run = &run, .first = run.blocks(), .count = count});
            // Without a target all blocks were counted beforehand.
            if (options.progress != nullptr && options.target_mcse)
                options.progress->total += count;
        }
        if (stretches.empty()) break;
        run_stretches(study, stretches, wave, options);
    }
    std::vector<BlockStatistics> totals;
    for (LevelRun& run : runs) totals.push_back(run.finish());
    return totals;
}

}  // namespace truegap::sim
