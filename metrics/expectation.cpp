#include "metrics/expectation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/detail/count_weights.hpp"

namespace truegap::metrics {

namespace {

// Counts and running totals less likely than this, relative to the likeliest, are left out.
constexpr double negligible = 1e-22;

// f_k(j) - slope (j - n p_k) - E[f_k(c_k)] on the counts that item k can have: a sum of these over
// items has the mean 0 whatever the slope, which is chosen to make it uncorrelated with the sum of
// independent counts.
using CentredTerms = std::vector<std::vector<double>>;

CentredTerms centred_terms(const AdditiveStatistic& statistic,
                           std::span<const detail::CountWeights> binomials) {
    CentredTerms terms(binomials.size());
    std::vector<double> mean_counts;
    CompensatedSum with_count;
    CompensatedSum count_variance;
    for (std::size_t k = 0; k < binomials.size(); ++k) {
        const auto& [first, weights] = binomials[k];
        CompensatedSum mean;
        CompensatedSum mean_count;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            terms[k].push_back(statistic.term(k, first + i));
            mean.add(weights[i] * terms[k][i]);
            mean_count.add(weights[i] * static_cast<double>(first + i));
        }
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double deviation = static_cast<double>(first + i) - mean_count.value();
            terms[k][i] -= mean.value();
            with_count.add(weights[i] * terms[k][i] * deviation);
            count_variance.add(weights[i] * deviation * deviation);
        }
        mean_counts.push_back(mean_count.value());
    }
    if (!(count_variance.value() > 0.0)) return terms;
    const double slope = with_count.value() / count_variance.value();
    for (std::size_t k = 0; k < binomials.size(); ++k)
        for (std::size_t i = 0; i < terms[k].size(); ++i)
            terms[k][i] -= slope * (static_cast<double>(binomials[k].first + i) - mean_counts[k]);
    return terms;
}

// For each running total of the items so far, its weight, and its weight times the sum of the first
// statistic, of the second, and of their product.
struct Running {
    std::uint64_t first = 0;
    std::array<std::vector<double>, 4> moments;

    explicit Running(std::uint64_t lowest, std::uint64_t highest) : first(lowest) {
        for (auto& moment : moments) moment.assign(highest - lowest + 1, 0.0);
    }
    [[nodiscard]] std::uint64_t last() const { return first + moments[0].size() - 1; }
};

// Adds `before` with one more item seen `count` times, which has the weight w and adds a and b.
void add_shifted(
    const Running& before, std::uint64_t count, double w, double a, double b, Running& after) {
    const std::uint64_t lowest = std::max(before.first + count, after.first);
    const std::uint64_t highest = std::min(before.last() + count, after.last());
    if (lowest > highest) return;
    const std::size_t length = highest - lowest + 1;
    const std::size_t from = lowest - count - before.first;
    const std::size_t to = lowest - after.first;
    const double* const w_old = before.moments[0].data() + from;
    const double* const a_old = before.moments[1].data() + from;
    const double* const b_old = before.moments[2].data() + from;
    const double* const ab_old = before.moments[3].data() + from;
    double* const w_new = after.moments[0].data() + to;
    double* const a_new = after.moments[1].data() + to;
    double* const b_new = after.moments[2].data() + to;
    double* const ab_new = after.moments[3].data() + to;
    for (std::size_t t = 0; t < length; ++t) {
        const double weight = w * w_old[t];
        const double first = w * a_old[t];
        const double second = w * b_old[t];
        w_new[t] += weight;
        a_new[t] += first + weight * a;
        b_new[t] += second + weight * b;
        ab_new[t] += w * ab_old[t] + first * b + second * a + weight * (a * b);
    }
}

// A table of term(count) shared by all items, filled as it is asked for.
class TermTable {
  public:
    TermTable(const Estimator& estimator, const SampleSize& size)
        : estimator_(estimator),
          size_(size),
          values_(size.n + 1, std::numeric_limits<double>::quiet_NaN()) {}
    [[nodiscard]] double operator()(std::uint64_t count) {
        double& value = values_[count];
        if (std::isnan(value)) value = estimator_.term(count, size_);
        return value;
    }

  private:
    Estimator estimator_;
    SampleSize size_;
    std::vector<double> values_;
};

bool defined(const Estimator& estimator, std::uint64_t n, std::uint64_t K) {
    if (!estimator.additive() || n == 0) return false;
    TRUEGAP_EXPECTS(n <= std::numeric_limits<std::uint32_t>::max());
    const std::array counts{static_cast<std::uint32_t>(n)};
    return estimator.estimate({.counts = counts, .n = n, .items = K}).has_value();
}

