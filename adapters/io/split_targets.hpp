#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/io/targets.hpp"

/// Users that latent classes are fitted to, and users that are judged.
namespace truegap::adapters {

/// The users of targets in two parts.
struct SplitTargets {
    std::vector<Target> fitted, judged;  ///< those with a user left
};

/// Each user is in the first part with probability `share`; a pure function of the targets and the seed.
/// A user who is listed is in one part wherever he is listed (by his name). Of the others, known by their
/// choices alone, each context of the most attributes gives a random subset of that share (rounded at
/// random); a coarser one whose counts are the sums of such contexts (same history, same candidates)
/// has the sums of their parts, and one of other counts is split for itself.
/// Throws InputError where users are listed who are not among the counts.
[[nodiscard]] SplitTargets split_targets(const std::vector<Target>& targets,
                                         const std::string& file,
                                         double share,
                                         std::uint64_t seed);

}  // namespace truegap::adapters
