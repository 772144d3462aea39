#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "metrics/approximation/cross_fitted.hpp"
#include "metrics/approximation/scorer.hpp"
#include "metrics/performance_measures.hpp"
#include "sim/answers.hpp"
#include "sim/column.hpp"
#include "sim/joint_users.hpp"
#include "sim/methods.hpp"
#include "sim/plan.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

/// One n of the design: how many users each context's group has.
struct Level {
    std::uint32_t population_users = 0;  ///< N of the `users` design, else 0
    std::vector<std::uint32_t> users;    ///< [context]; what the `users` column says
    std::vector<SizeBin> bins;           ///< the summary's bins, ascending
    std::vector<std::uint32_t> bin_of;   ///< [context]
    /// What is true and answered at this n: shared between levels where n does not matter.
    std::vector<const Truth*> truths;                 ///< [context]
    std::vector<std::vector<const Answer*>> answers;  ///< [predictor][context]
    /// [context]: the mean of the users' own entropies; H(p) where they share one history.
    std::vector<double> user_entropy;

    [[nodiscard]] const Truth& truth(std::size_t context) const { return *truths[context]; }
    [[nodiscard]] const Answer& answer(std::size_t predictor, std::size_t context) const {
        return *answers[predictor][context];
    }
};

/// How the statistics of a block are laid out.
struct Layout {
    std::size_t contexts = 0, predictors = 0, approximations = 0, estimators = 0, methods = 0,
                bins = 0;
    bool faults = false, contaminated = false;  ///< whether any predictor has or is
    bool given = false;  ///< whether any answer is from outside; it has faults too

    [[nodiscard]] std::size_t entropy(std::size_t c, std::size_t e) const {
        return c * estimators + e;
    }
    [[nodiscard]] std::size_t cross_entropy(std::size_t c, std::size_t p, std::size_t a) const {
        return (c * predictors + p) * approximations + a;
    }
    [[nodiscard]] std::size_t answer(std::size_t c, std::size_t p) const {
        return c * predictors + p;
    }
    /// m: an index into `study_methods`.
    [[nodiscard]] std::size_t gap(std::size_t c, std::size_t p, std::size_t m) const {
        return (c * predictors + p) * methods + m;
    }
    [[nodiscard]] std::size_t pooled(std::size_t bin, std::size_t p, std::size_t m) const {
        return gap(bin, p, m);
    }
};

/// How the intervals of a method that has its own standard error fared.
struct IntervalStatistics {
    metrics::Moments variance;  ///< its squared standard error
    std::uint64_t covered = 0;  ///< 95 % intervals that held the estimand
    std::uint64_t counted = 0;  ///< intervals, finite ones of known estimand

    void merge(const IntervalStatistics& later) {
        variance.merge(later.variance);
        covered += later.covered;
        counted += later.counted;
    }
};

/// What went wrong with the answers of a predictor with faults or from outside, summed over replicates.
struct FaultStatistics {
    std::uint64_t answers = 0;  ///< given, that is, not refused
    std::uint64_t refused = 0, cut = 0, missing = 0, duplicates = 0, unknown = 0;

    void merge(const FaultStatistics& later) {
        answers += later.answers;
        refused += later.refused;
        cut += later.cut;
        missing += later.missing;
        duplicates += later.duplicates;
        unknown += later.unknown;
    }
};

/// What replicates leave behind: moments, however many replicates there were.
struct BlockStatistics {
    BlockStatistics() = default;
    explicit BlockStatistics(const Layout& layout);
    /// Adds a later block. Merging the same blocks in the same order gives the same bits.
    void merge(const BlockStatistics& later);

    /// Calls visit(a.part, b.part, …) for every part but `replicates`, in this order: the one list of
    /// them, for merging, keeping and reading back. all: statistics, const or not.
    template <class Visit, class... Statistics>
    static void visit_parts(const Visit& visit, Statistics&... all) {
        visit(all.users...);
        visit(all.entropy...);
        visit(all.cross_entropy...);
        visit(all.infinite...);
        visit(all.answered...);
        visit(all.beyond_answered...);
        visit(all.completed...);
        visit(all.beyond_completed...);
        visit(all.faults...);
        visit(all.intervals...);
        visit(all.pooled_weight...);
        visit(all.gap_error...);
        visit(all.gap_entropy...);
        visit(all.gap_cross_entropy...);
        visit(all.pooled_error...);
    }

    std::uint64_t replicates = 0;
    std::vector<std::uint64_t> users;             ///< [context], summed over replicates
    std::vector<metrics::Moments> entropy;        ///< Layout::entropy
    std::vector<metrics::Moments> cross_entropy;  ///< Layout::cross_entropy
    std::vector<std::uint64_t> infinite;          ///< Layout::cross_entropy
    /// Where the answers themselves are drawn: CE(p, q) of the drawn answers, and how much the
    /// cross-entropy of the counts differs from it. Layout::cross_entropy
    std::vector<metrics::Moments> answered, beyond_answered;
    /// Where even the complete answer is drawn: its CE(p, q), and how much that of the answer as given
    /// differs from it. Layout::cross_entropy; empty without a contaminated predictor
    std::vector<metrics::Moments> completed, beyond_completed;
    std::vector<FaultStatistics> faults;          ///< Layout::answer; empty without faults
    std::vector<IntervalStatistics> intervals;    ///< Layout::cross_entropy
    std::vector<metrics::Moments> pooled_weight;  ///< [context]
    std::vector<metrics::ErrorMoments>
        gap_error;  ///< Layout::gap; error against G0, see gap_offset
    /// Layout::gap: the two means that the mean gap is the difference of, over the same replicates.
    std::vector<metrics::Moments> gap_entropy, gap_cross_entropy;
    std::vector<metrics::Moments> pooled_error;  ///< Layout::pooled; mean error over contexts
};