bool misses_support(std::span<const double> p, std::span<const double> ln_q) {
    TRUEGAP_EXPECTS(p.size() == ln_q.size());
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0.0 && std::isinf(ln_q[k])) return true;
    return false;
}

constexpr Moments2 infinite{.mean = std::numeric_limits<double>::infinity()};

}  // namespace

double additive_mean(std::span<const double> p,
                     std::uint64_t n,
                     const AdditiveStatistic& statistic) {
    CompensatedSum sum;
    sum.add(statistic.constant);
    for (std::size_t k = 0; k < p.size(); ++k) {
        const detail::CountWeights weights = detail::binomial_weights(n, p[k], negligible);
        for (std::size_t i = 0; i < weights.values.size(); ++i)
            sum.add(weights.values[i] * statistic.term(k, weights.first + i));
    }
    return sum.value();
}

double additive_covariance(std::span<const double> p,
                           std::uint64_t n,
                           const AdditiveStatistic& first,
                           const AdditiveStatistic& second) {
    std::vector<detail::CountWeights> binomials;
    for (const double p_k : p) binomials.push_back(detail::binomial_weights(n, p_k, negligible));
    const CentredTerms a = centred_terms(first, binomials);
    const CentredTerms b = centred_terms(second, binomials);

    Running running(0, 0);
    running.moments[0][0] = 1.0;
    CompensatedSum share;
    for (std::size_t k = 0; k < p.size(); ++k) {
        // Given the total n, the running total is Binomial(n, share of the items so far).
        share.add(p[k]);
        const bool is_last = k + 1 == p.size();
        const detail::CountWeights window =
            detail::binomial_weights(n, is_last ? 1.0 : share.value(), negligible);
        Running next(window.first, window.last());
        const detail::CountWeights weights = detail::poisson_weights(
            static_cast<double>(n) * p[k], binomials[k].first, binomials[k].last());
        for (std::size_t i = 0; i < weights.values.size(); ++i)
            add_shifted(running, weights.first + i, weights.values[i], a[k][i], b[k][i], next);
        running = std::move(next);
    }
    const double weight = running.moments[0].back();
    const double mean_a = running.moments[1].back() / weight;
    const double mean_b = running.moments[2].back() / weight;
    return running.moments[3].back() / weight - mean_a * mean_b;
}

Moments2 additive_moments(std::span<const double> p,
                          std::uint64_t n,
                          const AdditiveStatistic& statistic) {
    return {.mean = additive_mean(p, n, statistic),
            .variance = std::max(additive_covariance(p, n, statistic, statistic), 0.0)};
}

std::optional<double> expected_entropy_mean(const Estimator& estimator,
                                            std::span<const double> p,
                                            std::uint64_t n) {
    if (!defined(estimator, n, p.size())) return std::nullopt;
    const SampleSize size{.n = n, .items = p.size()};
    TermTable table(estimator, size);
    return additive_mean(p,
                         n,
                         {.term = [&](std::size_t, std::uint64_t count) { return table(count); },
                          .constant = estimator.constant(size)});
}

std::optional<Moments2> expected_entropy(const Estimator& estimator,
                                         std::span<const double> p,
                                         std::uint64_t n) {
    if (!defined(estimator, n, p.size())) return std::nullopt;
    const SampleSize size{.n = n, .items = p.size()};
    TermTable table(estimator, size);
    return additive_moments(p,
                            n,
                            {.term = [&](std::size_t, std::uint64_t count) { return table(count); },
                             .constant = estimator.constant(size)});
}

Moments2 fixed_cross_entropy_moments(std::span<const double> p,
                                     std::span<const double> ln_q,
                                     std::uint64_t n) {
    if (misses_support(p, ln_q)) return infinite;
    CompensatedSum mean;
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0.0) mean.add(-p[k] * ln_q[k]);
    CompensatedSum variance;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] == 0.0) continue;
        const double deviation = -ln_q[k] - mean.value();
        variance.add(p[k] * deviation * deviation);
    }
    return {.mean = mean.value(), .variance = variance.value() / static_cast<double>(n)};
}

std::optional<Moments2> expected_gap(const Estimator& estimator,
                                     std::span<const double> p,
                                     std::span<const double> ln_q,
                                     std::uint64_t n) {
    if (!defined(estimator, n, p.size())) return std::nullopt;
    if (misses_support(p, ln_q)) return infinite;
    const SampleSize size{.n = n, .items = p.size()};
    TermTable table(estimator, size);
    const auto term = [&](std::size_t item, std::uint64_t count) {
        if (count == 0) return -table(0);  // also where q is 0
        return -static_cast<double>(count) / static_cast<double>(n) * ln_q[item] - table(count);
    };
    return additive_moments(p, n, {.term = term, .constant = -estimator.constant(size)});
}

}  // namespace truegap::metrics
