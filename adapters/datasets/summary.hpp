#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/datasets/pipeline.hpp"

namespace truegap::adapters {

/// `next-in-pool`, `next`; `popular`, `group`; `artists`, `tracks`: as options and files call them.
[[nodiscard]] std::string text_of(ChoiceRule rule);
[[nodiscard]] std::string text_of(PoolOf pool);
[[nodiscard]] std::string text_of(ItemKind items);

/// `age+gender`; `all` for everybody.
[[nodiscard]] std::string group_by_label(const GroupBy& by);

/// A summary as JSON: the options, every count, the first bad lines, and the tallies.
[[nodiscard]] std::string summary_json(const DatasetOptions& options,
                                       const DatasetSummary& summary);

/// What was counted, in words, as far as there was any of it; sizes always.
[[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> found_rows(
    const Findings& findings);

/// Whether a text may be replaced by a new file of targets, or of a summary.
[[nodiscard]] bool is_targets(const std::string& text);
[[nodiscard]] bool is_dataset_summary(const std::string& text);

}  // namespace truegap::adapters
