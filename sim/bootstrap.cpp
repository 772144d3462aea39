#include "sim/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "sim/samplers.hpp"
#include "sim/study.hpp"

namespace truegap::sim {

namespace {

double standard_deviation(std::span<const double> numbers) {
    const auto count = static_cast<double>(numbers.size());
    metrics::CompensatedSum sum;
    for (const double number : numbers) sum.add(number);
    const double mean = sum.value() / count;
    metrics::CompensatedSum squares;
    for (const double number : numbers) squares.add((number - mean) * (number - mean));
    return std::sqrt(squares.value() / (count - 1.0));
}

BootstrapError error_of(double estimate, std::vector<double>& resampled, double level) {
    if (resampled.size() < 2) return {};
    std::sort(resampled.begin(), resampled.end());
    const double tail = 0.5 * (1.0 - level);
    return {.standard_error =
                resampled.front() == resampled.back() ? 0.0 : standard_deviation(resampled),
            .interval =
                metrics::Interval{2.0 * estimate - metrics::sample_quantile(resampled, 1.0 - tail),
                                  2.0 * estimate - metrics::sample_quantile(resampled, tail)}};
}

}  // namespace

std::vector<BootstrapError> bootstrap(const metrics::CountsView& sample,
                                      std::span<const metrics::Estimator> estimators,
                                      const BootstrapPlan& plan) {
    TRUEGAP_EXPECTS(plan.resamples >= 2 && sample.n <= most_bootstrap_observations);
    std::vector<BootstrapError> errors(estimators.size());
    std::vector<std::optional<double>> estimates(estimators.size());
    for (std::size_t e = 0; e < estimators.size(); ++e)
        estimates[e] = estimators[e].estimate(sample);
    if (sample.n == 0) return errors;

    // Items without an observation are never drawn again.
    std::vector<double> shares;
    for (const std::uint32_t count : sample.counts)
        if (count > 0) shares.push_back(static_cast<double>(count) / static_cast<double>(sample.n));
    const Multinomial draw(shares);
    Stream draws = stream({.seed = plan.seed, .purpose = Purpose::bootstrap, .cell = plan.sample});
    std::vector<std::uint32_t> counts(shares.size());
    std::vector<std::vector<double>> resampled(estimators.size());
    for (std::uint32_t b = 0; b < plan.resamples; ++b) {
        if (plan.stop != nullptr && *plan.stop) throw Interrupted();
        std::fill(counts.begin(), counts.end(), 0U);
        draw(static_cast<std::uint32_t>(sample.n), draws, counts);
        const metrics::CountsView resample{.counts = counts, .n = sample.n, .items = sample.items};
        for (std::size_t e = 0; e < estimators.size(); ++e) {
            if (!estimates[e]) continue;
            const auto estimate = estimators[e].estimate(resample);
            if (estimate && std::isfinite(*estimate)) resampled[e].push_back(*estimate);
        }
    }
    for (std::size_t e = 0; e < estimators.size(); ++e) {
        if (!estimates[e]) continue;
        const auto defined = static_cast<std::uint32_t>(resampled[e].size());
        errors[e] = error_of(*estimates[e], resampled[e], plan.level);
        errors[e].undefined = plan.resamples - defined;
    }
    return errors;
}

}  // namespace truegap::sim
