#pragma once

#include <cstdint>
#include <string>

namespace truegap::cli {

/// A whole number (1e6 is one) in [least, most], as given to an option.
/// Throws CLI::ValidationError, a usage error.
[[nodiscard]] std::uint64_t whole_number(const std::string& text,
                                         const std::string& option,
                                         std::uint64_t least,
                                         std::uint64_t most);

}  // namespace truegap::cli
