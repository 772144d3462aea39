#pragma once

#include <cstdint>
#include <vector>

#include "metrics/response.hpp"
#include "sim/block.hpp"

/// One data set of a study as real data would show it: what users chose, and what each predictor said.
namespace truegap::sim {

struct DrawnData {
    std::vector<std::vector<std::uint32_t>> counts;  ///< [context], shape (K,)
    /// [context][user], a candidate each; empty for contexts whose users share one history.
    std::vector<std::vector<std::uint32_t>> choices;
    /// [predictor][context]: one answer, or one a user who has his own history, with `faults` (as from
    /// outside) and no more than the study reads: what a predictor states where an approximation reads
    /// that; a ranking of as many places as any reads, where it is not told by what is stated or that has
    /// ties, which are broken as in the replicate; percentages and random answers where an approximation
    /// reads them (rankings only where none reads an order).
    std::vector<std::vector<std::vector<metrics::Response>>> responses;
};

/// The replicate of that number of a level: the counts, and the faults and random answers, that the study
/// itself scores. A pure function.
[[nodiscard]] DrawnData draw_data(const WorldStudy& study,
                                  const Level& level,
                                  std::uint32_t replicate);

}  // namespace truegap::sim
