#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/curves.hpp"
#include "adapters/io/grid_json.hpp"

namespace truegap::adapters {

/// The names of the two files.
inline constexpr const char* curve_file_name = "curve.csv";
inline constexpr const char* inversion_file_name = "inversion.json";

/// Which curve an entry of `inversion.json` is about.
struct CurveLabel {
    std::string point;  ///< of a grid: its factors as a JSON object; else empty
    std::string population;
    std::optional<std::uint64_t> users;
    std::string predictor, approximation, estimator;
    bool measured = true;
};

/// One curve of `inversion.json`.
struct InversionEntry {
    CurveLabel label;
    std::uint64_t contexts = 0, left_out = 0;
    const std::vector<metrics::CurveBin>& bins;
    const sim::InversionInterval& inversion;
};

/// Writes `inversion.json`: of each curve the published reading and the fit with its interval. The
/// places of bins are counted from 1. level, resamples: of the intervals.
void write_inversions(const std::vector<InversionEntry>& entries,
                      double level,
                      std::uint32_t resamples,
                      const std::string& version,
                      const std::filesystem::path& directory);

/// Writes `curve.csv`, a row a bin, and `inversion.json` of a study.
/// curves, results: one a point of the grid. Throws SystemError when a file cannot be written whole.
void write_curves(const sim::StudyCurves& curves,
                  const std::vector<sim::Results>& results,
                  const Grid& grid,
                  const std::string& version,
                  const std::filesystem::path& directory);

}  // namespace truegap::adapters
