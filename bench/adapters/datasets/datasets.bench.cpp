// Real sizes, from files to targets: bench_datasets [movielens_1m|lastfm_360k]... (default: both). Makes the
// files in a temporary folder (1.6 GB for lastfm_360k), and prints seconds and the largest memory. Memory is that
// of the whole program so far, so lastfm_360k alone tells its own.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include "made_files.hpp"

#include "adapters/datasets/pipeline.hpp"
#include "adapters/io/targets.hpp"

namespace {

namespace fs = std::filesystem;
using namespace truegap;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of the processor, which a busy machine does not stretch as it does the clock's.
double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_megabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void measure(const std::string& name, const fs::path& folder) {
    constexpr std::uint64_t ratings = 1'000'209, plays = 17'559'530;
    fs::create_directories(folder);
    const auto begun = Clock::now();
    if (name == "movielens_1m") bench::make_movielens_1m(folder, ratings);
    if (name == "lastfm_360k") bench::make_lastfm_360k(folder, plays);
    std::cout << name << ": files made in " << seconds_since(begun) << " s" << std::endl;

    adapters::DatasetOptions options;
    options.name = name;
    const std::atomic<bool> stop{false};
    adapters::ReadingProgress progress;
    std::string text;
    const auto start = Clock::now();
    const double processor = processor_seconds();
    const adapters::DatasetSummary summary = adapters::make_targets(
        options, folder, stop, progress, [&](const adapters::Target& target) {
            text += adapters::target_line(target);
        });
    const double seconds = seconds_since(start);
    const auto lines = static_cast<double>(summary.findings[adapters::Found::lines]);
    std::cout << name << ": " << summary.findings[adapters::Found::lines] << " lines to "
              << text.size() << " bytes of targets in " << seconds << " s ("
              << processor_seconds() - processor << " s of the processor), "
              << lines / seconds / 1e6 << " million lines a second, peak " << peak_megabytes()
              << " MB" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> names(argv + 1, argv + argc);
    if (names.empty()) names = {"movielens_1m", "lastfm_360k"};
    const fs::path folder =
        fs::temp_directory_path() / ("truegap-bench-" + std::to_string(::getpid()));
    for (const std::string& name : names) measure(name, folder / name);
    fs::remove_all(folder);
}
