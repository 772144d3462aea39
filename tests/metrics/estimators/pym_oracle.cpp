#include <algorithm>
#include <cmath>

#include "tests/metrics/estimators/posterior_oracle.hpp"
#include "tests/metrics/estimators/posterior_oracle_functions.hpp"

namespace truegap::metrics::oracle {

namespace {

using namespace detail;

// The root of an increasing function on (0, infinity) by Newton's method in ln x, kept within a
// factor e of the last guess.
template <class Function>
long double root(long double guess, const Function& function) {
    long double t = std::log(guess);
    for (int k = 0; k < 200; ++k) {
        const long double x = std::exp(t);
        const auto [value, derivative] = function(x);
        const long double step = std::clamp(-value / (derivative * x), -1.0L, 1.0L);
        t += step;
        if (std::abs(step) < 1e-17L) break;
    }
    return std::exp(t);
}

// Prior mean and variance of the entropy of a Pitman-Yor process: Archer, Park & Pillow.
Raw<long double> prior_entropy(long double one_minus_d, long double alpha) {
    const long double d = 1.0L - one_minus_d;
    const long double mean = psi<long double>(alpha + 1) - psi<long double>(one_minus_d);
    const long double variance = (alpha + d) / ((alpha + 1) * (alpha + 1) * one_minus_d) +
                                 one_minus_d / (alpha + 1) * psi1<long double>(one_minus_d + 1) -
                                 psi1<long double>(alpha + 2);
    return {mean, variance + mean * mean};
}

// Seen items and the rest, p_*, are Dirichlet(n_i - d ..., alpha + S d); the rest is p_* times an
// independent Pitman-Yor(d, alpha + S d) with entropy T:
//   H = h + p_* T,  E[h p_*] = E[p_*] E[h | one more in the rest].
Raw<long double> pitman_yor_moments(long double one_minus_d,
                                    long double alpha,
                                    const Groups& groups) {
    using Real = long double;
    const Real d = 1.0L - one_minus_d;
    std::vector<Shape<Real>> shapes;
    Real n = 0;
    Real seen = 0;
    for (const auto& [count, items] : groups) {
        shapes.push_back({static_cast<Real>(count - 1) + one_minus_d, static_cast<Real>(items)});
        n += static_cast<Real>(count) * static_cast<Real>(items);
        seen += static_cast<Real>(items);
    }
    const Real rest = alpha + seen * d;
    const Real A = n + alpha;
    const Raw<Real> T = prior_entropy(one_minus_d, rest);
    shapes.push_back({rest, 1.0L});
    const Raw<Real> h = dirichlet_entropy<Real>(shapes);
    shapes.back().shape = rest + 1;
    const Raw<Real> more = dirichlet_entropy<Real>(shapes);
    return {h.first + rest / A * T.first,
            h.second + 2 * rest / A * more.first * T.first +
                rest * (rest + 1) / (A * (A + 1)) * T.second};
}

class PymIntegrand {
  public:
    explicit PymIntegrand(const Groups& groups) : groups_(groups) {
        for (const auto& [count, items] : groups) {
            n_ += static_cast<long double>(count) * static_cast<long double>(items);
            seen_ += static_cast<long double>(items);
        }
    }
    struct Point {
        long double one_minus_d, alpha;
    };
    Point point(long double eta, long double gamma) const {
        static const long double psi_of_1 = psi<long double>(1.0L);
        const long double u = gamma * eta;
        const long double v = (1 - gamma) * eta;
        const long double alpha = root(std::expm1(v), [v](long double x) {
            return std::pair(psi<long double>(1 + x) - psi_of_1 - v, psi1<long double>(1 + x));
        });
        // z = d/(1-d), 1-d = 1/(1+z)
        const long double z = root(u, [u](long double x) {
            const long double rest = 1 / (1 + x);
            return std::pair(psi_of_1 - psi<long double>(rest) - u,
                             psi1<long double>(rest) * rest * rest);
        });
        return {1 / (1 + z), alpha};
    }
    long double ln_density(const Point& point, long double gamma) const {
        const long double d = 1.0L - point.one_minus_d;
        long double value = -10 / (1 - gamma) - ln_rising<long double>(1 + point.alpha, n_ - 1);
        if (seen_ < 64) {
            for (long double l = 1; l < seen_; ++l) value += std::log(point.alpha + l * d);
        } else {
            value +=
                (seen_ - 1) * std::log(d) + ln_rising<long double>(point.alpha / d + 1, seen_ - 1);
        }
        for (const auto& [count, items] : groups_)
            value +=
                static_cast<long double>(items) *
                (ln_gamma<long double>(static_cast<long double>(count - 1) + point.one_minus_d) -
                 ln_gamma<long double>(point.one_minus_d));
        return value;
    }

  private:
    const Groups& groups_;
    long double n_ = 0;
    long double seen_ = 0;
};

}  // namespace

std::optional<Moments> pym(std::span<const std::uint32_t> counts, const Box& box) {
    using Real = long double;
    const Groups groups = groups_of(counts);
    const PymIntegrand integrand(groups);
    const Real eta_width = (Real(box.eta_to) - Real(box.eta_from)) / box.eta_panels;
    const Real gamma_width = (Real(box.gamma_to) - Real(box.gamma_from)) / box.gamma_panels;
    const Rule<Real> rule = gauss_rule<Real>(20);
    const auto height = [&](Real eta, Real gamma) {
        return integrand.ln_density(integrand.point(eta, gamma), gamma);
    };
    Real highest = -1e300L;
    Real highest_edge = -1e300L;
    constexpr int scan = 60;
    for (int i = 0; i <= scan; ++i)
        for (int j = 0; j <= scan; ++j) {
            const Real eta = box.eta_from + (Real(box.eta_to) - box.eta_from) * i / scan;
            const Real gamma = box.gamma_from + (Real(box.gamma_to) - box.gamma_from) * j / scan;
            if (eta <= 0 || gamma <= 0 || gamma >= 1) continue;  // edges of the domain
            const Real here = height(eta, gamma);
            highest = std::max(highest, here);
            if (i == 0 || i == scan || j == 0 || j == scan)
                highest_edge = std::max(highest_edge, here);
        }
    if (highest_edge > highest - 36) return std::nullopt;
    Sums<Real> sums;
    for (int i = 0; i < box.eta_panels; ++i)
        for (const auto& [x, wx] : rule)
            for (int j = 0; j < box.gamma_panels; ++j)
                for (const auto& [y, wy] : rule) {
                    const Real eta = box.eta_from + (i + (1 + x) / 2) * eta_width;
                    const Real gamma = box.gamma_from + (j + (1 + y) / 2) * gamma_width;
                    const auto point = integrand.point(eta, gamma);
                    const Real ln_weight = integrand.ln_density(point, gamma) - highest;
                    if (ln_weight < -60) continue;
                    sums.add(std::exp(ln_weight) * wx * wy,
                             pitman_yor_moments(point.one_minus_d, point.alpha, groups));
                }
    return sums.moments();
}

RawMoments pitman_yor_entropy(double d, double alpha, std::span<const std::uint32_t> counts) {
    const Groups groups = groups_of(counts);
    const auto one_minus_d = 1.0L - static_cast<long double>(d);
    const Raw<long double> raw = groups.empty()
                                     ? prior_entropy(one_minus_d, static_cast<long double>(alpha))
                                     : pitman_yor_moments(one_minus_d, alpha, groups);
    return {as_double(raw.first), as_double(raw.second)};
}

}  // namespace truegap::metrics::oracle
