#include "metrics/polygamma.hpp"

#include <array>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

// From here on the asymptotic series below are exact to rounding.
constexpr double asymptotic_start = 20.0;

constexpr std::array bernoulli{
    1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0};  // B_2k

// p = 1/x, q = 1/(x + d), and p^2k - q^2k = (p - q)(p + q)(P^(k-1) + P^(k-2) Q + ... + Q^(k-1)),
// P = p^2, Q = q^2: the common factor d is never the result of a subtraction.
struct Reciprocals {
    double p, q, difference, difference_of_squares;

    Reciprocals(double x, double d)
        : p(1.0 / x),
          q(1.0 / (x + d)),
          difference(d * p * q),
          difference_of_squares(difference * (p + q)) {}
};

// sum_k weight(k) (p^2k - q^2k)
template <class Weight>
double even_differences(const Reciprocals& r, const Weight& weight) {
    double sum = 0.0;
    double powers = 1.0;    // P^(k-1) + ... + Q^(k-1)
    double power_of_P = 1;  // P^(k-1)
    for (std::size_t k = 1; k <= bernoulli.size(); ++k) {
        sum += weight(k) * powers;
        power_of_P *= r.p * r.p;
        powers = power_of_P + r.q * r.q * powers;
    }
    return r.difference_of_squares * sum;
}

}  // namespace

double digamma_difference(double x, double d) {
    TRUEGAP_EXPECTS(x > 0.0 && d >= 0.0);
    double sum = 0.0;
    for (; x < asymptotic_start; x += 1.0) sum += d / (x + d) / x;
    const Reciprocals r(x, d);
    const double series = even_differences(
        r, [](std::size_t k) { return bernoulli[k - 1] / (2.0 * static_cast<double>(k)); });
    return sum + (ln_1p(d / x) + (0.5 * r.difference + series));
}

double scaled_trigamma_difference(double x, double d) {
    TRUEGAP_EXPECTS(x > 0.0 && d >= 0.0);
    // psi'(x) = sum_{j<m} 1/(x+j)^2 + psi'(x+m), and
    // x/(x+j)^2 - y/(y+j)^2 = d (xy - j^2) / ((x+j)(y+j))^2 with y = x + d.
    const double y = x + d;
    double sum = 0.0;
    double m = 0.0;
    for (; x + m < asymptotic_start; m += 1.0)
        sum += d / (y + m) * ((x - m * (m / y)) * (y / (y + m))) / ((x + m) * (x + m));
    const Reciprocals r(x + m, d);
    // z psi'(z) = 1 + 1/(2z) + sum B_2k / z^2k, and the same divided by z for the m psi' left over.
    const double scaled =
        0.5 * r.difference + even_differences(r, [](std::size_t k) { return bernoulli[k - 1]; });
    if (m == 0.0) return scaled;
    const auto tail = [](double square) {
        double value = 0.0;
        for (std::size_t k = bernoulli.size(); k > 0; --k)
            value = square * (value + bernoulli[k - 1]);
        return value;
    };
    const double trigammas =
        r.difference * (1.0 + 0.5 * (r.p + r.q) + tail(r.p * r.p)) +
        r.q * even_differences(r, [](std::size_t k) { return bernoulli[k - 1]; });
    return sum + (scaled - m * trigammas);
}

}  // namespace truegap::metrics
