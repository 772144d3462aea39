#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

#include "adapters/io/estimate_answers.hpp"
#include "adapters/io/line_source.hpp"

namespace truegap::adapters {

/// How the histograms of the input are written. `automatic`: JSON lines where the first character
/// that is not blank opens a list or an object, else by the file's name, else CSV.
enum class CountsFormat { automatic, json_lines, csv };

/// How far the reading is, for whoever shows it.
struct LinesProgress {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> lines{0};
};

struct EstimateInput {
    std::string file;  ///< its name, for messages
    CountsFormat format = CountsFormat::automatic;
    bool header = false;      ///< whether the first CSV row is one, even if it looks like counts
    bool keep_going = false;  ///< whether bad lines are passed over
    unsigned threads = 1;
    std::function<void(const std::string&)> complain = {};  ///< told of bad lines passed over
    LinesProgress* progress = nullptr;                      ///< where to report, or null
    const std::atomic<bool>* stop = nullptr;  ///< set by another thread or a signal; or null
};

struct EstimateSummary {
    std::uint64_t lines = 0;    ///< that were neither blank nor a header
    std::uint64_t written = 0;  ///< lines of estimates
    std::uint64_t skipped = 0;  ///< bad lines passed over
    bool interrupted = false;   ///< whether `stop` ended it
};

/// Bad lines that are told one by one under keep_going; the others are only counted.
inline constexpr std::uint64_t most_complaints = 20;

/// Reads histograms line by line (docs/formats.md) and writes one line of estimates for each, in
/// their order, the same bytes for any number of threads. Blank lines are passed over. Memory does
/// not grow with the number of lines, unless an estimator pools them: then all are kept. Ends early when `out` fails. A bad line ends it with an
/// InputError that names the line and how many were written, unless it is to keep going.
EstimateSummary estimate_lines(ByteSource& in,
                               const EstimateInput& input,
                               const EstimateOptions& options,
                               std::ostream& out);

}  // namespace truegap::adapters
