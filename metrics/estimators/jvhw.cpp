#include "metrics/estimators/jvhw.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/estimators/detail/minimax_polynomial.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Jvhw>);

namespace {

// What every term of one sample shares.
struct Split {
    std::uint64_t n = 0;
    unsigned degree = 0;
    double t = 0.0;  // below t/2 the polynomial, above t the plug-in; 0: plug-in everywhere
};

Split split(std::uint64_t n, std::uint64_t singletons) {
    const auto size = static_cast<double>(n);
    const double ln_n = ln(size);
    const double degree =
        std::min(4.0 + std::ceil(1.2 * ln_n), static_cast<double>(detail::most_degree));
    Split result{.n = n, .degree = static_cast<unsigned>(degree)};
    if (singletons == 0 || size < degree) return result;
    const double b = ln_ratio(n, singletons);
    const double fitted = n >= 200 && b <= 1.5
                              ? (-0.530556484842359 * b + 1.09787328176926) * b + 0.184831781602259
                              : 0.3303 * b + 0.4679;
    result.t = 4.0 * std::max(fitted, 1.0 / (1.9 * ln_n)) * ln_n / size;
    return result;
}

double term(std::uint64_t count, const Split& at) {
    const double p = static_cast<double>(count) / static_cast<double>(at.n);
    const double plug_in = p * ln_ratio(at.n, count) + 0.5 / static_cast<double>(at.n);
    const double weight = at.t > 0.0 ? std::clamp(2.0 * p / at.t - 1.0, 0.0, 1.0) : 1.0;
    if (weight == 1.0) return plug_in;
    const double polynomial =
        detail::unbiased_polynomial(at.degree, count, at.n, at.t) - p * ln(at.t);
    return std::max(0.0, weight * plug_in + (1.0 - weight) * polynomial);
}

}  // namespace

std::optional<double> Jvhw::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const std::uint64_t singletons = seen_items(sample.counts).singletons;
    const Split at = split(sample.n, singletons);
    return detail::tabled_sum({.owner = &name, .n = sample.n, .other = singletons},
                              sample.counts,
                              sample.n,
                              [&](std::uint32_t count) { return term(count, at); });
}

}  // namespace truegap::metrics
