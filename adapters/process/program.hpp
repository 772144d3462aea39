#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// A program to be run: its command and arguments, found on PATH where the name has no slash.
struct ProgramCall {
    std::vector<std::string> command;  ///< at least one
    std::filesystem::path directory;   ///< where it runs
    double timeout_seconds = 60.0;     ///< without a byte from it, before it counts as hung
};

/// How a program ended.
struct ProgramEnd {
    enum class Kind { finished, failed, killed, hung, not_started };
    Kind kind = Kind::finished;
    int code = 0;            ///< exit code, signal, or errno of the start
    std::string last_words;  ///< the last line that it wrote to standard error
};

/// Runs a program: gives it `input` on standard input, and calls `on_line` for every line of its standard
/// output, without its end, as it comes (also for a last one without an end). Reading and writing go side
/// by side. When `on_line` returns false the program is ended: it has said enough. Throws
/// sim::Interrupted after `stop`, the program ended first.
[[nodiscard]] ProgramEnd run_program(const ProgramCall& call,
                                     std::string_view input,
                                     const std::function<bool(std::string_view line)>& on_line,
                                     const std::atomic<bool>* stop);

}  // namespace truegap::adapters
