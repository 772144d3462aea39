#include "metrics/estimators/detail/minimax_polynomial.hpp"

#include <Eigen/Core>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/eigen.hpp>
#include <mutex>

#include "metrics/contract.hpp"

namespace truegap::metrics::detail {

namespace {

// Software arithmetic: the same digits on every machine. Its logarithm is Boost's own.
using Real = boost::multiprecision::cpp_bin_float_quad;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

// sum_j a_j T_j(y), by Clenshaw's recurrence.
Real chebyshev_sum(const std::vector<Real>& a, const Real& y) {
    Real after = 0;
    Real sum = 0;
    for (std::size_t j = a.size() - 1; j > 0; --j) {
        const Real here = a[j] + 2 * y * sum - after;
        after = sum;
        sum = here;
    }
    return a[0] + y * sum - after;
}

// The coefficients of the derivative with respect to x, y = 2x - 1.
std::vector<Real> derivative(const std::vector<Real>& a) {
    const std::size_t size = a.size();
    std::vector<Real> d(size + 1, Real(0));
    for (std::size_t j = size - 1; j > 0; --j) d[j - 1] = d[j + 1] + Real(2 * j) * a[j];
    d[0] /= 2;
    d.resize(std::max<std::size_t>(size - 1, 1));
    for (Real& value : d) value *= 2;
    return d;
}

struct Fit {
    std::vector<Real> chebyshev;
    Real error = 0;
};

// The polynomial whose error has one size and alternating signs at the given degree + 2 points.
Fit levelled(const std::vector<Real>& points) {
    const auto size = static_cast<Eigen::Index>(points.size());
    Matrix system(size, size);
    Vector values(size);
    for (Eigen::Index i = 0; i < size; ++i) {
        const Real& x = points[static_cast<std::size_t>(i)];
        const Real y = 2 * x - 1;
        system(i, 0) = 1;
        if (size > 2) system(i, 1) = y;
        for (Eigen::Index j = 2; j < size - 1; ++j)
            system(i, j) = 2 * y * system(i, j - 1) - system(i, j - 2);
        system(i, size - 1) = i % 2 == 0 ? 1 : -1;
        values[i] = x > 0 ? Real(-x * log(x)) : Real(0);
    }
    const Vector solution = system.partialPivLu().solve(values);
    Fit fit;
    fit.chebyshev.assign(solution.data(), solution.data() + size - 1);
    fit.error = abs(solution[size - 1]);
    return fit;
}

// p(x) + x ln x, and its first two derivatives.
struct ErrorCurve {
    std::vector<Real> value;
    std::vector<Real> first;
    std::vector<Real> second;

