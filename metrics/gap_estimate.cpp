#include "metrics/gap_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/dirichlet.hpp"
#include "metrics/estimators/plug_in.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Weighted mean and the weighted sum of squares about it, in two passes.
template <class Value>
double centred_squares(const CountsView& sample, const Value& value) {
    const auto over_users = [&](const auto& term) {
        CompensatedSum sum;
        for (std::size_t k = 0; k < sample.counts.size(); ++k)
            if (sample.counts[k] > 0) sum.add(static_cast<double>(sample.counts[k]) * term(k));
        return sum.value();
    };
    const double mean = over_users(value) / static_cast<double>(sample.n);
    return over_users([&](std::size_t k) { return (value(k) - mean) * (value(k) - mean); });
}

double mean_log_loss(const CountsView& sample, std::span<const double> ln_q) {
    CompensatedSum sum;
    for (std::size_t k = 0; k < sample.counts.size(); ++k)
        if (sample.counts[k] > 0) sum.add(-static_cast<double>(sample.counts[k]) * ln_q[k]);
    return sum.value() / static_cast<double>(sample.n);
}

GapEstimate made(double cross_entropy, double entropy) {
    return {.cross_entropy = cross_entropy,
            .entropy = entropy,
            .gap = cross_entropy - entropy,
            .standard_error = std::nullopt};
}

// The entropy without one user of an item, by that item's count; nothing if any is undefined.
class LeaveOneOut {
  public:
    static std::optional<LeaveOneOut> make(const CountsView& sample,
                                           const EntropyFunction& estimator) {
        LeaveOneOut result;
        std::vector<std::uint32_t> counts(sample.counts.begin(), sample.counts.end());
        for (const auto [count, items] : fingerprint(sample.counts)) {
            const auto place = std::find(counts.begin(), counts.end(), count);
            --*place;
            const auto entropy =
                estimator({.counts = counts, .n = sample.n - 1, .items = sample.items});
            ++*place;
            if (!entropy) return std::nullopt;
            result.counts_.push_back(count);
            result.entropies_.push_back(*entropy);
        }
        return result;
    }

    [[nodiscard]] double entropy(std::uint32_t count) const {
        const auto found = std::lower_bound(counts_.begin(), counts_.end(), count);
        return entropies_[static_cast<std::size_t>(found - counts_.begin())];
    }

  private:
    std::vector<std::uint32_t> counts_;  // ascending
    std::vector<double> entropies_;
};

}  // namespace

std::optional<CrossEntropyEstimate> cross_entropy_estimate(const CountsView& sample,
                                                           std::span<const double> ln_q) {
    TRUEGAP_EXPECTS(sample.counts.size() == ln_q.size());
    if (sample.n == 0) return std::nullopt;
    CrossEntropyEstimate result{.value = mean_log_loss(sample, ln_q), .standard_error = {}};
    if (sample.n < 2) return result;
    const auto n = static_cast<double>(sample.n);
    result.standard_error =
        std::isinf(result.value)
            ? infinity
            : std::sqrt(centred_squares(sample, [&](std::size_t k) { return ln_q[k]; }) /
                        (n - 1.0) / n);
    return result;
}

std::optional<GapEstimate> jackknife_gap(const CountsView& sample,
                                         std::span<const double> ln_q,
                                         const EntropyFunction& estimator) {
    TRUEGAP_EXPECTS(sample.counts.size() == ln_q.size());
    if (sample.n == 0) return std::nullopt;
    const auto entropy = estimator(sample);
    if (!entropy) return std::nullopt;
    GapEstimate result = made(mean_log_loss(sample, ln_q), *entropy);
    if (sample.n < 2) return result;
    const auto left_out = LeaveOneOut::make(sample, estimator);
    if (!left_out) return result;
    if (std::isinf(result.gap)) {
        result.standard_error = infinity;
        return result;
    }
    const auto n = static_cast<double>(sample.n);
    // n CE/(n - 1) is common to all and leaves the spread as it is.
    const double squares = centred_squares(sample, [&](std::size_t k) {
        return ln_q[k] / (n - 1.0) - left_out->entropy(sample.counts[k]);
    });
    result.standard_error = std::sqrt((n - 1.0) / n * squares);
    return result;
}

std::optional<GapEstimate> delta_gap(const CountsView& sample, std::span<const double> ln_q) {
    TRUEGAP_EXPECTS(sample.counts.size() == ln_q.size());
    const auto entropy = PlugIn{}(sample);
    if (!entropy) return std::nullopt;
    GapEstimate result = made(mean_log_loss(sample, ln_q), *entropy);
    if (std::isinf(result.gap)) {
        result.standard_error = infinity;
        return result;
    }
    const auto n = static_cast<double>(sample.n);
    const double squares = centred_squares(
        sample, [&](std::size_t k) { return -ln_ratio(sample.n, sample.counts[k]) - ln_q[k]; });
    result.standard_error = std::sqrt(squares) / n;
    return result;
}

std::optional<GapEstimate> posterior_gap(const CountsView& sample,
                                         std::span<const double> ln_q,
                                         const Posterior& entropy,
                                         std::optional<double> covariance) {
    const auto cross_entropy = cross_entropy_estimate(sample, ln_q);
    if (!cross_entropy) return std::nullopt;
    GapEstimate result = made(cross_entropy->value, entropy.mean);
    if (!cross_entropy->standard_error) return result;
    if (std::isinf(result.gap)) {
        result.standard_error = infinity;
    } else if (covariance && std::isfinite(*covariance)) {
        const double se = *cross_entropy->standard_error;
        const double variance = se * se + entropy.sd * entropy.sd - 2.0 * *covariance;
        result.standard_error = std::sqrt(std::max(variance, 0.0));
    }
    return result;
}

std::optional<GapEstimate> dirichlet_gap(const CountsView& sample,
                                         std::span<const double> ln_q,
                                         std::span<const double> concentrations) {
    if (sample.n == 0) return std::nullopt;
    const DirichletMoments moments = dirichlet_moments(concentrations, ln_q);
    const Posterior entropy{.mean = moments.entropy.mean,
                            .sd = std::sqrt(std::max(moments.entropy.variance, 0.0))};
    std::optional<double> covariance = moments.covariance;
    if (covariance) covariance = -*covariance;  // the cross-entropy goes with -ln q
    return posterior_gap(sample, ln_q, entropy, covariance);
}

}  // namespace truegap::metrics
