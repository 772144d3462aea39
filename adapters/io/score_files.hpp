#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/observed.hpp"
#include "sim/observed_summary.hpp"
#include "adapters/io/estimate_answers.hpp"
#include "adapters/io/score_inputs.hpp"

namespace truegap::adapters {

/// How answers came out: counts over the questions, and means over the answers given.
struct AnswerFigures {
    std::uint64_t asked = 0, answered = 0;
    std::uint64_t refused = 0, empty = 0, unreadable = 0, failed = 0;
    /// Places among the first `top` that were not filled, that repeat an item, that name no candidate
    /// (sampled answers among these), and the share of answers that were cut short.
    sim::Figure missing, duplicated, unknown, cut;
    sim::Figure covered_mass;  ///< what log-probabilities add up to, of the answers that have them
};
/// responses: with `faults`.
[[nodiscard]] AnswerFigures answer_figures(std::span<const metrics::Response> responses);

/// All that `truegap score` finds.
struct ScoreResults {
    const ScoreInputs& inputs;
    const sim::ObservedStudy& study;
    sim::ObservedScores scores;
    std::vector<ScorePool> pools;
    std::vector<sim::PoolRow> proxies;  ///< `pool` is an index into `pools`
};

struct ScoreSettings {
    Unit unit = Unit::nat;
    double level = 0.95;
    std::uint32_t resamples = 2000;
    std::string version;
    NamedText targets;
    std::vector<NamedText> responses;
};

/// A figure in nats, in this unit.
[[nodiscard]] sim::Figure in_unit(const sim::Figure& nats, Unit unit);

/// Writes `contexts.csv`, `proxies.csv`, `answers.csv` and `score.json` into a folder. Returns the SHA-256
/// of the three tables, concatenated in that order. Throws SystemError when a file cannot be written
/// whole.
std::string write_score(const ScoreResults& results,
                        const ScoreSettings& settings,
                        const std::filesystem::path& directory);

/// The names of every file that `truegap score` writes.
[[nodiscard]] const std::vector<std::string>& score_file_names();

}  // namespace truegap::adapters