/// What is true of the comparison that an approximation makes: of pooled choices, or event by event.
struct MethodTruth {
    double entropy = 0.0;
    Figure cross_entropy, gap;

    /// What a gap's error is taken against: the true gap, or 0 where that is unknown or infinite.
    [[nodiscard]] double offset() const;
};
[[nodiscard]] MethodTruth method_truth(const Level& level,
                                       std::size_t context,
                                       std::size_t predictor,
                                       const metrics::Approximation& approximation);

/// Where the contexts stand in the table of all groups.
struct TableLayout {
    std::size_t items = 0;                              ///< distinct candidates of all contexts
    std::vector<std::size_t> order;                     ///< contexts, parents first
    std::vector<std::optional<std::size_t>> parent_of;  ///< [context], a place in `order`
    std::vector<std::vector<std::uint32_t>> items_of;   ///< [context], candidates numbered from 0
};

/// Receives the figures of each replicate of a block, before they are folded into moments.
class FigureSink {
  public:
    FigureSink() = default;
    FigureSink(const FigureSink&) = delete;
    FigureSink& operator=(const FigureSink&) = delete;
    FigureSink(FigureSink&&) = delete;
    FigureSink& operator=(FigureSink&&) = delete;
    virtual ~FigureSink() = default;

    /// Called once for each context, predictor and method (an index into `study_methods`), contexts in
    /// their order. What replicate r of the block has no figure for is not defined in its column.
    virtual void take(std::size_t context,
                      std::size_t predictor,
                      std::size_t method,
                      const Column& entropy,
                      const Column& cross_entropy) = 0;
};

/// One world, ready to be replicated. Immutable, so blocks can run in any order and at once.
class WorldStudy {
  public:
    WorldStudy(const Scenario& scenario, WorldPlan plan);
    ~WorldStudy() = default;
    // Levels point into it: it can move, but not be copied.
    WorldStudy(WorldStudy&&) = default;
    WorldStudy(const WorldStudy&) = delete;
    WorldStudy& operator=(const WorldStudy&) = delete;
    WorldStudy& operator=(WorldStudy&&) = delete;

    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const std::vector<metrics::Estimator>& estimators() const { return estimators_; }
    [[nodiscard]] const std::vector<Method>& methods() const { return methods_; }
    [[nodiscard]] const TableLayout& table() const { return table_; }
    /// Whether any method needs the counts of all groups, and whether the mixture is among them.
    [[nodiscard]] bool needs_groups() const { return needs_groups_; }
    [[nodiscard]] bool needs_mixture() const { return needs_mixture_; }
    [[nodiscard]] const WorldPlan& plan() const { return plan_; }
    [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
    [[nodiscard]] Layout layout(const Level& level) const;
    /// Whether the counts are given, so that what is true of them is not known.
    [[nodiscard]] bool observed() const {
        return std::holds_alternative<Observed>(scenario_.design);
    }
    /// Whether they are the same in every replicate.
    [[nodiscard]] bool same_counts() const {
        const auto* given = std::get_if<Observed>(&scenario_.design);
        return given != nullptr && !given->by_replicate;
    }
    /// Where a block's draws for a context live.
    [[nodiscard]] StreamAddress address(const Level& level,
                                        std::uint32_t block,
                                        Purpose purpose,
                                        std::size_t context) const;

    /// How the users of a context choose, where they share one history.
    [[nodiscard]] const Multinomial& choices(std::size_t context) const {
        return choices_[context];
    }
    /// The users of the `users` design; nothing under the others.
    [[nodiscard]] const std::optional<JointUsers>& joint_users() const { return joint_; }
    /// The users of a context that have histories of their own; null where they share one.
    [[nodiscard]] const OwnHistories* own_histories(std::size_t context) const {
        return own_.empty() || own_[context].users.empty() ? nullptr : &own_[context];
    }
    /// What each of them is answered: [user].
    [[nodiscard]] std::span<const metrics::Distribution> own_beliefs(std::size_t predictor,
                                                                     std::size_t context) const {
        return own_beliefs_[predictor][context];
    }

    /// Draws and scores the replicates [block * 64, ...) of a level. Pure: a function of its
    /// address. sink: who wants to see each replicate, or null.
    [[nodiscard]] BlockStatistics run(const Level& level,
                                      std::uint32_t block,
                                      FigureSink* sink = nullptr) const;

  private:
    friend class BlockRun;

    void make_levels();
    void fill_levels();
    void pool_level(Level& level);
    [[nodiscard]] const Answer* answer_at(const Level& level, std::size_t p, std::size_t c);
    void make_table();

    const Scenario& scenario_;
    WorldPlan plan_;
    std::vector<metrics::Estimator> estimators_;
    std::vector<Method> methods_;
    TableLayout table_;
    bool needs_groups_ = false, needs_mixture_ = false;
    bool given_ = false;  // whether any answer is from outside
    std::vector<std::vector<Answer>> answers_;
    // Of one level each; levels point at them.
    std::deque<Answer> own_answers_;
    std::deque<Truth> own_truths_;
    std::deque<std::vector<std::vector<Answer>>> pooled_answers_;
    std::vector<OwnHistories> own_;  // [context], or empty: no individual histories
    OwnBeliefs own_beliefs_;
    std::vector<std::optional<metrics::RankScorer>> scorers_;  // [approximation]; of order
    std::vector<std::optional<metrics::CrossFittedScorer>>
        halves_scorers_;                // [approximation]; of halves
    std::vector<Multinomial> choices_;  // [context]
    std::optional<JointUsers> joint_;
    std::vector<Level> levels_;
};

}  // namespace truegap::sim
