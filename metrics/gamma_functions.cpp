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

}  // namespace

double ln_gamma_of(double x) {
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
    if (x < stirling_from) return ln_gamma_of(x + y) - ln_gamma_of(x) - y * ln(x);
    const double ratio = y / x;
    const double corrections = stirling_correction(x + y) - stirling_correction(x);
    if (ratio > 0.5) return (x + y - 0.5) * ln_1p(ratio) - y + corrections;
    return x * ln_1p_minus_x(ratio) + (y - 0.5) * ln_1p(ratio) + corrections;
}

double digamma_difference(double x, double gap) {
    double sum = 0.0;
    while (x < stirling_from) {
        sum += gap / (x * (x + gap));
        x += 1.0;
    }
    const double inverse = 1.0 / x;
    const double other = 1.0 / (x + gap);
    const double difference = gap * inverse * other;
    const double z = inverse * inverse;
    const double w = other * other;
    return sum + ln_1p(gap * inverse) +
           difference * (0.5 + (inverse + other) * divided_difference(digamma_series, z, w));
}

double trigamma_excess(double x) {
    if (x < stirling_from) {
        // x psi'(x + 1) + 1/x - 1; small x make the second term large, larger ones leave 1/(2x).
        return rise(x) + (1.0 / x - 1.0);
    }
    const double inverse = 1.0 / x;
    return 0.5 * inverse + polynomial(trigamma_series, inverse * inverse);
}

double trigamma_excess_difference(double x, double gap) {
    if (x < stirling_from) {
        // With X = x + m, psi'(x) = sum_{j<m} 1/(x+j)^2 + psi'(X), and every difference in closed
        // form, so that all terms are multiples of the gap.
        const double y = x + gap;
        double m = 0.0;
        double sum = 0.0;
        for (; x + m < stirling_from; m += 1.0) {
            const double product = (x + m) * (y + m);
            sum += (x * y - m * m) / (product * product);
        }
        const double X = x + m;
        const double Y = y + m;
        return gap * (sum - m * (1.0 + trigamma_excess(Y)) / (X * Y)) +
               x / X * trigamma_excess_difference(X, gap);
    }
    const double inverse = 1.0 / x;
    const double other = 1.0 / (x + gap);
    const double z = inverse * inverse;
    const double w = other * other;
    return gap * inverse * other *
           (0.5 + (inverse + other) * divided_difference(trigamma_series, z, w));
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
