#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/results.hpp"
#include "sim/study.hpp"

/// How often is a curve read as inverted, and how often is it so? Over many worlds, whose truth is known.
namespace truegap::sim {

/// Ways to read a measured curve.
enum class InversionReading : std::uint8_t {
    published,    ///< the lowest bin is not the leftmost one
    two_segment,  ///< the fit of two segments falls, then rises
    worse,        ///< test: its gap is somewhere above a perfect predictor's (`metrics::CurveTest`)
    rise          ///< test: its gap rises towards low entropy by more than a perfect predictor's
};
/// Whom a test compares with: Bayes in the world's own population, or in one that was fitted to other users
/// of it, as many as are judged.
enum class InversionNull : std::uint8_t { none, population, twin };

/// A share of worlds and its Monte Carlo standard error, sqrt(p (1 - p) / worlds); nothing for no world.
struct Share {
    std::uint32_t worlds = 0, hits = 0;
    [[nodiscard]] Figure value() const;
    [[nodiscard]] Figure standard_error() const;
};

/// One n of the design x predictor x method x reading (x null).
struct InversionRate {
    std::uint32_t users = 0;  ///< n, or N of the `users` design; 0 for counted group sizes
    std::uint32_t predictor = 0, approximation = 0, estimator = 0;
    InversionReading reading = InversionReading::published;
    InversionNull null = InversionNull::none;
    Share all = {};  ///< of the worlds, those where the reading is an inversion (the test rejects)
    Share inverted = {};  ///< the same of the worlds where the predictor's true curve is inverted
};

struct InversionRates {
    std::vector<std::string> predictors, approximations, estimators;
    std::uint32_t reference = 0;  ///< the perfect predictor, an index into `predictors`
    double level = 0.05;
    std::vector<InversionRate> rows;  ///< by n, predictor, method, reading, null
};

/// Judges one data set a world. In each world the perfect predictor is scored on B others; its curves are
/// what the tests compare with, method by method. A twin is fitted to the choices of as many users of the
/// groups with the most attributes as are judged, who are nobody else, and the perfect predictor is its
/// own. The true curve is the fit of two segments through (H(p), CE(p, q)) over the contexts.
/// Curves are of the contexts that have users and finite figures.
/// scenario: with `inversion`, and not refused (`refuse_impossible`). The same bits for any number of threads. Progress counts
/// worlds. Throws ScenarioError, Interrupted.
[[nodiscard]] InversionRates inversion_rates(const Scenario& scenario, const StudyOptions& options);

}  // namespace truegap::sim
