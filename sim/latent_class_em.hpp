#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/latent_class_fit.hpp"
#include "sim/matrix.hpp"

/// One EM of `fit_latent_classes`: its parameters, its data in the order in which they are read, its rounds.
namespace truegap::sim {

struct LatentClasses {
    Eigen::VectorXd weights;        ///< w: shape (Z,)
    std::vector<RowMatrix> levels;  ///< A_j: [attribute], shape (Z, levels)
    RowMatrix items;                ///< B: shape (Z, M)
    double concentration = 0.0;     ///< kappa > 0 or infinity

    [[nodiscard]] Eigen::Index classes() const { return weights.size(); }
};

/// Pseudo-events: `strength` times these proportions for every class.
struct ClassPrior {
    double strength = 0.0;
    std::vector<Eigen::VectorXd> levels;  ///< [attribute], positive, sums to 1
    Eigen::VectorXd items;                ///< positive, sums to 1
};

/// Sum over events of ln P(b | delta, h, C), of its squares, and their number.
struct EventLogs {
    double sum = 0.0, squares = 0.0, events = 0.0;

    void add(double log, double times) {
        sum += times * log;
        squares += times * log * log;
        events += times;
    }
};

/// FitData by candidate sets. Groups and sequences that were offered the same ones are read together.
class EventTable {
  public:
    explicit EventTable(const FitData& data);

    /// Candidates in ascending order, and who was offered them.
    struct Set {
        std::vector<Eigen::Index> items;
        bool all = false;  ///< whether they are all items
        std::vector<std::vector<std::optional<std::uint32_t>>> levels;  ///< [group]
        RowMatrix counts;                                               ///< shape (groups, K)
        std::vector<std::size_t> sequences;
    };
    struct Sequence {
        std::vector<std::optional<std::uint32_t>> levels;
        std::vector<std::pair<Eigen::Index, std::uint32_t>> history;  ///< distinct items, how often
        std::uint32_t length = 0;
        Eigen::Index choice = 0;
        std::uint32_t choice_before = 0;   ///< how often the choice is in the history
        std::uint32_t offered_before = 0;  ///< how many of the history are candidates
    };
    [[nodiscard]] const std::vector<Set>& sets() const { return sets_; }
    [[nodiscard]] const std::vector<Sequence>& sequences() const { return sequences_; }
    [[nodiscard]] Eigen::Index items() const { return items_; }
    [[nodiscard]] const std::vector<Eigen::Index>& level_counts() const { return level_counts_; }
    [[nodiscard]] bool has_histories() const { return has_histories_; }

  private:
    std::vector<Set> sets_;
    std::vector<Sequence> sequences_;
    Eigen::Index items_ = 0;
    std::vector<Eigen::Index> level_counts_;
    bool has_histories_ = false;
};

/// The proportions of everybody: one class fitted to all data, with half a pseudo-event an item and level.
[[nodiscard]] ClassPrior prior_of_everybody(const EventTable& table);

class LatentClassEm {
  public:
    LatentClassEm(const EventTable& table, const ClassPrior& prior)
        : table_(table), prior_(prior) {}

    /// One EM round in place. Returns the penalised log-likelihood before it, up to a constant of the data.
    [[nodiscard]] double round(LatentClasses& classes) const;
    /// Moves kappa to where the likelihood is largest, all else as it is.
    void fit_concentration(LatentClasses& classes) const;

    struct Run {
        double penalised = 0.0;  ///< log-likelihood, before the last round
        std::uint32_t rounds = 0;
        bool converged = false;
    };
    /// Rounds until one gains less than `tolerance` nats an event.
    Run run(LatentClasses& classes,
            std::uint32_t most_rounds,
            double tolerance,
            const std::atomic<bool>* stop) const;

    /// As `mean_log_likelihood`, not yet divided.
    [[nodiscard]] EventLogs event_logs(const LatentClasses& classes) const;

  private:
    struct Expected;
    struct Logs;

    void read_groups(const LatentClasses& classes, const Logs& logs, Expected& expected) const;
    void read_sequences(const LatentClasses& classes, const Logs& logs, Expected& expected) const;
    void maximise(const Expected& expected, LatentClasses& classes) const;
    [[nodiscard]] double penalty(const LatentClasses& classes, const Logs& logs) const;
    [[nodiscard]] double sequence_log_likelihood(const LatentClasses& classes,
                                                 const Logs& logs) const;

    const EventTable& table_;
    const ClassPrior& prior_;
};

}  // namespace truegap::sim
