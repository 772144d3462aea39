#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/population.hpp"
#include "sim/results.hpp"
#include "sim/scenario.hpp"
#include "adapters/mock/beliefs.hpp"

/// What the tests of the simulator share. Nothing here computes with the code under test.
namespace truegap::test {

/// Random numbers for making test cases: SplitMix64, which shares nothing with `sim::Stream`.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] std::uint64_t bits();
    [[nodiscard]] double uniform();  ///< in (0, 1)
    [[nodiscard]] std::size_t below(std::size_t n) { return bits() % n; }
    [[nodiscard]] bool chance(double p) { return uniform() < p; }
    [[nodiscard]] double between(double least, double most) {
        return least + (most - least) * uniform();
    }
    /// A random order of 0..n-1.
    [[nodiscard]] std::vector<std::uint32_t> permutation(std::size_t n);
    /// A random distribution: exponential numbers to the power `skew`, some of them 0.
    [[nodiscard]] std::vector<double> simplex(std::size_t n, double skew, double zeros = 0.0);

  private:
    std::uint64_t state_;
};

/// What random populations look like.
struct RandomPopulation {
    std::size_t classes = 3, items = 5, attributes = 2, most_levels = 3;
    double skew = 1.0;          ///< of item probabilities; at 20 some are below 1e-20
    double zeros = 0.0;         ///< share of item probabilities that are 0
    double homogeneous = 0.3;   ///< share of classes with kappa = infinity
    double least_kappa = 1e-2;  ///< kappa is log-uniform
    double most_kappa = 1e6;
};
[[nodiscard]] sim::ExplicitPopulation random_population(Dice& dice, const RandomPopulation& look);

/// A random group: a random subset of the attributes in random order, a random level of each.
[[nodiscard]] sim::Group random_group(Dice& dice, const sim::ExplicitPopulation& population);
[[nodiscard]] sim::History random_history(Dice& dice, std::size_t items, std::size_t length);
/// At least `least` distinct items in random order.
[[nodiscard]] std::vector<sim::ItemId> random_candidates(Dice& dice,
                                                         std::size_t items,
                                                         std::size_t least);

/// A context outside any plan.
[[nodiscard]] sim::Context context_of(sim::Group group,
                                      sim::History history,
                                      std::vector<sim::ItemId> candidates);
/// 0, 1, …, items - 1.
[[nodiscard]] std::vector<sim::ItemId> all_items(std::size_t items);

/// The population of a description, in world 0 of seed 1 (an explicit one depends on neither).
[[nodiscard]] sim::Population population_of(const sim::PopulationSpec& spec);

[[nodiscard]] sim::RowMatrix matrix(const std::vector<std::vector<double>>& rows);

/// z-scores of many estimates against their exact values.
class ZScores {
  public:
    /// An estimate within 1e-12 of the truth is right whatever its error.
    void add(double estimate, double truth, double standard_error);
    [[nodiscard]] std::size_t tested() const { return tested_; }
    [[nodiscard]] std::size_t random() const { return random_; }  ///< with a positive error
    [[nodiscard]] std::size_t beyond() const { return beyond_; }  ///< |z| >= 4.5
    [[nodiscard]] double worst() const { return worst_; }
    [[nodiscard]] double mean_square() const;  ///< of z; 1 when the errors are right

  private:
    std::size_t tested_ = 0, random_ = 0, beyond_ = 0;
    double worst_ = 0.0, squares_ = 0.0;
};

/// Pearson's chi-square test: the probability of so large a statistic when the cells have these
/// probabilities. Cells that expect fewer than 5 are merged; an impossible observation gives 0.
[[nodiscard]] double chi_square_p(std::span<const std::uint64_t> observed,
                                  std::span<const double> probabilities);
/// The level of one chi-square test: with about fifty of them, one false alarm in 20,000 seeds.
inline constexpr double chi_square_level = 1e-6;

/// A predictor of this label that answers what it believes.
[[nodiscard]] sim::PredictorMaker mock(
    std::string label, std::function<adapters::Belief(const sim::World&)> make_belief);

/// A two-class population of five items with attributes age (a, b) and gender (f, m), one class
/// heterogeneous; item 4 is never chosen.
[[nodiscard]] sim::ExplicitPopulation small_population();
/// A scenario over `small_population` with the predictor bayes, rank_matched(uniform, additive 0.5)
/// and the plug-in, for tests to change.
[[nodiscard]] sim::Scenario small_scenario();
[[nodiscard]] metrics::Estimator estimator(std::string_view name);

using Row = std::vector<sim::Figure>;
[[nodiscard]] Row figures(const sim::CellRow& row);
[[nodiscard]] Row figures(const sim::DecompositionRow& row);
[[nodiscard]] Row figures(const sim::SummaryRow& row);
/// Whether two rows agree to the last bit, empty figures and infinities included.
[[nodiscard]] bool same_bits(const Row& a, const Row& b);
[[nodiscard]] bool same_bits(const sim::Results& a, const sim::Results& b);

/// The rows of `a` found in `b` under the same labels and contexts: how many there are, and how
/// many of them agree to the bit, decomposition rows included.
struct SharedRows {
    std::size_t found = 0, same = 0;
};
[[nodiscard]] SharedRows shared_rows(const sim::Results& a, const sim::Results& b);

}  // namespace truegap::test
