#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/block.hpp"

namespace truegap::sim {

/// How a statistic is spread, exactly: its variance, and how far from its mean a value can be.
struct ExactSpread {
    double variance = 0.0;
    double reach = 0.0;
};

/// Compares Monte Carlo means with their exact expectations, and says at the end whether all of them
/// together can be believed.
///
/// A z-value by the measured standard error is what a reader sees, but no proof: of a rare event that
/// did not happen there is no standard error. So a mean that looks suspicious is judged by Bennett's
/// inequality with the exact variance v and reach b,
///     P(|mean - E| >= t) <= 2 exp(-(R v / b^2) h(b t / v)),   h(u) = (1+u) ln(1+u) - u,
/// which holds for every distribution, times the number of means compared.
/// Source: Bennett, J. Am. Stat. Assoc. 57 (1962).
///
/// A study that looks at its errors and then decides whether to go on has that many means for each one
/// that it reports: the bound is multiplied by how often it may have looked.
class ExactCheck {
  public:
    explicit ExactCheck(std::size_t looks = 1) : looks_(static_cast<double>(looks)) {}

    /// The z-value of a mean over `replicates`: (mean - exact) / standard_error; 0 when they agree to
    /// 1e-12, nothing when they do not and there is no standard error. spread is asked for only where
    /// the mean looks suspicious; nothing from it leaves the mean unjudged.
    std::optional<double> compare(double mean,
                                  std::optional<double> standard_error,
                                  double exact,
                                  std::uint64_t replicates,
                                  const std::function<std::optional<ExactSpread>()>& spread,
                                  const std::function<std::string()>& what);

    /// Takes in what was compared elsewhere. where: put in front of what that says.
    void merge(const ExactCheck& other, const std::string& where);

    [[nodiscard]] std::uint64_t compared() const { return compared_; }
    [[nodiscard]] double worst_z() const { return worst_z_; }
    /// Why the means cannot be believed, or nothing when they can.
    [[nodiscard]] std::optional<std::string> objection() const;

  private:
    double looks_;
    std::uint64_t compared_ = 0;
    double worst_z_ = 0.0;
    double least_probability_ = 1.0;  // bound of one comparison
    std::string least_probable_;
};

/// z-values of one world and level.
struct ExactZ {
    std::vector<std::optional<double>> entropy;  ///< Layout::entropy
    std::vector<std::optional<double>> gap;      ///< Layout::gap
};

/// Compares every mean of a world and level that has an exact expectation: entropies by additive
/// estimators, and gaps of those with a distribution that does not depend on the counts. None under
/// the `users` design, where n is random.
[[nodiscard]] ExactZ compare_with_exact(const WorldStudy& study,
                                        const Level& level,
                                        const BlockStatistics& statistics,
                                        ExactCheck& check);

}  // namespace truegap::sim
