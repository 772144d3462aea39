#pragma once

#include "sim/block.hpp"
#include "sim/exact_check.hpp"
#include "sim/results.hpp"

namespace truegap::sim {

/// Appends the rows of `cells` and `decomposition` for one world and level.
/// Order of rows: context, predictor, approximation, estimator.
void append_rows(const WorldStudy& study,
                 const Level& level,
                 const BlockStatistics& statistics,
                 const ExactZ& exact,
                 Results& results);

/// Pools worlds and contexts into the summary.
class SummaryBuilder {
  public:
    /// worlds: of each population.
    explicit SummaryBuilder(std::uint32_t worlds) : worlds_(worlds) {}

    /// Adds one world and level.
    void add(const WorldStudy& study, const Level& level, const BlockStatistics& statistics);

    /// The rows: population, predictor, approximation, estimator, then users.
    [[nodiscard]] std::vector<SummaryRow> rows() const;

  private:
    struct Key {
        std::uint32_t population = 0, predictor = 0, approximation = 0, estimator = 0;
        SizeBin users;
        // clang-tidy 14 takes a defaulted <=> for a null pointer.
        // NOLINTNEXTLINE(modernize-use-nullptr)
        [[nodiscard]] auto operator<=>(const Key&) const = default;
    };
    struct Pool {
        std::uint64_t contexts = 0;
        std::vector<Figure> world_errors;  // mean over contexts of their mean errors, one a world
        // Mean error over the contexts that have users, a replicate, of the last world: its spread is
        // the standard error when there is only one world.
        metrics::Moments replicate_errors;
        std::vector<Figure> true_entropy, true_gap, offset, approximation, answer, entropy,
            cross_entropy, estimand_errors, coverage, pooled_weight, fallen_back;  // one a world
        std::uint64_t intervals = 0;
        double infinite = 0.0, undefined = 0.0, replicates = 0.0;
    };
    struct Place {
        std::uint32_t bin = 0, predictor = 0;
        std::size_t method = 0;
    };
    void add(const WorldStudy& study,
             const Level& level,
             const BlockStatistics& statistics,
             const Place& place,
             const std::vector<std::size_t>& members);

    std::uint32_t worlds_;
    std::vector<std::pair<Key, Pool>> pools_;  // sorted by key
    [[nodiscard]] Pool& pool(const Key& key);
};

}  // namespace truegap::sim
