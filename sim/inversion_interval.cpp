#include "sim/inversion_interval.hpp"

#include <algorithm>
#include <vector>

#include "metrics/contract.hpp"
#include "sim/parallel.hpp"
#include "sim/stream.hpp"
#include "sim/study.hpp"
#include "sim/wide_multiply.hpp"

namespace truegap::sim {

namespace {

constexpr std::uint32_t resamples_a_task = 16;

}  // namespace

InversionInterval inversion_interval(std::span<const metrics::CurvePoint> points,
                                     const InversionPlan& plan) {
    TRUEGAP_EXPECTS(plan.resamples >= 2 && plan.level > 0.0 && plan.level < 1.0);
    const metrics::TwoSegmentFitter fitter(points);
    InversionInterval result{.fit = fitter.fit(), .interval = {}, .share_without_inversion = {}};
    if (!result.fit) return result;

    std::vector<std::optional<metrics::TwoSegmentFit>> fits(plan.resamples);
    const auto resample = [&](std::uint32_t number, std::vector<std::uint32_t>& times) {
        if (plan.stop != nullptr && *plan.stop) throw Interrupted();
        Stream draws = stream({.seed = plan.seed,
                               .purpose = Purpose::resampled_curves,
                               .cell = plan.curve,
                               .block = number});
        std::fill(times.begin(), times.end(), 0U);
        for (std::size_t i = 0; i < points.size(); ++i)
            ++times[wide_multiply(draws(), points.size()).high];
        fits[number] = fitter.fit(times);
    };
    const std::uint32_t tasks = (plan.resamples + resamples_a_task - 1) / resamples_a_task;
    for_each_index(plan.threads, tasks, [&](std::size_t task) {
        std::vector<std::uint32_t> times(points.size());
        const auto first = static_cast<std::uint32_t>(task) * resamples_a_task;
        const std::uint32_t last = std::min(first + resamples_a_task, plan.resamples);
        for (std::uint32_t number = first; number < last; ++number) resample(number, times);
    });

    std::vector<double> breaks;
    breaks.reserve(fits.size());
    std::uint32_t without = 0;
    for (const auto& fit : fits) {
        if (fit) breaks.push_back(fit->break_at);
        if (!fit || !fit->inverted()) ++without;
    }
    result.share_without_inversion =
        static_cast<double>(without) / static_cast<double>(plan.resamples);
    if (breaks.empty()) return result;
    std::sort(breaks.begin(), breaks.end());
    const double tail = 0.5 * (1.0 - plan.level);
    result.interval = metrics::Interval{metrics::sample_quantile(breaks, tail),
                                        metrics::sample_quantile(breaks, 1.0 - tail)};
    return result;
}

}  // namespace truegap::sim
