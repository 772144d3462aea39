#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/observed.hpp"
#include "sim/twin_data.hpp"

/// What a perfect predictor would have scored on data like those observed: data sets drawn from a twin,
/// scored by the path of the observed ones.
namespace truegap::sim {

struct FloorPlan {
    std::uint64_t seed = 1;
    std::uint32_t family = 1;  ///< of data sets; different ones are independent
    std::uint32_t draws = 999;
    std::uint32_t times = 1;  ///< how many times as many users each group has
    bool own = true;  ///< whether what predictors say themselves is scored, beside the perfect one
    unsigned threads = 1;
    const std::atomic<bool>* stop = nullptr;  ///< set by another thread or a signal; or null
    std::function<void(std::uint32_t)> progress = {};  ///< called with a number of draws done
};

/// A curve whose bins have a floor: contexts of one predictor and method, cut by ascending measured entropy
/// into groups of these sizes. In every drawn data set they are cut anew, by the entropies measured there:
/// a bin of low measured entropy holds those that chance made look certain, in the data as in the draws.
struct FloorCurve {
    std::uint32_t predictor = 0, approximation = 0, estimator = 0;
    std::vector<std::uint32_t> contexts;
    std::vector<std::uint32_t> sizes;  ///< of the bins; their sum is the number of contexts
};

/// Of one bin, [draw] each. Nothing where no context of it has a figure.
struct FloorBin {
    std::vector<Figure> perfect;  ///< mean measured gap of the perfect predictor
    std::vector<Figure> bias;     ///< mean measured minus true gap of the scored predictor's own q
};

/// Means over the draws of one context, in nats.
struct FloorMeans {
    Figure entropy, cross_entropy;
};

class NoiseFloor {
  public:
    /// Draws and scores. study: with the recommended metric; contexts judged: see `sim::judged_pool`.
    /// The perfect predictor answers in the form of the predictor it stands for: probabilities, or a ranking
    /// of its first `top`. Throws Interrupted after `stop`.
    NoiseFloor(const ObservedStudy& study,
               const TwinData& twin,
               std::vector<std::uint32_t> judged,
               const std::vector<FloorCurve>& curves,
               const FloorPlan& plan);

    [[nodiscard]] std::uint32_t draws() const { return draws_; }
    [[nodiscard]] const std::vector<std::uint32_t>& judged() const { return judged_; }
    /// Whether the predictor states probabilities wherever it answers, so that its own q is known.
    [[nodiscard]] bool states(std::size_t predictor) const { return states_[predictor]; }
    /// The recommended metric's figures of the perfect predictor in this one's form, over all draws.
    [[nodiscard]] const FloorMeans& perfect(std::size_t predictor, std::size_t context) const {
        return means_[context * slots_ + perfect_[predictor]];
    }
    /// [bin] of a curve asked for.
    [[nodiscard]] const std::vector<FloorBin>& bins(std::size_t curve) const {
        return bins_[curve];
    }

    /// The recommended metric in one drawn data set, of a judged context (by its place in `judged`).
    struct Point {
        double entropy = 0.0, gap = 0.0;
    };
    [[nodiscard]] const Point& perfect_point(std::size_t predictor,
                                             std::size_t draw,
                                             std::size_t place) const {
        return points_[(draw * slots_ + perfect_[predictor]) * judged_.size() + place];
    }
    /// The same of the predictor's own q, where it states one and was scored; a gap may be infinite.
    [[nodiscard]] const Point& own_point(std::size_t predictor,
                                         std::size_t draw,
                                         std::size_t place) const {
        return points_[(draw * slots_ + *own_[predictor]) * judged_.size() + place];
    }

  private:
    std::uint32_t draws_ = 0;
    std::vector<std::uint32_t> judged_;
    std::size_t slots_ = 0;
    std::vector<std::size_t> perfect_;             // [predictor], a slot
    std::vector<bool> states_;                     // [predictor]
    std::vector<std::optional<std::size_t>> own_;  // [predictor], a slot
    std::vector<FloorMeans> means_;                // [context x slot]
    std::vector<std::vector<FloorBin>> bins_;      // [curve][bin]
    std::vector<Point> points_;                    // [draw x slot x judged]
};

/// KL(p_c || q_c) of a predictor in the twin's world, [context]; nothing where it states no q, infinite where
/// it gives no probability to what can happen.
[[nodiscard]] std::vector<Figure> twin_gaps(const ObservedStudy& study,
                                            const TwinData& twin,
                                            std::size_t predictor);

}  // namespace truegap::sim
