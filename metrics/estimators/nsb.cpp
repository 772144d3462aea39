#include "metrics/estimators/nsb.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "metrics/estimators/detail/line_average.hpp"
#include "metrics/estimators/detail/pitman_yor.hpp"
#include "metrics/gamma_functions.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Nsb>);
static_assert(PosteriorEstimator<Nsb>);
static_assert(SaysCaveat<Nsb>);

namespace {

using detail::LineNode;
using detail::Moments;
using detail::RisingForm;

// The integrand at t = ln a, as a symmetric Dirichlet's: d = -a, alpha = K a.
class Integrand {
  public:
    Integrand(const detail::CountGroups& groups, double K)
        : groups_(groups),
          K_(K),
          unseen_(K - groups.seen),
          ln_K_(ln(K)),
          ln_constants_(-ln_gamma(groups.n)) {
        for (const auto& [count, items] : groups.large)
            ln_constants_ += static_cast<double>(items) * ln_gamma(static_cast<double>(count));
    }

    LineNode operator()(double t, Moments moments) const {
        const double a = exponential(t);
        const double alpha = K_ * a;
        const detail::Discount discount{.one_minus = 1.0 + a, .minus = a};
        // Below, Gamma(n + alpha)/Gamma(n) and Gamma(c + a)/Gamma(c) are small corrections; above,
        // the likelihood is near its limit K^-n. Each form keeps its digits on its own side.
        const bool above = alpha >= groups_.n;
        const detail::SeenItemSums sums =
            detail::seen_item_sums(groups_,
                                   discount,
                                   above ? RisingForm::less_powers : RisingForm::less_constants,
                                   moments);
        LineNode node;
        if (above) {
            node.ln_likelihood = sums.ln_rising - ln_scaled_rising(alpha, groups_.n) -
                                 groups_.n * ln_K_ - ln_constants_;
        } else {
            // Gamma(alpha) = Gamma(alpha + 1) / alpha
            node.ln_likelihood = sums.ln_rising + (groups_.seen - 1.0) * t - ln_K_ +
                                 ln_gamma(alpha + 1.0) - ln_gamma_of_n_plus(alpha);
        }
        node.measure = trigamma_rise_difference(a, K_);
        if (moments == Moments::none) return node;
        node.entropy = detail::entropy_moments(
            groups_, discount, sums, alpha, (K_ - 1.0) * a, unseen_ * a, moments);
        // xi(a) and ln K - xi(a) from above; and the likelihood is unimodal (Levin & Reeds,
        // Ann. Stat. 5, 1977),
        // starts from its limit at a = 0 if one item was seen, and from a on lies within
        // sum c (c-1)/2 / a of its limit K^-n.
        constexpr double sixth_of_pi_squared = std::numbers::pi * std::numbers::pi / 6.0;
        node.rest_left = std::min(ln_K_, sixth_of_pi_squared * alpha);
        node.rest_right = alpha > 1.0 ? std::min(ln_K_, 0.5 / a) : ln_K_;
        if (groups_.seen == 1.0) node.ln_most_left = ln_likelihood_of_one_item_at_0();
        if (above && a >= groups_.pairs)
            node.ln_most_right = groups_.pairs / a - groups_.n * ln_K_ - ln_constants_;
        return node;
    }

  private:
    // ln [Gamma(n + alpha) / Gamma(n)]
    [[nodiscard]] double ln_gamma_of_n_plus(double alpha) const {
        if (groups_.n >= stirling_from) return ln_gamma_ratio(groups_.n, alpha);
        return ln_gamma(groups_.n + alpha) - ln_gamma(groups_.n);
    }
    // Gamma(c) / (K Gamma(n)), c = n, in the form of the integrand
    [[nodiscard]] double ln_likelihood_of_one_item_at_0() const {
        return groups_.large.empty() ? ln_gamma(groups_.n) - ln_K_ : -ln_K_;
    }

    const detail::CountGroups& groups_;
    double K_;
    double unseen_;
    double ln_K_;
    double ln_constants_;  // sum of ln Gamma(c) over the large counts, less ln Gamma(n)
};

std::optional<Posterior> posterior_of(const CountsView& sample, Moments moments) {
    if (sample.n == 0 || !sample.items) return std::nullopt;
    const detail::CountGroups groups(sample);
    const auto K = static_cast<double>(*sample.items);
    if (K < groups.seen) return std::nullopt;
    if (*sample.items == 1) return Posterior{};
    const bool one_observation = sample.n == 1;
    if (one_observation && moments == Moments::mean) return Posterior{.mean = 0.5 * ln(K)};

    // Where about S = alpha ln(1 + n/alpha) for small and large alpha
    const double repeats = groups.n - groups.seen;
    const double alpha =
        repeats > 0.0 ? 0.5 * groups.n * groups.seen / repeats : groups.n * groups.n;
    const detail::LineAverage average = detail::average_over_line(
        Integrand(groups, K), {.moments = moments, .start = ln(alpha / K), .most_entropy = ln(K)});
    if (!average.settled) return std::nullopt;
    return Posterior{.mean = one_observation ? 0.5 * ln(K) : average.entropy.mean,
                     .sd = std::sqrt(average.entropy.variance)};
}

}  // namespace

std::optional<double> Nsb::operator()(const CountsView& sample) const {
    const auto posterior = posterior_of(sample, Moments::mean);
    if (!posterior) return std::nullopt;
    return posterior->mean;
}

std::optional<Posterior> Nsb::posterior(const CountsView& sample) const {
    return posterior_of(sample, Moments::both);
}

std::string_view Nsb::caveat(const CountsView& sample) {
    const bool coincidence = std::any_of(
        sample.counts.begin(), sample.counts.end(), [](std::uint32_t count) { return count > 1; });
    if (coincidence || sample.n == 0 || sample.items == 1U) return {};
    return "no item was seen twice: the answer is driven by the prior";
}

}  // namespace truegap::metrics
