#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace truegap::cli {

/// A whole number (1e6 is one) in [least, most], as given to an option.
/// Throws CLI::ValidationError, a usage error.
[[nodiscard]] std::uint64_t whole_number(const std::string& text,
                                         const std::string& option,
                                         std::uint64_t least,
                                         std::uint64_t most);

/// A real number above `least` and below `most`, as given to an option.
/// Throws CLI::ValidationError, a usage error.
[[nodiscard]] double number_between(const std::string& text,
                                    const std::string& option,
                                    double least,
                                    double most);

/// What `--threads` says, or as many as there are cores.
[[nodiscard]] unsigned thread_count(const std::optional<std::string>& text);

}  // namespace truegap::cli
