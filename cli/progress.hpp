#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace truegap::cli {

/// Shows how far long work is, on standard error: a bar with rate and ETA on a terminal, a line every
/// few seconds elsewhere, nothing when quiet. Runs beside the work until it is destroyed.
class ProgressDisplay {
  public:
    /// line: what to show after that many seconds; called from another thread.
    ProgressDisplay(std::function<std::string(double seconds)> line, bool quiet);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;
    ProgressDisplay(ProgressDisplay&&) = delete;
    ProgressDisplay& operator=(ProgressDisplay&&) = delete;
    ~ProgressDisplay();

    /// Prints a line on standard error, above the bar where there is one.
    void say(const std::string& text);

  private:
    void watch();

    std::function<std::string(double)> line_;
    bool terminal_ = false;
    std::mutex guard_;
    std::condition_variable wake_;
    bool finished_ = false;
    std::thread watcher_;
};

/// One line: `[=====>    ]  52 %  1234 of 2400 blocks, 310/s, 0:04 left`.
[[nodiscard]] std::string progress_line(std::uint64_t done,
                                        std::uint64_t total,
                                        double seconds,
                                        std::string_view unit);
/// The same for bytes: `[=====>    ]  52 %  1.2 of 2.4 GB, 310 MB/s, 0:04 left`.
[[nodiscard]] std::string bytes_progress_line(std::uint64_t done,
                                              std::uint64_t total,
                                              double seconds);
/// One line where the end is not known: `1234 lines, 310/s`.
[[nodiscard]] std::string open_progress_line(std::uint64_t done,
                                             double seconds,
                                             std::string_view unit);

}  // namespace truegap::cli
