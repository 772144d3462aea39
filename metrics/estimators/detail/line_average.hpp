#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/estimators/detail/pitman_yor.hpp"
#include "metrics/log_tables.hpp"

/// Posterior mean and variance over a parameter t on the whole line, by the trapezoid rule: for an
/// integrand that is analytic near the line its error falls exponentially in 1/step, so halving the
/// step squares it, and the last change bounds what is left.
/// Source: Trefethen & Weideman, SIAM Review 56 (2014).
namespace truegap::metrics::detail {

inline constexpr double no_bound = std::numeric_limits<double>::infinity();

/// The integrand at one t: exp(ln_likelihood + ln_prior) * measure, with the entropy's moments
/// given t.
struct LineNode {
    double ln_likelihood = 0.0;
    double ln_prior = 0.0;
    double measure = 1.0;
    EntropyMoments entropy = {};
    /// Bounds of what lies beyond t, in units of the likelihood at t, which holds where the
    /// likelihood falls from here on ...
    double rest_left = no_bound;
    double rest_right = no_bound;
    /// ... and, where there is one, a bound of the ln likelihood on that whole side.
    double ln_most_left = no_bound;
    double ln_most_right = no_bound;
};

/// ln of the integral, and mean and variance (within and between t) under the normalised integrand.
struct LineAverage {
    double ln_total = 0.0;
    EntropyMoments entropy = {};
    double peak = 0.0;    ///< the t of the highest integrand found
    bool settled = true;  ///< false when the finest step was not fine enough
};

struct LineOptions {
    Moments moments = Moments::mean;
    double start = 0.0;
    double most_entropy = no_bound;  ///< a bound of the mean given t
    double total_change = no_bound;  ///< how much the total may change by the last halving
};

struct Peak {
    double t = 0.0;
    double width = 0.0;  ///< the sd of the Gaussian with this curvature
};

/// Climbs to a maximum of the ln integrand and measures its curvature.
template <class Integrand>
[[nodiscard]] Peak find_peak(const Integrand& integrand, double start) {
    const auto height = [&](double t) {
        const LineNode node = integrand(t, Moments::none);
        return node.ln_likelihood + node.ln_prior + ln(node.measure);
    };
    constexpr int most_steps = 400;
    double t = start;
    double step = 1.0;
    double here = height(t);
    double left = height(t - step);
    double right = height(t + step);
    for (int count = 0; count < most_steps; ++count) {
        if (right > here) {
            t += step;
            left = here;
            here = right;
            right = height(t + step);
            continue;
        }
        if (left > here) {
            t -= step;
            right = here;
            here = left;
            left = height(t - step);
            continue;
        }
        const double drop = (here - left) + (here - right);
        if (!(drop > 0.0)) return {t, no_bound};
        const double width = step / std::sqrt(drop);
        t += 0.5 * step * (right - left) / drop;
        if (step <= 2.0 * width) return {t, width};
        step = std::max(width, 0.1 * step);
        here = height(t);
        left = height(t - step);
        right = height(t + step);
    }
    return {t, step};
}

class LineSums {
  public:
    LineSums(double ln_reference, double mean_reference)
        : ln_reference_(ln_reference), mean_reference_(mean_reference) {}

    void add(const LineNode& node) {
        const double weight = relative(node.ln_likelihood + node.ln_prior) * node.measure;
        const double mean = node.entropy.mean - mean_reference_;
        weight_ += weight;
        mean_ += weight * mean;
        square_ += weight * mean * mean;
        variance_ += weight * node.entropy.variance;
    }
    void add(const LineSums& other) {
        weight_ += other.weight_;
        mean_ += other.mean_;
        square_ += other.square_;
        variance_ += other.variance_;
    }
    [[nodiscard]] double relative(double ln_likelihood) const {
        return exponential(ln_likelihood - ln_reference_);
    }
    [[nodiscard]] double weight() const { return weight_; }
    [[nodiscard]] double ln_total(double step) const { return ln_reference_ + ln(weight_ * step); }
    [[nodiscard]] double mean() const { return mean_reference_ + mean_ / weight_; }
    [[nodiscard]] double between() const {
        const double shift = mean_ / weight_;
        return std::max(0.0, square_ / weight_ - shift * shift);
    }
    [[nodiscard]] double variance() const { return variance_ / weight_ + between(); }

