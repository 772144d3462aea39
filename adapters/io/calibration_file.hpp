#pragma once

#include "sim/results.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

inline constexpr const char* calibration_file_name = "calibration.csv";

/// The columns that `calibration.csv` has of a run and of a score alike.
/// predictors: their labels; they outlive the columns.
[[nodiscard]] Columns<sim::CalibrationRow> calibration_columns(
    const std::vector<std::string>& predictors);

}  // namespace truegap::adapters
