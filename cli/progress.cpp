#include "cli/progress.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <unistd.h>
#include <utility>

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

// `[=====     ]  52 %  `.
std::string bar(std::uint64_t done, std::uint64_t total) {
    const double share =
        total > 0 ? std::min(static_cast<double>(done) / static_cast<double>(total), 1.0) : 0.0;
    const int filled = static_cast<int>(share * bar_width);
    std::ostringstream out;
    out << '[' << std::string(static_cast<std::size_t>(filled), '=')
        << std::string(static_cast<std::size_t>(bar_width - filled), ' ') << "] " << std::setw(3)
        << static_cast<int>(100.0 * share) << " %  ";
    return out.str();
}

// `, 310/s, 0:04 left`. rate: what is done a second, as it is to be read.
std::string pace(std::uint64_t done,
                 std::uint64_t total,
                 double seconds,
                 const std::function<std::string(double)>& rate) {
    if (done == 0 || !(seconds > 0.0)) return {};
    const double each_second = static_cast<double>(done) / seconds;
    return ", " + rate(each_second) + "/s, " +
           clock(static_cast<double>(total - std::min(done, total)) / each_second) + " left";
}

std::string three_digits(double number) {
    std::ostringstream out;
    out << std::setprecision(3) << number;
    return out.str();
}

std::string bytes_text(double bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1000.0;
    return three_digits(bytes) + ' ' + units[unit];
}

}  // namespace

std::string progress_line(std::uint64_t done,
                          std::uint64_t total,
                          double seconds,
                          std::string_view unit) {
    return bar(done, total) + std::to_string(done) + " of " + std::to_string(total) + ' ' +
           std::string(unit) + pace(done, total, seconds, three_digits);
}

std::string bytes_progress_line(std::uint64_t done, std::uint64_t total, double seconds) {
    return bar(done, total) + bytes_text(static_cast<double>(done)) + " of " +
           bytes_text(static_cast<double>(total)) + pace(done, total, seconds, bytes_text);
}

std::string open_progress_line(std::uint64_t done, double seconds, std::string_view unit) {
    std::string text = std::to_string(done) + ' ' + std::string(unit);
    if (done > 0 && seconds > 0.0)
        text += ", " + three_digits(static_cast<double>(done) / seconds) + "/s";
    return text;
}

ProgressDisplay::ProgressDisplay(std::function<std::string(double)> line, bool quiet)
    : line_(std::move(line)) {
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

void ProgressDisplay::say(const std::string& text) {
    const std::lock_guard lock(guard_);
    std::cerr << (terminal_ ? "\r\033[K" : "") << text << std::endl;
}

void ProgressDisplay::watch() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(guard_);
    const auto step = terminal_ ? std::chrono::milliseconds(terminal_step)
                                : std::chrono::duration_cast<std::chrono::milliseconds>(line_step);
    while (!wake_.wait_for(lock, step, [this] { return finished_; })) {
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const std::string line = line_(seconds);
        if (terminal_) {
            std::cerr << '\r' << line << "\033[K" << std::flush;
        } else {
            std::cerr << line << std::endl;
        }
    }
}

}  // namespace truegap::cli
