#pragma once

#include <stdexcept>
#include <string>

namespace truegap::cli {

enum ExitCode { success = 0, failure = 1, bad_input = 2, interrupted = 130 };

/// Ends the program with this code and, on standard error, this message.
class Exit : public std::runtime_error {
  public:
    Exit(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

}  // namespace truegap::cli
