#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sim/curves.hpp"

/// The entropy curve as a person reads it in a terminal: characters, no colour, at most 72 columns.
namespace truegap::cli {

/// Points of one curve, marked with one character.
struct CurveSeries {
    char mark = 'o';
    std::string name;  ///< in the legend
    std::vector<metrics::CurvePoint> points;
};

[[nodiscard]] CurveSeries curve_series(char mark,
                                       std::string name,
                                       const std::vector<metrics::CurveBin>& bins);

/// Draws curves into one picture, cross-entropy up and entropy across on the same scale, with the line
/// on which both are equal, and a legend. Where several curves have a point, a star stands. Nothing
/// where no curve has a point.
void print_curve(std::ostream& out, const std::vector<CurveSeries>& series);

/// What a curve says of an inversion, without a full stop: `the published reading sees an inversion at
/// 1.310 nat; the fit of two lines sees one at 1.330 nat (95 % interval 1.200 to 1.460; none in 2.0 %
/// of resamples)`.
[[nodiscard]] std::string inversion_reading(const std::vector<metrics::CurveBin>& bins,
                                            const sim::InversionInterval& inversion,
                                            double level);

/// The curves of a study's first predictor at the smallest and the largest n: of the first method and
/// of the recommended one, beside the true curve; and a sentence for each on whether it inverts.
void print_curves(std::ostream& out,
                  const sim::Scenario& scenario,
                  const sim::Results& results,
                  const std::vector<sim::CurveFindings>& curves,
                  double level);

}  // namespace truegap::cli
