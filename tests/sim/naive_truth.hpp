#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <optional>
#include <vector>

#include "sim/context.hpp"
#include "sim/population.hpp"

/// The truth of maths.md section 1 once more, written plainly in 50-digit arithmetic: products of
/// rising factors, sums in any order. Shares no code with `sim/truth`.
namespace truegap::test {

using Big = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>,
                                          boost::multiprecision::et_off>;

/// A population of exact numbers: those of the description, read as exact doubles.
struct BigPopulation {
    explicit BigPopulation(const sim::ExplicitPopulation& population);

    std::vector<Big> weights;
    std::vector<std::vector<Big>> items;                    // [z][b]
    std::vector<std::optional<Big>> kappa;                  // [z]; nothing for infinity
    std::vector<std::vector<std::vector<Big>>> attributes;  // [j][z][l], rho put in
};

struct NaiveTruth {
    Big group_probability;
    std::vector<Big> posterior;     ///< empty when the history is impossible
    std::vector<Big> distribution;  ///< empty when a possible class gives the candidates nothing
    Big entropy, individual_entropy;
};
[[nodiscard]] NaiveTruth naive_truth(const BigPopulation& population,
                                     const sim::Group& group,
                                     const sim::History& history,
                                     const std::vector<sim::ItemId>& candidates);

/// The target in doubles, for tests of what comes after it.
[[nodiscard]] std::vector<double> naive_target(const sim::ExplicitPopulation& population,
                                               const sim::Context& context);

/// P(h | z) of a sequence, choice by choice from Polya's urn.
[[nodiscard]] Big urn_probability(const BigPopulation& population,
                                  std::size_t z,
                                  const sim::History& history);
/// P(z, delta).
[[nodiscard]] Big class_and_group(const BigPopulation& population,
                                  std::size_t z,
                                  const sim::Group& group);

/// -sum p ln p.
[[nodiscard]] Big naive_entropy(const std::vector<Big>& p);
/// psi(x), x > 0, to 40 digits: recurrence up to 30, then the asymptotic series.
[[nodiscard]] Big naive_digamma(Big x);

/// Every sequence of that many choices among the items.
[[nodiscard]] std::vector<sim::History> all_histories(std::size_t items, std::size_t length);

}  // namespace truegap::test