    explicit ErrorCurve(const std::vector<Real>& chebyshev)
        : value(chebyshev), first(derivative(value)), second(derivative(first)) {}
    [[nodiscard]] Real at(const Real& x) const {
        return chebyshev_sum(value, 2 * x - 1) + (x > 0 ? Real(x * log(x)) : Real(0));
    }
    [[nodiscard]] Real slope(const Real& x) const {
        return chebyshev_sum(first, 2 * x - 1) + log(x) + 1;
    }
    [[nodiscard]] Real curvature(const Real& x) const {
        return chebyshev_sum(second, 2 * x - 1) + 1 / x;
    }
};

// The largest error of the given sign in (left, right): golden sections until Newton's method on
// the slope is safe; alone it leaves for a neighbour.
Real extremum(const ErrorCurve& error, Real left, Real right, int sign) {
    const Real golden("0.618033988749894848204586834365638118");
    for (int section = 0; section < 14; ++section) {
        const Real low = right - golden * (right - left);
        const Real high = left + golden * (right - left);
        if (sign * error.at(low) > sign * error.at(high))
            right = high;
        else
            left = low;
    }
    Real here = (left + right) / 2;
    for (int step = 0; step < 8; ++step) {
        const Real next =
            std::clamp<Real>(here - error.slope(here) / error.curvature(here), left, right);
        const Real moved = abs(next - here);
        here = next;
        if (moved <= here * Real(1e-16)) break;  // the error is flat there: 32 digits of it
    }
    return here;
}

struct Remembered {
    MinimaxPolynomial polynomial;
    std::vector<Real> powers;  // g_0 .. g_degree
};

std::vector<Real> powers_of_x(const std::vector<Real>& chebyshev) {
    // T_(j+1)(2x-1) = 2 (2x-1) T_j - T_(j-1), coefficient by coefficient.
    const std::size_t size = chebyshev.size();
    std::vector<Real> before(size, Real(0));
    std::vector<Real> here(size, Real(0));
    std::vector<Real> sum(size, Real(0));
    before[0] = 1;
    sum[0] = chebyshev[0];
    if (size == 1) return sum;
    here[0] = -1;
    here[1] = 2;
    for (std::size_t j = 1; j < size; ++j) {
        for (std::size_t m = 0; m < size; ++m) sum[m] += chebyshev[j] * here[m];
        std::vector<Real> after(size, Real(0));
        for (std::size_t m = 0; m < size; ++m)
            after[m] = (m > 0 ? Real(4 * here[m - 1]) : Real(0)) - 2 * here[m] - before[m];
        before = std::move(here);
        here = std::move(after);
    }
    return sum;
}

Remembered remez(unsigned degree) {
    // Chebyshev's extrema, and then the extrema of the error, until it has one size at all of them.
    const std::size_t size = degree + 2;
    std::vector<Real> points(size);
    const Real& pi = boost::math::constants::pi<Real>();
    for (std::size_t i = 0; i < size; ++i) points[i] = (1 - cos(pi * i / (size - 1))) / 2;
    points.back() = 1;
    Fit fit = levelled(points);
    constexpr int most_exchanges = 20;
    for (int exchange = 0; exchange < most_exchanges; ++exchange) {
        const ErrorCurve error(fit.chebyshev);
        std::vector<Real> moved = points;
        for (std::size_t i = 1; i + 1 < size; ++i)
            moved[i] =
                extremum(error, points[i - 1], points[i + 1], error.at(points[i]) > 0 ? 1 : -1);
        points = std::move(moved);
        const Fit better = levelled(points);
        const bool level = abs(better.error - fit.error) <= better.error * Real(1e-22);
        fit = better;
        if (level) break;
    }
    Remembered result;
    for (const Real& value : fit.chebyshev)
        result.polynomial.chebyshev.push_back(static_cast<double>(value));
    result.polynomial.error = static_cast<double>(fit.error);
    result.powers = powers_of_x(fit.chebyshev);
    return result;
}

const Remembered& remembered(unsigned degree) {
    TRUEGAP_EXPECTS(degree >= 1 && degree <= most_degree);
    static std::array<std::once_flag, most_degree + 1> once;
    static std::array<Remembered, most_degree + 1> all;
    std::call_once(once[degree], [&] { all[degree] = remez(degree); });
    return all[degree];
}

}  // namespace

const MinimaxPolynomial& minimax_entropy_polynomial(unsigned degree) {
    return remembered(degree).polynomial;
}

double unbiased_polynomial(unsigned degree, std::uint64_t count, std::uint64_t n, double t) {
    TRUEGAP_EXPECTS(n >= degree && t > 0.0);
    // In 34 digits: at degree 22 the terms are 1e12 times their sum.
    const std::vector<Real>& g = remembered(degree).powers;
    const auto last = static_cast<unsigned>(std::min<std::uint64_t>(degree, count));
    Real sum = g[last];
    for (unsigned m = last; m > 0; --m)
        sum = g[m - 1] + sum * Real(count - (m - 1)) / (Real(t) * Real(n - (m - 1)));
    return static_cast<double>(sum * t);
}

}  // namespace truegap::metrics::detail
