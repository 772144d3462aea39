#include "cli/arguments.hpp"

#include <CLI/Error.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/whole_number.hpp"

namespace truegap::cli {

std::uint64_t whole_number(const std::string& text,
                           const std::string& option,
                           std::uint64_t least,
                           std::uint64_t most) {
    const std::optional<std::uint64_t> value = adapters::parse_whole(text);
    if (!value || *value < least || *value > most)
        throw CLI::ValidationError(option,
                                   "is " + text + " (allowed: a whole number from " +
                                       std::to_string(least) + " to " + std::to_string(most) + ")");
    return *value;
}

double number_between(const std::string& text,
                      const std::string& option,
                      double least,
                      double most) {
    double value = 0.0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || !(value > least && value < most))
        throw CLI::ValidationError(
            option,
            "is " + text + " (allowed: a number above " + metrics::shortest(least) +
                (std::isinf(most) ? "" : " and below " + metrics::shortest(most)) + ")");
    return value;
}

unsigned thread_count(const std::optional<std::string>& text) {
    constexpr std::uint64_t most_threads = 1024;
    if (!text) return std::max(1U, std::thread::hardware_concurrency());
    return static_cast<unsigned>(whole_number(*text, "--threads", 1, most_threads));
}

}  // namespace truegap::cli
