#include "metrics/estimators/wolpert_wolf.hpp"

#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/gamma_functions.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<WolpertWolf> && PosteriorEstimator<WolpertWolf> &&
              ParametricEstimator<WolpertWolf>);

namespace {

struct Prior {
    double a, total, n, other_items;

    Prior(double pseudo_counts, const SampleSize& size)
        : a(pseudo_counts),
          total(static_cast<double>(size.n) +
                static_cast<double>(size.items.value_or(1)) * pseudo_counts),
          n(static_cast<double>(size.n)),
          other_items(static_cast<double>(size.items.value_or(1) - 1)) {}

    [[nodiscard]] double weight(std::uint64_t count) const {
        return (static_cast<double>(count) + a) / total;
    }
    // A - a_i, without cancellation.
    [[nodiscard]] double others(std::uint64_t count) const {
        return (n - static_cast<double>(count)) + other_items * a;
    }
    // psi(A+1) - psi(a_i+1)
    [[nodiscard]] double surprise(std::uint64_t count) const {
        return digamma_difference(static_cast<double>(count) + a + 1.0, others(count));
    }
};

}  // namespace

double WolpertWolf::term(std::uint64_t count, const SampleSize& size) const {
    const Prior prior(parameter, size);
    return prior.weight(count) * prior.surprise(count);
}

double WolpertWolf::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

std::optional<double> WolpertWolf::operator()(const CountsView& sample) const {
    return detail::additive_estimate(*this, sample);
}

// With D_i = psi(A+1) - psi(a_i+1), w_i = a_i/A and g(x) = x psi'(x), Wolpert and Wolf's E[H^2]
// minus E[H]^2 rearranges to
//     (A+1) V = sum w_i (D_i - E[H])^2 + sum w_i (g(a_i+1) - g(A+1)),
// in which nothing is negative.
std::optional<Posterior> WolpertWolf::posterior(const CountsView& sample) const {
    const std::optional<double> mean = (*this)(sample);
    if (!mean) return std::nullopt;
    const Prior prior(parameter, {.n = sample.n, .items = sample.items});
    CompensatedSum variance;
    std::uint64_t unseen = *sample.items;
    const auto add = [&](std::uint64_t count, std::uint64_t items) {
        const double deviation = prior.surprise(count) - *mean;
        const double fall = trigamma_excess_difference(static_cast<double>(count) + parameter + 1.0,
                                                       prior.others(count));
        variance.add(static_cast<double>(items) * prior.weight(count) *
                     (deviation * deviation + fall));
    };
    for (const auto [count, items] : fingerprint(sample.counts)) {
        add(count, items);
        unseen -= items;
    }
    add(0, unseen);
    return Posterior{.mean = *mean, .sd = std::sqrt(variance.value() / (prior.total + 1.0))};
}

}  // namespace truegap::metrics
