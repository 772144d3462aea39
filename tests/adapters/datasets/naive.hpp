#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "adapters/datasets/pipeline.hpp"

/// What `make_targets` should give, worked out without any of its code but the options: everything in memory,
/// in maps, the plainest way.
namespace truegap::test {

struct Naive {
    std::vector<std::string> contexts;           ///< `described`, in order
    std::map<std::string, std::uint64_t> found;  ///< by the key in the summary
};

/// A target in words: everything that it holds.
[[nodiscard]] std::string described(const adapters::Target& target);

/// options.groups must be given. The draw of users asked about is not followed: options.asked is to be larger
/// than the number of users.
[[nodiscard]] Naive naive_targets(const adapters::DatasetOptions& options,
                                  const std::filesystem::path& folder);

}  // namespace truegap::test
