#pragma once

#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/bernoulli.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/metrics/estimators/posterior_oracle.hpp"

/// What the oracles of nsb and pym share, for long double and for 50 digits.
namespace truegap::metrics::oracle::detail {

using Bin50 = boost::multiprecision::number<boost::multiprecision::cpp_bin_float_50::backend_type,
                                            boost::multiprecision::et_off>;
using Groups = std::map<std::uint32_t, std::uint32_t>;  // how many items have each positive count

inline Groups groups_of(std::span<const std::uint32_t> counts) {
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
inline constexpr int far_enough = 30;

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

}  // namespace truegap::metrics::oracle::detail
