#include "metrics/enumeration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/detail/count_weights.hpp"

namespace truegap::metrics {

namespace {

// The probability of counts is a product of Poisson(n p_k) weights, divided by that of their sum
// being n: no factorials, which lose digits as differences of logarithms.
class Visitor {
  public:
    using Visit = std::function<void(std::span<const std::uint32_t>, double)>;

    Visitor(std::span<const double> p, std::uint32_t n, const Visit& visit)
        : visit_(visit), counts_(p.size(), 0) {
        CompensatedSum total;
        for (const double p_k : p) total.add(p_k);
        TRUEGAP_EXPECTS(total.value() > 0.0);
        for (const double p_k : p)
            weights_.push_back(detail::poisson_weights(n * (p_k / total.value()), 0, n).values);
        std::vector<double> of_total(n + 1, 0.0);
        of_total[0] = 1.0;
        for (const auto& weights : weights_) {
            std::vector<double> next(n + 1, 0.0);
            for (std::size_t t = 0; t <= n; ++t)
                for (std::size_t j = 0; j <= t; ++j) next[t] += of_total[t - j] * weights[j];
            of_total = std::move(next);
        }
        from(0, n, 1.0 / of_total[n]);
    }

  private:
    void from(std::size_t item, std::uint32_t left, double weight) {
        if (item + 1 == counts_.size()) {
            const double probability = weight * weights_[item][left];
            counts_[item] = left;
            if (probability > 0.0) visit_(counts_, probability);
            return;
        }
        for (std::uint32_t count = 0; count <= left; ++count) {
            const double product = weight * weights_[item][count];
            if (product == 0.0) continue;
            counts_[item] = count;
            from(item + 1, left - count, product);
        }
    }

    const Visit& visit_;
    std::vector<std::uint32_t> counts_;
    std::vector<std::vector<double>> weights_;
};

}  // namespace

double enumeration_size(std::uint64_t K, std::uint64_t n) {
    if (K == 0) return n == 0 ? 1.0 : 0.0;
    // C(n + K - 1, shorter), whole at every step.
    const std::uint64_t shorter = std::min(n, K - 1);
    const auto longer = static_cast<double>(std::max(n, K - 1));
    double size = 1.0;
    for (std::uint64_t i = 1; i <= shorter && std::isfinite(size); ++i)
        size = size * (longer + static_cast<double>(i)) / static_cast<double>(i);
    return size;
}

void for_each_count_vector(
    std::span<const double> p,
    std::uint32_t n,
    const std::function<void(std::span<const std::uint32_t> counts, double probability)>& visit) {
    if (!p.empty()) static_cast<void>(Visitor(p, n, visit));
}

EnumeratedMoments enumerated_moments(
    std::span<const double> p,
    std::uint32_t n,
    const std::function<std::optional<double>(std::span<const std::uint32_t> counts)>& statistic) {
    EnumeratedMoments result;
    CompensatedSum undefined;
    CompensatedSum infinite;
    double weight = 0.0;
    std::optional<double>
        origin;  // the first value: a mean of differences from it keeps its digits
    double mean = 0.0;
    CompensatedSum squares;
    for_each_count_vector(p, n, [&](std::span<const std::uint32_t> counts, double probability) {
        const std::optional<double> value = statistic(counts);
        if (!value) {
            undefined.add(probability);
        } else if (std::isinf(*value)) {
            infinite.add(probability);
        } else {
            // Updated with differences only: no square of the mean to cancel.
            const double before = weight;
            weight += probability;
            if (!origin) origin = *value;
            const double deviation = (*value - *origin) - mean;
            mean += probability / weight * deviation;
            squares.add(probability * (before / weight) * deviation * deviation);
        }
    });
    result.undefined_probability = undefined.value();
    result.infinite_probability = infinite.value();
    if (result.infinite_probability > 0.0) {
        result.moments = Moments2{.mean = std::numeric_limits<double>::infinity()};
    } else if (weight > 0.0) {
        result.moments = Moments2{.mean = *origin + mean, .variance = squares.value() / weight};
    }
    return result;
}

}  // namespace truegap::metrics
