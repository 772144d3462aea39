#include "cli/answer_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/approximation/top_logprobs.hpp"

namespace truegap::cli {

namespace {

using metrics::NoAnswer;

// `, 3 refused`; nothing for none.
void add(std::string& line, std::uint64_t count, const std::string& what) {
    if (count == 0) return;
    if (!line.empty()) line += ", ";
    line += std::to_string(count) + ' ' + what;
}

std::string in_percent(double share) {
    constexpr double tenths = 1000.0;
    return metrics::shortest(std::round(share * tenths) / 10.0) + " %";
}

std::string covered_line(std::span<const metrics::Response> responses) {
    double sum = 0.0;
    double least = 1.0;
    std::size_t n = 0;
    for (const metrics::Response& response : responses) {
        if (response.logprobs.empty()) continue;
        const double mass = metrics::covered_mass(response.logprobs);
        sum += mass;
        least = std::min(least, mass);
        ++n;
    }
    if (n == 0) return {};
    return "log-probabilities: the options that were named cover " +
           in_percent(sum / static_cast<double>(n)) + " of the mass on average, " +
           in_percent(least) + " at least\n";
}

}  // namespace

std::string answer_summary(std::span<const metrics::Response> responses) {
    constexpr std::size_t kinds = 5;
    std::array<std::uint64_t, kinds> by_kind{};
    metrics::AnswerFaults all;
    std::uint64_t cut = 0;
    for (const metrics::Response& response : responses) {
        const metrics::AnswerFaults faults = response.faults.value_or(metrics::AnswerFaults{});
        ++by_kind.at(static_cast<std::size_t>(faults.no_answer));
        cut += faults.cut ? 1 : 0;
        all.missing += faults.missing;
        all.duplicates += faults.duplicates;
        all.unknown += faults.unknown;
    }
    const auto count = [&](NoAnswer kind) { return by_kind.at(static_cast<std::size_t>(kind)); };
    std::string line = std::to_string(count(NoAnswer::none)) + " could be read";
    add(line, count(NoAnswer::refused), "refused");
    add(line, count(NoAnswer::empty), "empty");
    add(line, count(NoAnswer::unreadable), "unreadable");
    add(line, count(NoAnswer::failed), "without an answer");
    std::string within;
    add(within, all.missing, "places missing");
    add(within, all.duplicates, "repeated");
    add(within, all.unknown, "unknown");
    add(within, cut, "answers cut short");
    return "answers: " + line + (within.empty() ? "" : "; " + within) + '\n' +
           covered_line(responses);
}

}  // namespace truegap::cli
