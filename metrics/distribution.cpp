#include "metrics/distribution.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

double compensated_total(std::span<const double> values) {
    CompensatedSum total;
    for (const double value : values) total.add(value);
    return total.value();
}

}  // namespace

std::optional<ProbabilityDefect> probability_defect(std::span<const double> p) {
    using Kind = ProbabilityDefect::Kind;
    if (p.empty()) return ProbabilityDefect{Kind::empty, 0, 0.0};
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (!std::isfinite(p[k])) return ProbabilityDefect{Kind::not_finite, k, p[k]};
        if (p[k] < 0.0) return ProbabilityDefect{Kind::negative, k, p[k]};
    }
    const double sum = compensated_total(p);
    if (!(std::abs(sum - 1.0) <= probability_sum_tolerance))
        return ProbabilityDefect{Kind::wrong_sum, 0, sum};
    return std::nullopt;
}

Distribution Distribution::from_probabilities(std::vector<double> p) {
    TRUEGAP_EXPECTS(!probability_defect(p));
    return from_weights(std::move(p));
}

Distribution Distribution::from_weights(std::vector<double> weights) {
    const double total = compensated_total(weights);
    TRUEGAP_EXPECTS(std::isfinite(total) && total > 0.0);
    TRUEGAP_EXPECTS(std::none_of(weights.begin(), weights.end(), [](double w) { return w < 0.0; }));
    for (double& weight : weights) weight /= total;
    return Distribution(std::move(weights));
}

}  // namespace truegap::metrics
