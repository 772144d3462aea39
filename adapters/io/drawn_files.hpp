#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/drawn_data.hpp"

namespace truegap::adapters {

/// What `truth.csv` begins with: its header.
inline constexpr std::string_view truth_signature =
    "context_id,predictor,true_entropy,true_cross_entropy,true_gap\n";

/// Writes one data set of a study as `truegap score` reads it: `targets.jsonl`, `responses.jsonl` (a line a
/// predictor and question), and `truth.csv`, a row for each context and predictor: H(p), CE(p, q) and
/// KL(p||q) in nats, exact, of what is pooled. Contexts are called WORLD/CONTEXT, items by generated names,
/// as in the questions of a scenario without `prompts`.
/// Throws SystemError when a file cannot be written whole.
void write_drawn(const sim::WorldStudy& study,
                 const sim::Level& level,
                 const sim::DrawnData& data,
                 const std::filesystem::path& directory);

/// The names of those files.
[[nodiscard]] const std::vector<std::string>& drawn_file_names();

}  // namespace truegap::adapters
