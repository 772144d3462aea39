#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "metrics/curve_test.hpp"
#include "sim/noise_floor.hpp"
#include "sim/observed.hpp"
#include "sim/resampling.hpp"
#include "sim/twin_data.hpp"

/// Whether a predictor is worse than a perfect one, or its gap is what small groups do to the metric: the
/// recommended metric, corrected by what the metric's bias is in a twin of the data.
namespace truegap::sim {

/// Fewer contexts decide nothing.
inline constexpr std::size_t least_judged = 10;

/// A figure of the corrected gaps d_c of the judged contexts, in nats, and what chance makes of it.
struct Judgement {
    Figure value = {};
    std::optional<metrics::Interval> interval = {};
    /// (1 + #{null >= value}) / (B + 1): null, the same figure of a perfect predictor in B data sets drawn
    /// from the twin. With a twin fitted to the judged data themselves: of the studentised figure among
    /// those of twins refitted to data sets of the twin (Beran, Biometrika 74, 1987).
    Figure p = {};
};

enum class Finding { worse, explained, undecided };

/// What would decide it: an interval no longer than the margin cannot hold both 0 and the margin.
struct Needed {
    Figure users = {};   ///< a group (the median one); nothing where users alone do not do it
    Figure groups = {};  ///< of as many users as now, where users alone do not do it
};

struct Verdict {
    std::uint32_t predictor = 0;
    Finding finding = Finding::undecided;
    std::uint64_t contexts = 0;  ///< judged, with a gap
    std::uint64_t infinite =
        0;  ///< of those, with an infinite one: chosen was what it gave no probability
    Figure median_users = {};
    bool states = false;  ///< whether its own q is known; else it is judged by its ranking
    Judgement gap = {};   ///< mean of d_c
    /// Mean of d_c over the third of the highest measured entropy, less the perfect predictor's there.
    Judgement highest = {};
    /// Mean over the third of the lowest measured entropy minus over the others, likewise.
    Judgement rise = {};
    /// The d_c as a curve against entropy, in ten parts, among those of the perfect predictor; by the twin as it
    /// is (not refitted). Nothing decides by it: it says where along the curve the gap is.
    std::optional<metrics::CurveTest> curve_test = {};
    std::optional<Needed> needed = {};  ///< where it is undecided for want of data
};

struct VerdictPlan {
    std::uint64_t seed = 1;
    double level = 0.95;
    double margin = 0.1;  ///< nat: a gap that does not matter
    std::uint32_t resamples = 2000;
    bool needed = true;  ///< whether to find out what would decide what is undecided
    unsigned threads = 1;
    const std::atomic<bool>* stop = nullptr;
    std::function<void(std::uint32_t)> progress = {};  ///< called with a number of draws done
};

/// Another twin, fitted anew to a data set drawn from the first.
using Refit = std::function<Population(const TwinData::Draw&)>;

/// The double bootstrap of a twin that was fitted to what it judges.
struct OuterPlan {
    std::uint32_t draws = 199;
    std::uint32_t inner = 64;
    Refit refit;
    const std::vector<TwinContext>* contexts = nullptr;  ///< for the refitted twins
};

/// One a predictor. scores: of the study, with the recommended metric.
///     d_c = measured gap - bias,   bias = H_c - mean measured entropy          (probabilities are stated)
///                                         mean measured gap of the perfect one (a ranking)
/// means over the floor's draws. In the first case the cross-entropy is unbiased whatever q is, so that the
/// bias at the predictor's own q is that of the entropy; in the second the bias is that at Bayes' q, an
/// assumption, and d_c corrects the gap of the order alone (G1).
/// The interval of the mean is BCa over contexts, never shorter than the spread of the figure over the
/// draws makes it, and longer by the refitted twins' spread where there are any.
///     worse      p <= 1 - level
///     explained  else, where the interval ends below the margin
///     undecided  else, and where fewer than `least_judged` contexts have a gap
[[nodiscard]] std::vector<Verdict> judge(const ObservedStudy& study,
                                         const ObservedScores& scores,
                                         const TwinData& twin,
                                         const NoiseFloor& floor,
                                         const VerdictPlan& plan,
                                         const std::optional<OuterPlan>& outer = {});

/// The bias of the recommended metric for a predictor in a context, as above; nothing where it has none.
[[nodiscard]] Figure recommended_bias(const TwinData& twin,
                                      const NoiseFloor& floor,
                                      std::size_t predictor,
                                      std::size_t context);

}  // namespace truegap::sim
