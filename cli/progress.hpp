#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "sim/study.hpp"

namespace truegap::cli {

/// Shows how far a study is, on standard error: a bar with rate and ETA on a terminal, a line every
/// few seconds elsewhere, nothing when quiet. Runs beside the study until it is destroyed.
class ProgressDisplay {
  public:
    ProgressDisplay(const sim::Progress& progress, bool quiet);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;
    ProgressDisplay(ProgressDisplay&&) = delete;
    ProgressDisplay& operator=(ProgressDisplay&&) = delete;
    ~ProgressDisplay();

  private:
    void watch();

    const sim::Progress& progress_;
    bool terminal_ = false;
    std::mutex guard_;
    std::condition_variable wake_;
    bool finished_ = false;
    std::thread watcher_;
};

/// One line: `[=====>    ]  52 %  1234 of 2400 blocks, 310/s, 0:04 left`.
[[nodiscard]] std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds);

}  // namespace truegap::cli
