#include "metrics/performance_measures.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

double itself(double x) {
    return x;
}
double squared(double x) {
    return x * x;
}

// sum f(x), in four fixed lanes: the same bits every time, without waiting for each addition.
template <class F>
double lane_sum(std::span<const double> values, F f) {
    std::array<double, 4> lanes{};
    std::size_t i = 0;
    for (; i + 4 <= values.size(); i += 4)
        for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] += f(values[i + lane]);
    for (; i < values.size(); ++i) lanes[0] += f(values[i]);
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

}  // namespace

template <class F>
Moments Moments::of(std::span<const double> values, F f) {
    Moments block;
    if (values.empty()) return block;
    block.count_ = values.size();
    // Around the first value, so that a constant series has exactly that mean and no spread.
    const double first = std::isfinite(f(values.front())) ? f(values.front()) : 0.0;
    const double mean = first + lane_sum(values, [f, first](double x) { return f(x) - first; }) /
                                    static_cast<double>(values.size());
    block.mean_ = mean;
    block.squares_ = lane_sum(values, [f, mean](double x) { return squared(f(x) - mean); });
    return block;
}

void Moments::add(std::span<const double> values) {
    merge(of(values, itself));
}

void Moments::merge(const Moments& later) {
    if (later.count_ == 0) return;
    if (count_ == 0) {
        *this = later;
        return;
    }
    const auto here = static_cast<double>(count_);
    const auto there = static_cast<double>(later.count_);
    const double total = here + there;
    if (std::isinf(mean_) || std::isinf(later.mean_)) {
        mean_ +=
            later.mean_;  // infinite, or NaN for opposite infinities, which no series here holds
        squares_ = 0.0;
    } else {
        const double step = later.mean_ - mean_;
        mean_ += step * (there / total);
        squares_ += later.squares_ + step * step * (here * there / total);
    }
    count_ += later.count_;
}

std::optional<double> Moments::mean() const {
    if (count_ == 0) return std::nullopt;
    return mean_;
}

std::optional<double> Moments::variance() const {
    if (count_ < 2 || !std::isfinite(mean_)) return std::nullopt;
    return squares_ / static_cast<double>(count_ - 1);
}

std::optional<double> Moments::standard_deviation() const {
    const auto squared = variance();
    if (!squared) return std::nullopt;
    return std::sqrt(*squared);
}

std::optional<double> Moments::standard_error() const {
    const auto sd = standard_deviation();
    if (!sd) return std::nullopt;
    return *sd / std::sqrt(static_cast<double>(count_));
}

void ErrorMoments::add(std::span<const double> errors) {
    error.merge(Moments::of(errors, itself));
    squared_error.merge(Moments::of(errors, squared));
}

void ErrorMoments::merge(const ErrorMoments& later) {
    error.merge(later.error);
    squared_error.merge(later.squared_error);
}

std::optional<Measure> bias(const ErrorMoments& errors) {
    const auto mean = errors.error.mean();
    if (!mean) return std::nullopt;
    return Measure{*mean, errors.error.standard_error()};
}

std::optional<Measure> empirical_se(const ErrorMoments& errors) {
    const auto sd = errors.error.standard_deviation();
    if (!sd) return std::nullopt;
    return Measure{*sd, *sd / std::sqrt(2.0 * static_cast<double>(errors.error.count() - 1))};
}

std::optional<Measure> mean_squared_error(const ErrorMoments& errors) {
    const auto mean = errors.squared_error.mean();
    if (!mean) return std::nullopt;
    return Measure{*mean, errors.squared_error.standard_error()};
}

std::optional<Measure> root_mean_squared_error(const ErrorMoments& errors) {
    const auto mse = mean_squared_error(errors);
    if (!mse) return std::nullopt;
    const double root = std::sqrt(mse->value);
    if (!mse->mcse) return Measure{root, std::nullopt};
    return Measure{root, root > 0.0 ? *mse->mcse / (2.0 * root) : 0.0};
}

std::optional<Measure> model_se(const Moments& variance_estimates) {
    const auto mean = variance_estimates.mean();
    if (!mean || !(*mean >= 0.0)) return std::nullopt;
    const double root = std::sqrt(*mean);
    const auto spread = variance_estimates.variance();
    if (!spread) return Measure{root, std::nullopt};
    const auto n = static_cast<double>(variance_estimates.count());
    return Measure{root, root > 0.0 ? std::sqrt(*spread / (4.0 * n * *mean)) : 0.0};
}

std::optional<Measure> relative_error_of_model_se(const ErrorMoments& errors,
                                                  const Moments& variance_estimates) {
    const auto empirical = empirical_se(errors);
    const auto model = model_se(variance_estimates);
    const auto spread = variance_estimates.variance();
    if (!empirical || !model || !spread || !(empirical->value > 0.0) || !(model->value > 0.0))
        return std::nullopt;
    const auto n = static_cast<double>(variance_estimates.count());
    const auto replicates = static_cast<double>(errors.error.count());
    const double ratio = model->value / empirical->value;
    const double relative = *spread / (4.0 * n * std::pow(model->value, 4.0));
    return Measure{100.0 * (ratio - 1.0),
                   100.0 * ratio * std::sqrt(relative + 1.0 / (2.0 * (replicates - 1.0)))};
}

std::optional<Proportion> proportion(std::uint64_t successes, std::uint64_t trials, double level) {
    TRUEGAP_EXPECTS(successes <= trials && level > 0.0 && level < 1.0);
    if (trials == 0) return std::nullopt;
    const auto n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    const double z = boost::math::quantile(boost::math::normal{}, 0.5 + level / 2.0);
    const double centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    const double half =
        z / (1.0 + z * z / n) * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    return Proportion{p,
                      std::sqrt(p * (1.0 - p) / n),
                      std::max(0.0, centre - half),
                      std::min(1.0, centre + half)};
}

std::optional<Proportion> coverage(std::span<const double> lower,
                                   std::span<const double> upper,
                                   std::span<const double> truth) {
    return bias_eliminated_coverage(lower, upper, truth, 0.0);
}

std::optional<Proportion> bias_eliminated_coverage(std::span<const double> lower,
                                                   std::span<const double> upper,
                                                   std::span<const double> truth,
                                                   double mean_error) {
    TRUEGAP_EXPECTS(lower.size() == truth.size() && upper.size() == truth.size());
    std::uint64_t holds = 0;
    for (std::size_t r = 0; r < truth.size(); ++r)
        holds += lower[r] - mean_error <= truth[r] && truth[r] <= upper[r] - mean_error ? 1U : 0U;
    return proportion(holds, truth.size());
}

}  // namespace truegap::metrics
