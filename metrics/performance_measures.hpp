#pragma once

#include <cstdint>
#include <optional>
#include <span>

/// Performance measures of a simulation study, each with its Monte Carlo standard error (MCSE).
/// Everything is defined on the *error* e_r = estimate_r - truth_r, because the truth differs from
/// context to context. Source: Morris, White & Crowther, Stat. Med. 38 (2019), table 6.
namespace truegap::metrics {

struct ErrorMoments;

/// Count, mean and sum of squared deviations of a series, built block by block.
/// Merging the same blocks in the same order gives the same bits (Chan, Golub & LeVeque 1979).
class Moments {
  public:
    void add(std::span<const double> values);
    void merge(const Moments& later);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Nothing without a value; infinite when one was.
    [[nodiscard]] std::optional<double> mean() const;
    /// Sample variance, divisor count - 1; nothing below two values, or when one was infinite.
    [[nodiscard]] std::optional<double> variance() const;
    [[nodiscard]] std::optional<double> standard_deviation() const;
    /// standard_deviation / sqrt(count).
    [[nodiscard]] std::optional<double> standard_error() const;

  private:
    friend struct ErrorMoments;
    template <class F>
    static Moments of(std::span<const double> values, F f);

    std::uint64_t count_ = 0;
    double mean_ = 0.0;
    double squares_ = 0.0;  // sum (x - mean)^2
};

/// A figure and its Monte Carlo standard error. The error is nothing where it is undefined
/// (fewer than two replicates, or an infinite figure).
struct Measure {
    double value = 0.0;
    std::optional<double> mcse;
};

/// The errors of one method over replicates: their moments and those of their squares.
struct ErrorMoments {
    Moments error;
    Moments squared_error;

    /// errors: shape (replicates,).
    void add(std::span<const double> errors);
    void merge(const ErrorMoments& later);
};

/// mean(e); MCSE sd(e) / sqrt(n). Nothing without a replicate.
[[nodiscard]] std::optional<Measure> bias(const ErrorMoments& errors);
/// sd(e); MCSE sd(e) / sqrt(2 (n - 1)), by normal theory: too small for skewed errors.
[[nodiscard]] std::optional<Measure> empirical_se(const ErrorMoments& errors);
/// mean(e^2); MCSE sqrt(sum (e^2 - MSE)^2 / (n (n - 1))).
[[nodiscard]] std::optional<Measure> mean_squared_error(const ErrorMoments& errors);
/// sqrt(MSE); MCSE(MSE) / (2 RMSE).
[[nodiscard]] std::optional<Measure> root_mean_squared_error(const ErrorMoments& errors);
/// sqrt(mean(V)), V the method's own variance estimates; MCSE sqrt(var(V) / (4 n ModSE^2)).
[[nodiscard]] std::optional<Measure> model_se(const Moments& variance_estimates);
/// 100 (ModSE / EmpSE - 1), in percent;
/// MCSE 100 (ModSE / EmpSE) sqrt(var(V) / (4 n ModSE^4) + 1 / (2 (n - 1))).
[[nodiscard]] std::optional<Measure> relative_error_of_model_se(const ErrorMoments& errors,
                                                                const Moments& variance_estimates);

/// A proportion of replicates (coverage, power, type I error) with its Wilson interval.
struct Proportion {
    double value = 0.0;
    double mcse = 0.0;  ///< sqrt(p (1 - p) / n)
    double lower = 0.0, upper = 0.0;
};
/// successes <= trials; level in (0, 1). Nothing when trials = 0.
/// Source: Wilson, J. Am. Stat. Assoc. 22 (1927).
[[nodiscard]] std::optional<Proportion> proportion(std::uint64_t successes,
                                                   std::uint64_t trials,
                                                   double level = 0.95);

/// Share of replicates whose interval holds the truth.
/// lower, upper, truth: shape (replicates,).
[[nodiscard]] std::optional<Proportion> coverage(std::span<const double> lower,
                                                 std::span<const double> upper,
                                                 std::span<const double> truth);
/// The same after every interval is shifted by the mean error: what coverage would be without bias.
[[nodiscard]] std::optional<Proportion> bias_eliminated_coverage(std::span<const double> lower,
                                                                 std::span<const double> upper,
                                                                 std::span<const double> truth,
                                                                 double mean_error);

}  // namespace truegap::metrics
