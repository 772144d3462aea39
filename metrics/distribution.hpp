#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// What is wrong with a vector that should be a probability distribution.
struct ProbabilityDefect {
    enum class Kind { empty, negative, not_finite, wrong_sum };
    Kind kind = Kind::empty;
    std::size_t index = 0;  ///< the first offending entry (negative, not_finite)
    double value = 0.0;     ///< that entry, or the sum (wrong_sum)
};

/// The sum of a distribution given from outside may miss 1 by this much.
inline constexpr double probability_sum_tolerance = 1e-9;

/// The first defect of p as a distribution: shape (K,), K >= 1, entries finite and >= 0,
/// |sum - 1| <= 1e-9. Nothing when p is sound.
[[nodiscard]] std::optional<ProbabilityDefect> probability_defect(std::span<const double> p);

/// A probability distribution over K >= 1 items: finite, non-negative, its compensated sum divided
/// out. Whole after construction and immutable. Converts to `std::span<const double>`.
class Distribution {
  public:
    /// p: shape (K,), without defect (a contract; ask `probability_defect` first); divided by its
    /// sum.
    [[nodiscard]] static Distribution from_probabilities(std::vector<double> p);
    /// weights: shape (K,), finite, >= 0, with a positive sum (a contract); divided by their sum.
    [[nodiscard]] static Distribution from_weights(std::vector<double> weights);

    [[nodiscard]] std::size_t size() const { return p_.size(); }
    [[nodiscard]] const double* data() const { return p_.data(); }
    [[nodiscard]] double operator[](std::size_t item) const { return p_[item]; }
    [[nodiscard]] auto begin() const { return p_.begin(); }
    [[nodiscard]] auto end() const { return p_.end(); }

  private:
    explicit Distribution(std::vector<double> p) : p_(std::move(p)) {}
    std::vector<double> p_;
};

}  // namespace truegap::metrics
