#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "sim/observed.hpp"
#include "sim/results.hpp"

/// Whether what is stated happens: candidates by the probability that a predictor states for them, against
/// how probable they are, or how often they were chosen.
namespace truegap::sim {

class WorldStudy;

/// Gathers the candidates of one predictor.
class Calibration {
  public:
    /// Every candidate of a context whose truth is known, or of a user whose truth is: it counts once.
    /// q: as stated, p: as it is, both of shape (K,).
    void add(std::span<const double> q, std::span<const double> p);
    /// Every candidate of a context whose users' choices were observed: it counts once a user, and each user
    /// chose it or did not. counts: shape (K,); a context without users says nothing.
    void add_counts(std::span<const double> q, std::span<const std::uint32_t> counts);

    /// The bins that hold a candidate, ascending. With w how often a candidate counts and y how often it
    /// happened (p, or its count), sums over the candidates of a bin:
    ///     stated = sum w q / sum w,   happened = sum y / sum w,   mass = sum w q / that over all bins
    /// and of observed choices, by contexts c with sums W_c and Y_c (a ratio of means over clusters):
    ///     happened_se^2 = C/(C-1) sum_c (Y_c - happened W_c)^2 / (sum w)^2
    /// Source: Cochran, Sampling Techniques (3rd ed., 1977), section 6.3. It takes contexts as independent.
    [[nodiscard]] std::vector<CalibrationBin> bins() const;

  private:
    // Four a factor of ten, down to 1e-6; the first bin has what is below.
    static constexpr std::size_t count = 25;

    struct Sums {
        metrics::CompensatedSum stated, happened, weight;
        metrics::CompensatedSum squared_happened, happened_by_weight, squared_weight;
        std::uint64_t items = 0, contexts = 0;
    };
    [[nodiscard]] static std::size_t bin_of(double q);
    template <class Outcome>
    void add(std::span<const double> q, double weight, std::span<const Outcome> outcomes);

    std::array<Sums, count> sums_;
    bool observed_ = false;
};

/// Adds all contexts of a world, and every user where histories are individual. Predictors whose q cannot be
/// known, or that are contaminated and so have one for each replicate, are passed over.
/// calibrations: [predictor].
void calibrate(const WorldStudy& study, std::span<Calibration> calibrations);

/// The calibration of every predictor that states probabilities or logits.
[[nodiscard]] std::vector<CalibrationRow> calibrate_observed(const ObservedStudy& study);

}  // namespace truegap::sim
