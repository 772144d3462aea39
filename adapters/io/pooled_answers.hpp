#pragma once

#include <cstdint>
#include <vector>

#include "adapters/io/estimate_answers.hpp"

namespace truegap::adapters {

/// A line kept until all are read, with its number.
struct KeptLine {
    CountsLine line;
    std::uint64_t number = 0;
};

/// Whether an estimator is asked for that needs the counts of all lines at once.
[[nodiscard]] bool needs_all_lines(const EstimateOptions& options);

/// The answers of the estimators that pool, every line being a group: [estimator][line], empty for
/// estimators that do not pool. Counts at the same place are of the same item; a line's K beyond its
/// counts adds items that it never saw.
/// Throws InputError where K is smaller than the number of counts, or above 1e6.
[[nodiscard]] std::vector<std::vector<EstimateAnswer>> pooled_answers(
    const std::vector<KeptLine>& lines, const EstimateOptions& options, const std::string& file);

}  // namespace truegap::adapters
