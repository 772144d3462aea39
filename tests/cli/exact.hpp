#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/cli/support.hpp"

/// The exact truth of a population that a scenario gives outright, in 50-digit numbers and in the
/// plainest way: it reads the same JSON as the program, and shares nothing else with it.
namespace truegap::test {

using Exact = boost::multiprecision::cpp_bin_float_50;
using ExactVector = std::vector<Exact>;

/// A group as a scenario names it: attribute -> level.
using ExactGroup = std::map<std::string, std::string>;

class ExactPopulation {
  public:
    explicit ExactPopulation(const Json& population);

    [[nodiscard]] std::size_t items() const { return item_probabilities_.front().size(); }

    /// P(delta), and P(z | delta, h) by Bayes' rule on P(h | z) from Polya's urn, choice by choice.
    [[nodiscard]] Exact group_probability(const ExactGroup& group) const;
    [[nodiscard]] ExactVector class_posterior(const ExactGroup& group,
                                              const std::vector<std::size_t>& history) const;
    /// P(b | delta, h, C), in the order of the candidates.
    [[nodiscard]] ExactVector target(const ExactGroup& group,
                                     const std::vector<std::size_t>& history,
                                     const std::vector<std::size_t>& candidates) const;
    /// E[H(theta_C) | delta, h] in nats.
    [[nodiscard]] Exact individual_entropy(const ExactGroup& group,
                                           const std::vector<std::size_t>& history,
                                           const std::vector<std::size_t>& candidates) const;
    /// P(b), over all items.
    [[nodiscard]] ExactVector marginal() const;
    /// Every combination of levels of these attributes.
    [[nodiscard]] std::vector<ExactGroup> groups(const std::vector<std::string>& proxy) const;

  private:
    struct Attribute {
        std::vector<std::string> levels;
        std::vector<ExactVector> probabilities;  // [class][level]
    };
    [[nodiscard]] ExactVector given_class(std::size_t z,
                                          const std::vector<std::size_t>& history,
                                          const std::vector<std::size_t>& candidates) const;
    [[nodiscard]] Exact weight(const ExactGroup& group, std::size_t z) const;

    ExactVector class_weights_;
    std::vector<ExactVector> item_probabilities_;      // [class][item]
    std::vector<std::optional<Exact>> concentration_;  // nothing: infinite
    std::map<std::string, Attribute> attributes_;
};

/// -sum p ln p.
[[nodiscard]] Exact exact_entropy(const ExactVector& p);
/// sum p ln(p/q).
[[nodiscard]] Exact exact_divergence(const ExactVector& p, const ExactVector& q);

}  // namespace truegap::test
