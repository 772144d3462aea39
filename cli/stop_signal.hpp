#pragma once

#include <atomic>

namespace truegap::cli {

/// Turns Ctrl-C, SIGTERM and SIGHUP into a flag that long work looks at. A second Ctrl-C ends the program
/// at once, in the default way.
[[nodiscard]] const std::atomic<bool>& watch_stop_signals();

}  // namespace truegap::cli
