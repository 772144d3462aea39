#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/performance_measures.hpp"
#include "metrics/response.hpp"

/// What a study finds: three tables, every figure next to its Monte Carlo standard error. In nats.
namespace truegap::sim {

/// What a row is about. Labels are indices into `Results`.
struct RowKey {
    std::uint32_t world = 0;
    std::uint32_t context = 0;
    std::uint32_t predictor = 0;
    std::uint32_t approximation = 0;
    std::uint32_t estimator = 0;
    std::uint32_t users = 0;  ///< n; under the `users` design the N users of the whole population
};

using Figure = std::optional<double>;  ///< nothing where undefined

/// What went wrong with the answers of a predictor with faults or from outside; nothing for the others.
struct FaultFigures {
    Figure refused;  ///< share of replicates without an answer
    /// Means over the answers given: candidates left out (of an answer from outside: places among the
    /// first `top` not filled), places among the first `top` that repeat an
    /// item, that name no candidate, and the share of answers that were cut short.
    Figure missing, duplicated, unknown, cut;
    metrics::NoAnswer no_answer = metrics::NoAnswer::none;  ///< of an answer from outside
    Figure
        covered_mass;  ///< of an answer from outside with log-probabilities: what these add up to
};

/// One context x predictor x n x approximation x estimator.
struct CellRow {
    RowKey key;
    Figure true_entropy, true_cross_entropy, true_gap;
    Figure entropy_mean, entropy_bias, entropy_bias_mcse;
    Figure cross_entropy_mean, cross_entropy_mean_mcse;
    Figure gap_mean, gap_bias, gap_bias_mcse, gap_empirical_se, gap_empirical_se_mcse, gap_rmse,
        gap_rmse_mcse;
    double infinite_fraction = 0.0;
    double undefined_fraction = 0.0;
    std::uint64_t replicates = 0;
    Figure
        gap_estimand;  ///< what the method's own intervals are for: G0, or G1 where a ranking is read
    Figure gap_model_se, gap_model_se_mcse, gap_coverage, gap_coverage_mcse;
    Figure pooled_weight;     ///< of the recommended metric's posterior on the other groups
    Figure repaired;          ///< mass moved to make a distribution of a verbalized answer
    Figure entropy_z, gap_z;  ///< mean minus exact expectation, in standard errors
    Figure users_mean;        ///< mean number of users a replicate: n but under the `users` design
    FaultFigures faults;
};

struct DecompositionRow {
    RowKey key;
    Figure true_gap, approximation_term, answer_term, entropy_term, cross_entropy_term, total_bias;
    Figure approximation_term_mcse, answer_term_mcse, entropy_term_mcse, cross_entropy_term_mcse,
        total_bias_mcse;
};

/// Users a group, as a range: one n, or a bin of group sizes.
struct SizeBin {
    std::uint32_t population_users = 0;  ///< N of the `users` design, else 0
    std::uint32_t smallest = 0;
    std::uint32_t largest = 0;
    // clang-tidy 14 takes a defaulted <=> for a null pointer.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    [[nodiscard]] auto operator<=>(const SizeBin&) const = default;
};

/// Pooled over the contexts of a size bin, each context with equal weight.
struct SummaryRow {
    std::uint32_t predictor = 0;
    std::uint32_t approximation = 0;
    std::uint32_t estimator = 0;
    SizeBin users;
    std::uint64_t contexts = 0;  ///< over all worlds
    std::uint64_t worlds = 0;    ///< worlds that have such contexts
    Figure true_entropy, true_gap;
    Figure gap_mean, gap_bias, gap_bias_se;
    Figure approximation_term, answer_term, entropy_term, cross_entropy_term;
    double infinite_fraction = 0.0;
    double undefined_fraction = 0.0;
    Figure estimand_bias, estimand_bias_se;  ///< gap_mean minus what the method is for: G0 or G1
    Figure coverage, coverage_se;            ///< of the method's own 95 % intervals
    std::uint64_t intervals = 0;
    Figure pooled_weight;
    Figure fallen_back;  ///< share of contexts whose mean pooled weight is below one half
    std::uint32_t population = 0;
};

/// Candidates for which a predictor stated about the same probability.
struct CalibrationBin {
    std::uint32_t number = 0;      ///< 0: below 1e-6; then four a factor of ten
    double low = 0.0, high = 0.0;  ///< of the probability stated: [low, high), the last one to 1
    double stated = 0.0;           ///< mean probability stated
    double happened = 0.0;         ///< mean true probability, or share of users who chose them
    Figure happened_se;            ///< of an observed share; nothing where the truth is exact
    double mass = 0.0;             ///< share of all that the predictor stated
    std::uint64_t items = 0;       ///< candidates, over all contexts
};
struct CalibrationRow {
    std::uint32_t population = 0, predictor = 0;
    CalibrationBin bin;
};

/// A context as the tables name it.
struct ContextLabel {
    std::string proxy;
    std::string group;
    std::uint32_t history_length = 0;
};

/// How a study fared that adds replicates until its errors are small enough.
struct Precision {
    double target = 0.0;                ///< of every row's gap_bias_mcse
    std::uint32_t most_replicates = 0;  ///< of any row
    std::uint64_t rows = 0;             ///< that have such an error
    std::uint64_t rows_above = 0;       ///< still above the target
    double largest = 0.0;
    std::uint64_t least_used = 0, most_used = 0;  ///< replicates of a world and n
};

struct Results {
    std::vector<std::string> predictors, approximations, estimators;
    std::vector<std::string> populations;  ///< names; one without a name when there is only one
    std::uint32_t worlds_per_population = 1;
    std::vector<std::vector<ContextLabel>> contexts;  ///< [world][context]
    /// How many means were compared with their exact expectations, and the largest |z| among them.
    std::uint64_t exact_means = 0;
    double worst_z = 0.0;
    std::vector<CellRow> cells;
    std::vector<DecompositionRow> decomposition;
    std::vector<SummaryRow> summary;
    std::vector<CalibrationRow> calibration;  ///< by population, predictor, bin
    /// What gap_bias_se is the spread of: between worlds, or over replicates given the one world.
    bool errors_between_worlds = false;
    /// Whether any predictor has faults, and whether any is contaminated: only then the tables have
    /// columns for them.
    bool has_faults = false, has_contaminated = false;
    bool has_given = false;              ///< whether any answer is from outside
    std::optional<Precision> precision;  ///< of a study with a target
};

}  // namespace truegap::sim
