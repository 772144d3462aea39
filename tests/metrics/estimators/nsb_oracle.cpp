#include <algorithm>
#include <cmath>

#include "tests/metrics/estimators/posterior_oracle.hpp"
#include "tests/metrics/estimators/posterior_oracle_functions.hpp"

namespace truegap::metrics::oracle {

namespace {

using namespace detail;

template <class Real>
class NsbIntegrand {
  public:
    NsbIntegrand(const Groups& groups, Real K) : groups_(groups), K_(K) {
        for (const auto& [count, items] : groups) {
            n_ += Real(count) * Real(items);
            seen_ += items;
        }
    }
    Real ln_likelihood(const Real& a) const {
        Real value = -ln_rising<Real>(K_ * a, n_);
        for (const auto& [count, items] : groups_) value += items * ln_rising<Real>(a, count);
        return value;
    }
    Real xi_prime(const Real& a) const {
        // 64 bits cannot take this difference for large a, where both terms are nearly 1/a.
        if (std::is_same_v<Real, long double> && a >= far_enough)
            return short_of_inverse<Real>(a) - K_ * short_of_inverse<Real>(K_ * a);
        return K_ * psi1<Real>(K_ * a + 1) - psi1<Real>(a + 1);
    }
    Raw<Real> moments(const Real& a) const {
        std::vector<Shape<Real>> shapes{{a, K_ - seen_}};
        for (const auto& [count, items] : groups_) shapes.push_back({count + a, Real(items)});
        return dirichlet_entropy<Real>(shapes);
    }

  private:
    const Groups& groups_;
    Real K_;
    Real n_ = 0;
    Real seen_ = 0;
};

template <class Real>
Moments nsb_in(std::span<const std::uint32_t> counts, double items, int order) {
    using std::exp;
    using std::pow;
    const Groups groups = groups_of(counts);
    const NsbIntegrand<long double> scout(groups, static_cast<long double>(items));
    long double peak = -80.0L;
    long double highest = -1e300L;
    for (long double t = -80.0L; t < 40.0L; t += 0.03L) {
        const long double a = std::exp(t);
        const long double height =
            scout.ln_likelihood(a) + std::log(a) + std::log(scout.xi_prime(a));
        if (height > highest) {
            highest = height;
            peak = t;
        }
    }
    const NsbIntegrand<Real> integrand(groups, Real(items));
    const Real b = exp(Real(peak));
    const Real reference = integrand.ln_likelihood(b);
    const Real scale = integrand.xi_prime(b) * b;
    const Rule<Real> rule = gauss_rule<Real>(order);
    Sums<Real> sums;
    const Real least(1e-30L);
    // near: s from 0; far: r = 1 - s from 0. Panels shrink by `ratio` to 1e-30 at the ends, and to
    // 1e-9 at the peak.
    const auto panel = [&](const Real& from, const Real& to, bool far) {
        for (const auto& [x, w] : rule) {
            const Real small = (from + to) / 2 + (to - from) / 2 * x;
            const Real other = 1 - small;
            const Real a = far ? b * other / small : b * small / other;
            const Real r = far ? small : other;
            const auto near_a = static_cast<long double>(a);
            const long double drop = scout.ln_likelihood(near_a) + std::log(near_a) +
                                     std::log(scout.xi_prime(near_a)) - highest;
            if (drop < -70) continue;  // a and panel widths change by less than e^30
            const Real rise = integrand.ln_likelihood(a) - reference;
            const Real weight =
                exp(rise) * integrand.xi_prime(a) * b / (r * r) / scale * w * (to - from) / 2;
            if (weight < least * sums.weight) continue;
            sums.add(weight, integrand.moments(a));
        }
    };
    const Real ratio = 3;
    for (const bool far : {false, true}) {
        std::vector<Real> cuts{Real(1) / 2};
        for (int k = 20; k >= 0; --k) cuts.push_back(Real(1) / 2 - pow(ratio, -k) / 4);
        for (int k = 1; k <= 64; ++k) cuts.push_back(pow(ratio, -k) / 4);
        cuts.push_back(0);
        for (std::size_t k = 1; k < cuts.size(); ++k) panel(cuts[k], cuts[k - 1], far);
    }
    return sums.moments();
}

}  // namespace

Moments nsb(std::span<const std::uint32_t> counts, double items, Digits digits, int order) {
    return digits == Digits::fifty ? nsb_in<Bin50>(counts, items, order)
                                   : nsb_in<long double>(counts, items, order);
}

}  // namespace truegap::metrics::oracle
