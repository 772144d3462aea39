#include "adapters/io/calibration_file.hpp"

namespace truegap::adapters {

Columns<sim::CalibrationRow> calibration_columns(const std::vector<std::string>& predictors) {
    using Row = sim::CalibrationRow;
    const auto figure_of = [](const std::string& name, double sim::CalibrationBin::*member) {
        return Column<Row>{
            name, [member](const Row& row) -> Value { return sim::Figure(row.bin.*member); }};
    };
    return {{"predictor", [&](const Row& row) -> Value { return predictors[row.predictor]; }},
            {"bin", [](const Row& row) -> Value { return std::uint64_t{row.bin.number}; }},
            figure_of("stated_low", &sim::CalibrationBin::low),
            figure_of("stated_high", &sim::CalibrationBin::high),
            figure_of("stated", &sim::CalibrationBin::stated),
            figure_of("happened", &sim::CalibrationBin::happened),
            {"happened_se", [](const Row& row) -> Value { return row.bin.happened_se; }},
            figure_of("mass", &sim::CalibrationBin::mass),
            {"items", [](const Row& row) -> Value { return row.bin.items; }}};
}

}  // namespace truegap::adapters
