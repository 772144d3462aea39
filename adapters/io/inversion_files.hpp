#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/inversion_rates.hpp"
#include "adapters/io/grid_json.hpp"

namespace truegap::adapters {

/// The name of the file.
inline constexpr const char* inversion_rates_file_name = "inversion_rates.csv";

/// `published`, `two_segment`, `worse`, `rise`.
[[nodiscard]] std::string reading_word(sim::InversionReading reading);
/// `population`, `twin`; empty for readings that compare with nobody.
[[nodiscard]] std::string null_word(sim::InversionNull null);

/// Writes `inversion_rates.csv`, a row a rate. rates: one a point of the grid. Throws SystemError when it
/// cannot be written whole.
void write_inversion_rates(const std::vector<sim::InversionRates>& rates,
                           const Grid& grid,
                           const std::filesystem::path& directory);

}  // namespace truegap::adapters
