#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/curve.hpp"
#include "sim/inversion_interval.hpp"
#include "sim/noise_floor.hpp"
#include "sim/observed.hpp"

/// The measured entropy curve of predictors on observed choices, and what is below its noise floor.
namespace truegap::sim {

/// A bin of a curve, and what the perfect predictor scores there. All contexts of the data are on the
/// curve, nested ones that share users too.
struct ObservedBin {
    metrics::CurveBin bin;
    /// The perfect predictor's mean measured gap in this bin of drawn data sets, and the range that holds a
    /// share `level` of them.
    Figure floor = {};
    std::optional<metrics::Interval> floor_range = {};
    Figure bias =
        {};  ///< mean measured minus true gap at the predictor's own q; at Bayes' q the floor
    Figure corrected = {};                                     ///< measured gap minus bias
    std::optional<metrics::Interval> corrected_interval = {};  ///< normal, see `add_floor`
    Figure p = {};  ///< (1 + #{perfect >= measured gap}) / (B + 1), of this bin alone
};

struct ObservedCurve {
    std::uint32_t predictor = 0, approximation = 0, estimator = 0;
    std::vector<std::uint32_t> contexts;  ///< with a finite entropy and cross-entropy
    std::vector<metrics::CurvePoint> points;
    std::vector<ObservedBin> bins;
    std::optional<std::size_t> published;  ///< `metrics::published_inversion`
    InversionInterval inversion;
};

struct ObservedCurvePlan {
    std::size_t bins = 10;  ///< of equal count
    InversionPlan inversion;
};

/// One for each predictor and method whose entropy is known, in the order of the rows.
[[nodiscard]] std::vector<ObservedCurve> observed_curves(const ObservedStudy& study,
                                                         const ObservedScores& scores,
                                                         const ObservedCurvePlan& plan);

/// The curves as a noise floor is asked for them.
[[nodiscard]] std::vector<FloorCurve> floor_curves(const std::vector<ObservedCurve>& curves);

/// Fills what the floor says: `floor.bins(i)` is of `curves[i]`. The interval of a corrected gap is
/// corrected -+ z s, s the larger of the bin's standard error over contexts and the spread of the bin over the
/// draws. level: in (0, 1).
void add_floor(std::vector<ObservedCurve>& curves, const NoiseFloor& floor, double level);

}  // namespace truegap::sim
