#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/response.hpp"
#include "adapters/io/line_source.hpp"
#include "adapters/prompt/question.hpp"

/// What users really did, and what predictors said of it: JSON lines (docs/formats.md).
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
    std::vector<TargetUser>
        users;  ///< those asked about, where each has his own history; else empty

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

/// A line for a program outside: the question as JSON.
[[nodiscard]] std::string question_line(const Question& question);

/// One line of responses, and whom it is about.
struct ResponseLine {
    std::string predictor;  ///< empty where the line does not say
    std::string context_id, user;
    std::string json;  ///< the line itself, for `read_response`
};

/// Reads who a line is about. Throws InputError with `line N` for what is not a response line.
[[nodiscard]] ResponseLine read_response_line(std::string_view line,
                                              const std::string& file,
                                              std::size_t number);
/// What it says of its question: names are matched to the candidates, faults counted. Throws InputError for
/// a line of the wrong shape (an array of another length, a ranking that is no list of strings).
[[nodiscard]] metrics::Response read_response(const ResponseLine& line,
                                              const Question& question,
                                              const std::string& file,
                                              std::size_t number);
/// One line with its end; reading it gives the same response.
[[nodiscard]] std::string response_line(const std::string& predictor,
                                        const Question& question,
                                        const metrics::Response& response);

}  // namespace truegap::adapters
