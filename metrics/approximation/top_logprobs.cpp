#include "metrics/approximation/top_logprobs.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

std::vector<double> values_by_rank(std::span<const double> top_logprobs,
                                   std::size_t items,
                                   Residual residual) {
    const std::size_t top = top_logprobs.size();
    TRUEGAP_EXPECTS(top >= 1 && top <= items && residual != Residual::sorted);
    TRUEGAP_EXPECTS(std::is_sorted(top_logprobs.begin(), top_logprobs.end(), std::greater<>{}));
    std::vector<double> values(items, 0.0);
    CompensatedSum known;
    CompensatedSum rest;
    // 1 - e^l of the first, which is most of the mass when the rest is small, without cancellation.
    rest.add(-exponential_m1(top_logprobs[0]));
    CompensatedSum sizes;  // of the terms, and of what the logarithms' own rounding makes of them
    sizes.add(-exponential_m1(top_logprobs[0]));
    for (std::size_t i = 0; i < top; ++i) {
        values[i] = exponential(top_logprobs[i]);
        known.add(values[i]);
        if (i > 0) {
            rest.add(-values[i]);
            sizes.add(values[i]);
        }
        if (values[i] > 0.0) sizes.add(-top_logprobs[i] * values[i]);
    }
    const double rounding = std::numeric_limits<double>::epsilon() * sizes.value();
    if (top == items || rest.value() <= rounding) {
        TRUEGAP_EXPECTS(known.value() > 0.0);
        for (std::size_t i = 0; i < top; ++i) values[i] /= known.value();
    } else if (residual == Residual::uniform) {
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(top),
                  values.end(),
                  rest.value() / static_cast<double>(items - top));
    }
    return values;
}

double covered_mass(std::span<const double> logprobs) {
    CompensatedSum mass;
    for (const double logprob : logprobs)
        if (!std::isnan(logprob)) mass.add(exponential(logprob));
    return std::min(mass.value(), 1.0);
}

std::optional<std::vector<double>> complete_logprobs(std::span<const double> logprobs) {
    double smallest = std::numeric_limits<double>::infinity();
    std::size_t missing = 0;
    for (const double logprob : logprobs) {
        if (std::isnan(logprob)) {
            ++missing;
        } else {
            smallest = std::min(smallest, exponential(logprob));
        }
    }
    const double covered = covered_mass(logprobs);
    if (missing == logprobs.size() || !(covered > 0.0)) return std::nullopt;
    const double rest =
        missing == 0 ? 0.0 : std::min(smallest, (1.0 - covered) / static_cast<double>(missing));
    std::vector<double> p;
    p.reserve(logprobs.size());
    CompensatedSum sum;
    for (const double logprob : logprobs) {
        p.push_back(std::isnan(logprob) ? rest : exponential(logprob));
        sum.add(p.back());
    }
    for (double& one : p) one /= sum.value();
    return p;
}

}  // namespace truegap::metrics
