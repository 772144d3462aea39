#include "adapters/io/whole_number.hpp"

#include <charconv>
#include <cmath>

namespace truegap::adapters {

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    const char* const end = text.data() + text.size();
    std::uint64_t digits = 0;
    if (const auto [stop, error] = std::from_chars(text.data(), end, digits);
        error == std::errc{} && stop == end)
        return digits;
    double number = 0.0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    constexpr double two_to_64 = 18446744073709551616.0;
    if (error != std::errc{} || stop != end || !(number >= 0.0 && number < two_to_64) ||
        number != std::floor(number))
        return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

}  // namespace truegap::adapters
