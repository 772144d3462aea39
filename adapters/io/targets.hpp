#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/io/line_source.hpp"
#include "adapters/prompt/question.hpp"

/// What users really did: JSON lines (docs/formats.md).
namespace truegap::adapters {

/// A user of a context who has his own history.
struct TargetUser {
    std::string user;
    std::vector<std::string> history;  ///< oldest first
    std::string choice;                ///< one of the candidates
};

/// One line of targets: a group of users, what they were offered and what they chose.
struct Target {
    std::string context_id;
    std::vector<Shown> group;  ///< in the order written
    std::uint32_t history_length = 0;
    std::vector<std::string> history;     ///< shared by all users; empty where they have their own
    std::vector<std::string> candidates;  ///< at least 2, distinct
    std::vector<std::uint32_t> counts;    ///< shape (K,)
    /// Those asked about, where each has his own history; else empty.
    std::vector<TargetUser> users;

    [[nodiscard]] std::uint64_t n() const;
};

/// Reads targets.jsonl whole. Throws InputError with `line N`.
[[nodiscard]] std::vector<Target> read_targets(ByteSource& source, const std::string& file);
/// One line with its end.
[[nodiscard]] std::string target_line(const Target& target);

/// The questions of targets, in order: one a context, or one a user listed in it. `order` is drawn by seed
/// and the question's number, or as listed.
[[nodiscard]] std::vector<Question> target_questions(const std::vector<Target>& targets,
                                                     std::size_t top,
                                                     bool shuffle,
                                                     std::uint64_t seed);

}  // namespace truegap::adapters
