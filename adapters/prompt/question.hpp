#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace truegap::adapters {

/// A demographic as it is shown: `age`, `25-34`.
struct Shown {
    std::string name, value;
    [[nodiscard]] bool operator==(const Shown&) const = default;
};

/// A user whose choice is told: an in-context demonstration.
struct ExampleUser {
    std::vector<Shown> group;
    std::vector<std::string> history;  ///< oldest first
    std::string choice;
};

/// One question to a predictor outside, in words. It carries no truth.
struct Question {
    std::string context_id;
    std::string user;  ///< which user of the context, where each is asked about; else empty
    std::vector<Shown> group;
    std::vector<std::string> history;  ///< oldest first
    std::vector<std::string>
        candidates;                    ///< at least 2, distinct; answers are numbered as these are
    std::vector<std::uint32_t> order;  ///< how they are shown: a permutation of 0..K-1
    std::vector<ExampleUser> examples;
    std::size_t top = 0;  ///< how many are to be ranked, 1 <= top <= K
};

}  // namespace truegap::adapters
