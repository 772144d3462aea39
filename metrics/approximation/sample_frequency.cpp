#include "metrics/approximation/sample_frequency.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

// E[logs[s]], s ~ Binomial(m, q), 0 < q < 1. The weights start from 1 at the mode and follow the
// ratio of neighbours outwards, so that none overflows or loses its digits; dividing by their sum
// spares the probability of the mode.
double binomial_mean(std::span<const double> logs, double q) {
    // Weights below this times the mode's cannot be seen in the sum, logs being at most 745 or so.
    constexpr double negligible = 1e-24;
    const std::size_t m = logs.size() - 1;
    const auto trials = static_cast<double>(m);
    const double odds = q / (1.0 - q);
    const auto mode = std::min(static_cast<std::size_t>((trials + 1.0) * q), m);
    CompensatedSum weights;
    CompensatedSum sum;
    const auto add = [&](double weight, std::size_t s) {
        weights.add(weight);
        sum.add(weight * logs[s]);
    };
    add(1.0, mode);
    double weight = 1.0;
    for (std::size_t s = mode; s < m && weight > negligible; ++s) {
        weight *= odds * (static_cast<double>(m - s) / static_cast<double>(s + 1));
        add(weight, s + 1);
    }
    weight = 1.0;
    for (std::size_t s = mode; s > 0 && weight > negligible; --s) {
        weight *= static_cast<double>(s) / static_cast<double>(m - s + 1) / odds;
        add(weight, s - 1);
    }
    return sum.value() / weights.value();
}

}  // namespace

std::vector<double> sample_frequency_logs(std::span<const std::uint32_t> samples,
                                          std::uint64_t m,
                                          double alpha) {
    TRUEGAP_EXPECTS(m >= 1 && alpha >= 0.0 && std::isfinite(alpha));
    TRUEGAP_EXPECTS(std::accumulate(samples.begin(), samples.end(), std::uint64_t{0}) == m);
    const double total = static_cast<double>(m) + alpha * static_cast<double>(samples.size());
    std::vector<double> logs(samples.size());
    for (std::size_t k = 0; k < samples.size(); ++k)
        logs[k] = ln((static_cast<double>(samples[k]) + alpha) / total);
    return logs;
}

double expected_sample_frequency_cross_entropy(std::span<const double> p,
                                               std::span<const double> q,
                                               std::uint64_t m,
                                               double alpha) {
    TRUEGAP_EXPECTS(p.size() == q.size() && m >= 1 && alpha >= 0.0 && std::isfinite(alpha));
    const double total = static_cast<double>(m) + alpha * static_cast<double>(p.size());
    std::vector<double> logs(m + 1);  // ln q by how often the item was answered
    for (std::size_t s = 0; s <= m; ++s) logs[s] = ln((static_cast<double>(s) + alpha) / total);
    CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] <= 0.0) continue;
        if (q[k] >= 1.0) {
            sum.add(-p[k] * logs[m]);
        } else if (alpha <= 0.0) {
            return std::numeric_limits<double>::infinity();
        } else {
            sum.add(-p[k] * (q[k] > 0.0 ? binomial_mean(logs, q[k]) : logs[0]));
        }
    }
    return sum.value();
}

}  // namespace truegap::metrics
