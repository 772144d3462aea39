#include "cli/progress.hpp"

#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace truegap::cli {

namespace {

constexpr int bar_width = 30;
constexpr std::chrono::milliseconds terminal_step{100};
constexpr std::chrono::seconds line_step{5};

std::string clock(double seconds) {
    const auto whole = static_cast<long>(std::ceil(seconds));
    std::ostringstream out;
    if (whole >= 3600) out << whole / 3600 << ':' << std::setw(2) << std::setfill('0');
    out << whole / 60 % 60 << ':' << std::setw(2) << std::setfill('0') << whole % 60;
    return out.str();
}

}  // namespace

std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds) {
    const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0.0;
    const int filled = static_cast<int>(share * bar_width);
    std::ostringstream out;
    out << '[' << std::string(static_cast<std::size_t>(filled), '=')
        << std::string(static_cast<std::size_t>(bar_width - filled), ' ') << "] " << std::setw(3)
        << static_cast<int>(100.0 * share) << " %  " << done << " of " << total << " blocks";
    if (done > 0 && seconds > 0.0) {
        const double rate = static_cast<double>(done) / seconds;
        out << ", " << std::setprecision(3) << rate << "/s, "
            << clock(static_cast<double>(total - done) / rate) << " left";
    }
    return out.str();
}

ProgressDisplay::ProgressDisplay(const sim::Progress& progress, bool quiet) : progress_(progress) {
    if (quiet) return;
    terminal_ = ::isatty(STDERR_FILENO) == 1;
    watcher_ = std::thread([this] { watch(); });
}

ProgressDisplay::~ProgressDisplay() {
    if (!watcher_.joinable()) return;
    {
        const std::lock_guard lock(guard_);
        finished_ = true;
    }
    wake_.notify_one();
    watcher_.join();
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressDisplay::watch() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(guard_);
    const auto step = terminal_ ? std::chrono::milliseconds(terminal_step)
                                : std::chrono::duration_cast<std::chrono::milliseconds>(line_step);
    while (!wake_.wait_for(lock, step, [this] { return finished_; })) {
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const std::string line = progress_line(progress_.done, progress_.total, seconds);
        if (terminal_) {
            std::cerr << '\r' << line << "\033[K" << std::flush;
        } else {
            std::cerr << line << std::endl;
        }
    }
}

}  // namespace truegap::cli
