#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/curve.hpp"
#include "sim/inversion_interval.hpp"
#include "sim/results.hpp"
#include "sim/study.hpp"

namespace truegap::sim {

/// How the contexts of a curve are binned.
struct CurveSpec {
    metrics::Binning binning = metrics::Binning::equal_count;
    std::uint32_t bins = 10;
};

/// An entropy curve of a study. Labels are indices into `Results`. Without an approximation and an
/// estimator it is the true one, of exact entropies and cross-entropies.
struct Curve {
    std::uint32_t population = 0;
    std::optional<std::uint32_t> users;  ///< n, or N; nothing where every group has its own number
    std::uint32_t predictor = 0;
    std::optional<std::uint32_t> approximation, estimator;
    /// One a context, of all worlds of the population: the means over replicates.
    std::vector<metrics::CurvePoint> points;
    std::uint64_t left_out = 0;  ///< contexts without a finite entropy and cross-entropy

    [[nodiscard]] bool measured() const { return approximation.has_value(); }
};

/// The curves that a study's cells make: for each population, n and predictor those measured by each
/// method, and the true one. A pure function of both; none where a study keeps no cells.
/// Where the users of a context are told apart, the true curve is that of their pooled choices.
[[nodiscard]] std::vector<Curve> curves_of(const Scenario& scenario, const Results& results);

/// What a curve shows.
struct CurveFindings {
    Curve curve;
    std::vector<metrics::CurveBin> bins;
    std::optional<std::size_t> published;  ///< the bin of the published inversion, if there is one
    InversionInterval inversion;
};

/// Of all curves of a study.
struct StudyCurves {
    double level = 0.95;                             ///< of the intervals
    std::uint32_t resamples = 0;                     ///< that they come from
    std::vector<std::vector<CurveFindings>> points;  ///< [point of the grid][curve]
};

/// How often the curves of a study are resampled that have so many points together: 1000 times, fewer
/// where that would take longer than the study itself, 200 times at least.
[[nodiscard]] std::uint32_t curve_resamples(double points);

/// Bins, fits and resamples the curves of every point of a grid. Contexts are drawn alike for all
/// curves of a population and at all points, so that predictors and methods are compared paired.
/// specs: one a point of the grid. The same bits for any number of threads. options: threads, progress (in curves) and stop are heeded;
/// throws Interrupted after a stop.
[[nodiscard]] StudyCurves study_curves(const std::vector<GridPoint>& points,
                                       const std::vector<Results>& results,
                                       const std::vector<CurveSpec>& specs,
                                       const StudyOptions& options);

}  // namespace truegap::sim
