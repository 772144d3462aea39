#include "tests/metrics/estimators/posterior_oracle.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/bernoulli.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <map>

namespace truegap::metrics::oracle {

namespace {

using Bin50 = boost::multiprecision::number<boost::multiprecision::cpp_bin_float_50::backend_type,
                                            boost::multiprecision::et_off>;
using Groups = std::map<std::uint32_t, std::uint32_t>;  // how many items have each positive count

Groups groups_of(std::span<const std::uint32_t> counts) {
    Groups groups;
    for (const std::uint32_t count : counts)
        if (count > 0) ++groups[count];
    return groups;
}

// ln Gamma, psi and psi' by Stirling's series from x = 30 on: 24 terms leave less than 1e-50.
template <class Real>
const std::vector<Real>& bernoulli() {
    static const std::vector<Real> numbers = [] {
        std::vector<Real> values;
        for (int k = 1; k <= 24; ++k) values.push_back(boost::math::bernoulli_b2n<Real>(k));
        return values;
    }();
    return numbers;
}
constexpr int far_enough = 30;

template <class Real>
Real ln_gamma(Real x) {
    using std::log;
    Real product = 1;
    for (; x < far_enough; x += 1) product *= x;
    static const Real half_ln_two_pi = log(2 * boost::math::constants::pi<Real>()) / 2;
    Real value = (x - Real(0.5)) * log(x) - x + half_ln_two_pi - log(product);
    Real power = 1 / x;
    for (int k = 1; k <= 24; ++k) {
        value += bernoulli<Real>()[k - 1] / (2 * k * (2 * k - 1)) * power;
        power /= x * x;
    }
    return value;
}

// ln [Gamma(x + y) / Gamma(x)]: factors, or Stirling's series with ln x taken out.
template <class Real>
Real ln_rising(Real x, Real y) {
    using std::log;
    if (std::is_same_v<Real, Bin50>) return ln_gamma<Real>(x + y) - ln_gamma<Real>(x);
    Real value = 0;
    if (y < 64) {
        for (Real j = 0; j < y; j += 1) value += log(x + j);
        return value;
    }
    for (; x < far_enough; x += 1) {
        value += log(x / (x + y));
    }
    value += y * (log(x) - 1) + (x + y - Real(0.5)) * boost::math::log1p(y / x);
    Real power = 1 / x;
    Real other = 1 / (x + y);
    for (int k = 1; k <= 24; ++k) {
        value += bernoulli<Real>()[k - 1] / (2 * k * (2 * k - 1)) * (other - power);
        power /= x * x;
        other /= (x + y) * (x + y);
    }
    return value;
}

template <class Real>
Real psi(Real x) {
    using std::log;
    Real below = 0;
    for (; x < far_enough; x += 1) below += 1 / x;
    Real value = log(x) - 1 / (2 * x) - below;
    Real power = 1 / (x * x);
    for (int k = 1; k <= 24; ++k) {
        value -= bernoulli<Real>()[k - 1] / (2 * k) * power;
        power /= x * x;
    }
    return value;
}

template <class Real>
Real psi1(Real x) {
    Real below = 0;
    for (; x < far_enough; x += 1) below += 1 / (x * x);
    Real value = below + 1 / x + 1 / (2 * x * x);
    Real power = 1 / (x * x * x);
    for (int k = 1; k <= 24; ++k) {
        value += bernoulli<Real>()[k - 1] * power;
        power /= x * x;
    }
    return value;
}

// 1/x - psi'(x + 1), x large.
template <class Real>
Real short_of_inverse(Real x) {
    Real value = 1 / (2 * x * x);
    Real power = 1 / (x * x * x);
    for (int k = 1; k <= 24; ++k) {
        value -= bernoulli<Real>()[k - 1] * power;
        power /= x * x;
    }
    return value;
}

// A Dirichlet distribution: each shape with how many items have it.
template <class Real>
struct Shape {
    Real shape;
    Real items;
};

template <class Real>
struct Raw {
    Real first, second;
};

// Wolpert & Wolf, theorem 8 and what follows from it, as printed:
//   E[H] = psi(A+1) - sum (a_i/A) psi(a_i+1)
//   E[H^2] = sum_{i != j} a_i a_j / (A (A+1)) I_ij + sum_i a_i (a_i+1) / (A (A+1)) J_i
template <class Real>
Raw<Real> dirichlet_entropy(const std::vector<Shape<Real>>& shapes) {
    Real A = 0;
    for (const auto& [a, items] : shapes) A += items * a;
    const Real top = psi<Real>(A + 1);
    const Real top2 = psi<Real>(A + 2);
    const Real top2_prime = psi1<Real>(A + 2);
    Real first = top;
    Real sum = 0;    // sum a_i (psi(a_i+1) - psi(A+2))
    Real own = 0;    // sum of the squares of these
    Real pairs = 0;  // sum_{i != j} a_i a_j = A^2 - sum a_i^2
    Real single = 0;
    for (const auto& [a, items] : shapes) {
        if (items == 0 || a == 0) continue;
        first -= items * a / A * psi<Real>(a + 1);
        const Real x = psi<Real>(a + 1) - top2;
        sum += items * a * x;
        own += items * a * a * x * x;
        pairs += items * a * (A - a);
        const Real y = psi<Real>(a + 2) - top2;
        single += items * a * (a + 1) * (y * y + psi1<Real>(a + 2) - top2_prime);
    }
    return {first, (sum * sum - own - pairs * top2_prime + single) / (A * (A + 1))};
}

template <class Real>
double as_double(const Real& x) {
    return static_cast<double>(x);
}

template <class Real>
struct Sums {
    Real weight = 0, first = 0, second = 0;
    void add(const Real& w, const Raw<Real>& moments) {
        weight += w;
        first += w * moments.first;
        second += w * moments.second;
    }
    Moments moments() const {
        using std::sqrt;
        const Real mean = first / weight;
        return {as_double<Real>(mean), as_double<Real>(sqrt(second / weight - mean * mean))};
    }
};

// All nodes of [-1, 1] with their weights.
template <class Real>
using Rule = std::vector<std::pair<Real, Real>>;
template <class Real, unsigned order>
Rule<Real> gauss_rule() {
    using Gauss = boost::math::quadrature::gauss<Real, order>;
    Rule<Real> rule;
    for (std::size_t k = 0; k < Gauss::abscissa().size(); ++k) {
        const Real x = Gauss::abscissa()[k];
        rule.emplace_back(x, Gauss::weights()[k]);
        if (x != 0) rule.emplace_back(-x, Gauss::weights()[k]);
    }
    return rule;
}
template <class Real>
Rule<Real> gauss_rule(int order) {
    if (order == 15) return gauss_rule<Real, 15>();
    if (order == 25) return gauss_rule<Real, 25>();
    if (order == 30) return gauss_rule<Real, 30>();
    return gauss_rule<Real, 20>();
}

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

// Prior mean and variance of the entropy of a Pitman-Yor process: Archer, Park & Pillow, section 4.
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

Moments nsb(std::span<const std::uint32_t> counts, double items, Digits digits, int order) {
    return digits == Digits::fifty ? nsb_in<Bin50>(counts, items, order)
                                   : nsb_in<long double>(counts, items, order);
}

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
