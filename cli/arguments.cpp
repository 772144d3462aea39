#include "cli/arguments.hpp"

#include <CLI/Error.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "metrics/approximation/smoothing.hpp"

namespace truegap::cli {

namespace {

// Digits exactly, in 64 bits; else a number like 1e6 that is whole.
bool read(const std::string& text, std::uint64_t& value) {
    const char* const end = text.data() + text.size();
    if (const auto [stop, error] = std::from_chars(text.data(), end, value);
        error == std::errc{} && stop == end)
        return true;
    double number = 0.0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    constexpr double two_to_64 = 18446744073709551616.0;
    if (error != std::errc{} || stop != end || !(number >= 0.0 && number < two_to_64) ||
        number != std::floor(number))
        return false;
    value = static_cast<std::uint64_t>(number);
    return true;
}

}  // namespace

std::uint64_t whole_number(const std::string& text,
                           const std::string& option,
                           std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t value = 0;
    if (!read(text, value) || value < least || value > most)
        throw CLI::ValidationError(option,
                                   "is " + text + " (allowed: a whole number from " +
                                       std::to_string(least) + " to " + std::to_string(most) + ")");
    return value;
}

double number_between(const std::string& text,
                      const std::string& option,
                      double least,
                      double most) {
    double value = 0.0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || !(value > least && value < most))
        throw CLI::ValidationError(option,
                                   "is " + text + " (allowed: a number between " +
                                       metrics::shortest(least) + " and " +
                                       metrics::shortest(most) + ")");
    return value;
}

unsigned thread_count(const std::optional<std::string>& text) {
    constexpr std::uint64_t most_threads = 1024;
    if (!text) return std::max(1U, std::thread::hardware_concurrency());
    return static_cast<unsigned>(whole_number(*text, "--threads", 1, most_threads));
}

}  // namespace truegap::cli
