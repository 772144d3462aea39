#include "metrics/estimators/pym.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/estimators/detail/line_average.hpp"
#include "metrics/estimators/detail/pitman_yor.hpp"
#include "metrics/gamma_functions.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Pym>);
static_assert(PosteriorEstimator<Pym>);
static_assert(SaysWhyUndefined<Pym>);
static_assert(SaysCaveat<Pym>);

namespace {

using detail::LineNode;
using detail::Moments;
using detail::RisingForm;

constexpr double q_rate = 10.0;

// With u = psi(1) - psi(1-d) and v = psi(1+alpha) - psi(1): eta = u + v, gamma = u/(u + v), so that
//     deta dgamma = du dv / (u + v),   q = exp(-10 - 10 u/v).
// At a given d the integrand in t = ln alpha.
class OverConcentration {
  public:
    OverConcentration(const detail::CountGroups& groups,
                      const detail::Discount& discount,
                      Moments moments)
        : groups_(groups),
          discount_(discount),
          sums_(detail::seen_item_sums(groups, discount, RisingForm::less_constants, moments)),
          d_(-discount.minus),
          u_(digamma_difference(discount.one_minus, d_)),
          ln_gamma_n_(ln_gamma(groups.n)) {}

    LineNode operator()(double t, Moments moments) const {
        const double alpha = exponential(t);
        const double v = digamma_difference(1.0, alpha);
        LineNode node;
        // Rising in alpha times falling from 1 in alpha, so the first bounds what lies to the left.
        node.ln_most_left = sums_.ln_rising + ln_new_items(alpha, t);
        node.ln_likelihood = node.ln_most_left + ln_old_items(alpha, t);
        node.ln_prior = -q_rate * u_ / v;
        node.measure = trigamma_rise(alpha) / (u_ + v);
        if (moments != Moments::none)
            node.entropy = detail::entropy_moments(
                groups_, discount_, sums_, alpha, alpha + d_, alpha + groups_.seen * d_, moments);
        // The derivative of the ln likelihood is the integral of D(x) / (alpha + x)^2 over x > 0,
        // D(x) = #{l d <= x} - #{j <= x}, l < S, j < n. D goes from + to - once, so the derivative
        // does (the kernel is totally positive): at a given d the likelihood is unimodal. Past
        // 2 S^2 + n it falls at least as alpha^(-1/4), and dv <= d ln alpha. The prior rises in v.
        const double knee = 2.0 * groups_.seen * groups_.seen + groups_.n;
        node.rest_left = exponential(node.ln_prior) * ln_1p(v / u_);
        node.rest_right = (ln_1p(knee / alpha) + 4.0) / (u_ + v);
        return node;
    }

  private:
    // ln prod_{l=1}^{S-1} (alpha + l d)
    [[nodiscard]] double ln_new_items(double alpha, double t) const {
        if (alpha >= d_)
            return (groups_.seen - 1.0) * t +
                   (d_ > 0.0 ? ln_scaled_rising(alpha / d_, groups_.seen) : 0.0);
        const double ratio = alpha / d_;
        return (groups_.seen - 1.0) * ln(d_) + ln_gamma(ratio + groups_.seen) -
               ln_gamma(ratio + 1.0);
    }
    // ln [Gamma(1+alpha) Gamma(n) / Gamma(alpha+n)]
    [[nodiscard]] double ln_old_items(double alpha, double t) const {
        const double n = groups_.n;
        if (alpha >= n) return ln_gamma_n_ - (n - 1.0) * t - ln_scaled_rising(alpha, n);
        const double ratio =
            n >= stirling_from ? ln_gamma_ratio(n, alpha) : ln_gamma(n + alpha) - ln_gamma_n_;
        return ln_gamma(1.0 + alpha) - ratio;
    }

    const detail::CountGroups& groups_;
    detail::Discount discount_;
    detail::SeenItemSums sums_;
    double d_;
    double u_;
    double ln_gamma_n_;
};

// The integrand in s, x = ln(d / (1-d)) = s - e^(-s-5): the integral over alpha, times du/ds. In x
// it falls as e^x to the left, in s as a double exponential.
class OverDiscount {
  public:
    explicit OverDiscount(const detail::CountGroups& groups) : groups_(groups) {
        const double repeats = groups.n - groups.seen;
        peak_ = ln(0.5 * groups.n * groups.seen / repeats);
    }

    LineNode operator()(double s, Moments moments) const {
        constexpr double bend = 5.0;
        const double stretch = exponential(-s - bend);
        const double x = s - stretch;
        const double smaller = exponential(-std::abs(x)) / (1.0 + exponential(-std::abs(x)));
        const double larger = 1.0 / (1.0 + exponential(-std::abs(x)));
        const detail::Discount discount{.one_minus = x > 0.0 ? smaller : larger,
                                        .minus = x > 0.0 ? -larger : -smaller};
        const Moments inner = moments == Moments::none ? Moments::mean : moments;
        const OverConcentration integrand(groups_, discount, inner);
        // The total is the weight of this d. Its terms carry roundings of n ln n.
        const detail::LineAverage average = detail::average_over_line(
            integrand,
            {.moments = inner, .start = peak_, .total_change = std::max(1e-7, 1e-14 * groups_.n)});
        settled_ = settled_ && average.settled;
        peak_ = average.peak;
        // du/dx = psi'(1-d) d (1-d)
        const double du =
            -discount.minus * (1.0 + trigamma_excess(discount.one_minus)) * (1.0 + stretch);
        return {.ln_likelihood = average.ln_total + ln(du),
                .entropy = average.entropy,
                .rest_left = rest,
                .rest_right = rest};
    }

    /// Whether every integral over alpha so far has settled.
    [[nodiscard]] bool settled() const { return settled_; }

  private:
    // An allowance, not a bound: once it falls, the integrand falls as u ln u to the left or faster,
    // and faster than any power of u to the right, so that what is left is less than a few times its height.
    static constexpr double rest = 100.0;

    const detail::CountGroups& groups_;
    mutable bool settled_ = true;
    mutable double peak_;  // where the last integral over alpha had its peak: a start for the next
};

std::optional<Posterior> posterior_of(const CountsView& sample, Moments moments) {
    const detail::CountGroups groups(sample);
    if (groups.n == groups.seen) return std::nullopt;
    const OverDiscount integrand(groups);
    const detail::LineAverage average =
        detail::average_over_line(integrand, {.moments = moments, .start = -2.0});
    if (!average.settled || !integrand.settled()) return std::nullopt;
    return Posterior{.mean = average.entropy.mean, .sd = std::sqrt(average.entropy.variance)};
}

}  // namespace

std::optional<double> Pym::operator()(const CountsView& sample) const {
    const auto posterior = posterior_of(sample, Moments::mean);
    if (!posterior) return std::nullopt;
    return posterior->mean;
}

std::optional<Posterior> Pym::posterior(const CountsView& sample) const {
    return posterior_of(sample, Moments::both);
}

std::string_view Pym::why_undefined(const CountsView& sample) {
    const SeenItems seen = seen_items(sample.counts);
    if (seen.items != sample.n) return {};
    return "no item was seen twice: the posterior cannot be normalised";
}

std::string_view Pym::caveat(const CountsView& sample) {
    const SeenItems seen = seen_items(sample.counts);
    if (seen.items == sample.n || sample.n - seen.items > 1) return {};
    return "only one coincidence: the answer is driven by the prior";
}

}  // namespace truegap::metrics