  private:
    double ln_reference_;
    double mean_reference_;
    double weight_ = 0.0;
    double mean_ = 0.0;
    double square_ = 0.0;
    double variance_ = 0.0;
};

/// Whether the sum over the fine nodes is exact, judged by every other node. In units of the spread
/// of the mean over t, the error of the fine sum is about the square of what halving the step has
/// changed in mean or total; a hundred times that must not be felt. Where the caller uses the total
/// itself, its change must be small in itself.
[[nodiscard]] inline bool settled(const LineSums& coarse,
                                  const LineSums& fine,
                                  const LineOptions& options) {
    constexpr double felt = 1e-14;
    constexpr double square_law_from = 0.01;
    constexpr double variance_change = 1e-6;
    const double mean = fine.mean();
    const double spread = std::sqrt(fine.between());
    const double mean_change = std::abs(coarse.mean() - mean);
    const double total_change = std::abs(2.0 * coarse.weight() / fine.weight() - 1.0);
    const bool mean_settled =
        mean_change <= felt * mean || (mean_change <= square_law_from * spread &&
                                       mean_change * mean_change <= felt * mean * spread);
    const bool total_settled =
        spread <= felt * mean ||
        (total_change <= square_law_from && total_change * total_change * spread <= felt * mean);
    if (!mean_settled || !total_settled || !(total_change <= options.total_change)) return false;
    return options.moments == Moments::mean ||
           std::abs(coarse.variance() - fine.variance()) <= variance_change * fine.variance();
}

/// integrand(t, moments) gives the LineNode at t.
template <class Integrand>
[[nodiscard]] LineAverage average_over_line(const Integrand& integrand,
                                            const LineOptions& options) {
    constexpr double negligible = 1e-13;
    constexpr double widest_step = 0.5;
    constexpr double steps_a_width = 2.0;
    constexpr double far_above = 300.0;  // a higher peak than the one found: start again from it
    constexpr int most_halvings = 8;
    constexpr int most_nodes = 20'000;

    const Peak peak = find_peak(integrand, options.start);
    double step = std::min(widest_step, peak.width / steps_a_width);
    const LineNode centre = integrand(peak.t, options.moments);
    const double reference = centre.ln_likelihood + centre.ln_prior;
    LineSums even(reference, centre.entropy.mean);
    LineSums odd = even;
    even.add(centre);

    const auto walk = [&](int side, double& restart) {
        double before = centre.ln_likelihood;
        for (int k = 1; k < most_nodes; ++k) {
            const double t = peak.t + side * k * step;
            const LineNode node = integrand(t, options.moments);
            if (node.ln_likelihood + node.ln_prior - reference > far_above) {
                restart = t;
                return k;
            }
            (k % 2 == 0 ? even : odd).add(node);
            const bool falls = node.ln_likelihood < before;
            before = node.ln_likelihood;
            const double most =
                falls ? node.ln_likelihood : (side < 0 ? node.ln_most_left : node.ln_most_right);
            if (most == no_bound) continue;
            const double rest = even.relative(most) * (side < 0 ? node.rest_left : node.rest_right);
            LineSums sums = even;
            sums.add(odd);
            const double mean = sums.mean();
            const double most_mean = std::min(options.most_entropy, 1e3 * mean);
            const double share = rest / (step * sums.weight());
            if (!(share * most_mean <= negligible * mean)) continue;
            if (options.moments == Moments::mean ||
                share * most_mean * most_mean <= 10.0 * negligible * sums.variance())
                return k;
        }
        return most_nodes;
    };
    double restart = std::numeric_limits<double>::quiet_NaN();
    const int right = walk(+1, restart);
    const int left = std::isnan(restart) ? walk(-1, restart) : 0;
    if (!std::isnan(restart)) {
        LineOptions again = options;
        again.start = restart;
        return average_over_line(integrand, again);
    }

    LineSums all = even;
    all.add(odd);
    LineSums coarse = even;
    bool good = settled(coarse, all, options);
    int intervals_left = left;
    int intervals_right = right;
    for (int halving = 0; !good && halving < most_halvings; ++halving) {
        coarse = all;
        for (int k = -intervals_left; k < intervals_right; ++k)
            all.add(integrand(peak.t + (k + 0.5) * step, options.moments));
        step *= 0.5;
        intervals_left *= 2;
        intervals_right *= 2;
        good = settled(coarse, all, options);
    }
    return {.ln_total = all.ln_total(step),
            .entropy = {all.mean(), all.variance()},
            .peak = peak.t,
            .settled = good};
}

}  // namespace truegap::metrics::detail
