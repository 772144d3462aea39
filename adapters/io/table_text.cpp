#include "adapters/io/table_text.hpp"

#include <cmath>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/csv.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

std::string csv_value(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return csv_field(*text);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    const auto& figure = std::get<sim::Figure>(value);
    if (!figure) return {};
    if (std::isinf(*figure)) return *figure > 0.0 ? "inf" : "-inf";
    return metrics::shortest(*figure);
}

std::string json_value(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    return json_number(std::get<sim::Figure>(value));
}

}  // namespace truegap::adapters
