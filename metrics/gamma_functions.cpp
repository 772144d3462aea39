#include "metrics/gamma_functions.hpp"

#include <cmath>

namespace truegap::metrics {

namespace {

constexpr double half_ln_two_pi = 0.918938533204672741780;

// x psi'(x + 1) for 0 < x < stirling_from.
double rise(double x) {
    double sum = 0.0;
    double shifted = x + 1.0;
    while (shifted < stirling_from) {
        sum += 1.0 / (shifted * shifted);
        shifted += 1.0;
    }
    const double inverse = 1.0 / shifted;
    const double z = inverse * inverse;
    return x * (sum + inverse * (1.0 + 0.5 * inverse + polynomial(trigamma_series, z)));
}

// 1 - x psi'(x + 1) = 1/x - 1/(2x) - ... for x >= stirling_from.
double short_of_one(double x) {
    const double inverse = 1.0 / x;
    return 0.5 * inverse - polynomial(trigamma_series, inverse * inverse);
}

// With X = x + m >= stirling_from and Y = X + gap, psi(x) = psi(X) - sum_{j<m} 1/(x+j) and
// psi'(x) = psi'(X) + sum_{j<m} 1/(x+j)^2: every difference in closed form, a multiple of the gap.
template <bool with_digamma, bool with_trigamma>
PolygammaDifferences differences(double x, double gap) {
    const double product = x * (x + gap);
    double digamma = 0.0;   // of the steps, divided by the gap
    double trigamma = 0.0;  // the same
    double m = 0.0;
    for (; x + m < stirling_from; m += 1.0) {
        const double reciprocal = 1.0 / ((x + m) * (x + gap + m));
        if constexpr (with_digamma) digamma += reciprocal;
        if constexpr (with_trigamma) trigamma += (product - m * m) * (reciprocal * reciprocal);
    }
    const double X = x + m;
    const double inverse = 1.0 / X;
    const double other = 1.0 / (X + gap);
    const double both = inverse * other;
    const double z = inverse * inverse;
    const double w = other * other;
    PolygammaDifferences result;
    if constexpr (with_digamma) {
        const double series =
            both * (0.5 + (inverse + other) * divided_difference(digamma_series, z, w));
        result.digamma = ln_1p(gap * inverse) + gap * (digamma + series);
    }
    if constexpr (with_trigamma) {
        const double series =
            both * (0.5 + (inverse + other) * divided_difference(trigamma_series, z, w));
        const double trigamma_of_end = 1.0 + 0.5 * other + polynomial(trigamma_series, w);
        result.trigamma_excess =
            gap * ((trigamma - m * trigamma_of_end * both) + x * inverse * series);
    }
    return result;
}

}  // namespace

double ln_gamma(double x) {
    double product = 1.0;
    while (x < stirling_from) {
        product *= x;
        x += 1.0;
    }
    const double value = (x - 0.5) * ln(x) - x + half_ln_two_pi + stirling_correction(x);
    return product == 1.0 ? value : value - ln(product);
}

double ln_gamma_ratio(double x, double y) {
    return y * ln(x) + ((x + y - 0.5) * ln_1p(y / x) - y) + stirling_correction(x + y) -
           stirling_correction(x);
}

double ln_scaled_rising(double x, double y) {
    if (x < stirling_from) return ln_gamma(x + y) - ln_gamma(x) - y * ln(x);
    const double ratio = y / x;
    const double corrections = stirling_correction(x + y) - stirling_correction(x);
    if (ratio > 0.5) return (x + y - 0.5) * ln_1p(ratio) - y + corrections;
    return x * ln_1p_minus_x(ratio) + (y - 0.5) * ln_1p(ratio) + corrections;
}

double trigamma_excess(double x) {
    if (x < stirling_from) {
        // x psi'(x + 1) + 1/x - 1; small x make the second term large, larger ones leave 1/(2x).
        return rise(x) + (1.0 / x - 1.0);
    }
    const double inverse = 1.0 / x;
    return 0.5 * inverse + polynomial(trigamma_series, inverse * inverse);
}

double digamma_difference(double x, double gap) {
    return differences<true, false>(x, gap).digamma;
}

double trigamma_excess_difference(double x, double gap) {
    return differences<false, true>(x, gap).trigamma_excess;
}

PolygammaDifferences polygamma_differences(double x, double gap) {
    return differences<true, true>(x, gap);
}

double trigamma_rise(double x) {
    return x < stirling_from ? rise(x) : 1.0 - short_of_one(x);
}

double trigamma_rise_difference(double x, double k) {
    const double most = k * x;
    if (x >= stirling_from) return short_of_one(x) - short_of_one(most);
    return trigamma_rise(most) - rise(x);
}

}  // namespace truegap::metrics
