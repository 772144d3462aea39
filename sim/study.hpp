#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sim/results.hpp"
#include "sim/scenario.hpp"

namespace truegap::sim {

/// Thrown by `run_study` after a request to stop; nothing of the study is kept.
class Interrupted : public std::runtime_error {
  public:
    Interrupted() : std::runtime_error("interrupted") {}
};

/// Thrown by `run_study` when its means do not agree with their exact expectations: a bug of ours.
class Incredible : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How far a study is, for whoever shows it: blocks of replicates, over all worlds.
struct Progress {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};       ///< grows while a target is pursued
    std::atomic<std::uint64_t> taken_over{0};  ///< of those done, by an earlier run
};

class StudyMemory;

struct StudyOptions {
    unsigned threads = 1;
    Progress* progress = nullptr;             ///< where to report, or null
    const std::atomic<bool>* stop = nullptr;  ///< set by another thread or a signal; or null
    /// When given, replicates are added to the scenario's until every row's `gap_bias_mcse` is at most
    /// this, or there are `most_replicates` (at least as many as the scenario's).
    std::optional<double> target_mcse = {};
    std::uint32_t most_replicates = 0;
    StudyMemory* memory = nullptr;  ///< what earlier runs left and this one leaves; or null
};

/// Throws Interrupted when asked to.
void check_stop(const StudyOptions& options);

/// Runs a whole study: plans each world, lets every predictor answer every context, draws counts
/// and scores them. Same scenario, same results to the bit, for any number of threads. Throws
/// ScenarioError for a scenario that cannot be studied, Interrupted after `stop`, Incredible when a
/// mean is further from its exact expectation than chance allows.
[[nodiscard]] Results run_study(const Scenario& scenario, const StudyOptions& options);

/// Runs a study at every point of a grid. All points draw from the same streams, so that what a factor
/// does not touch (populations, histories, counts) is the same at each of them, bit for bit: points are
/// compared paired. One result a point, each equal to that of `run_study` alone.
[[nodiscard]] std::vector<Results> run_grid(const std::vector<GridPoint>& points,
                                            const StudyOptions& options);

/// How many rows `cells` will have for a world of that many contexts.
[[nodiscard]] double rows_per_world(const Scenario& scenario, std::size_t contexts);

/// Throws ScenarioError when a study has more than `most_rows`.
void refuse_too_many_rows(double rows);

}  // namespace truegap::sim
