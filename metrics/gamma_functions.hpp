#pragma once

#include <array>
#include <cstddef>

#include "metrics/log_tables.hpp"

/// The Gamma function's family in the forms that do not cancel: ratios and differences taken as
/// such. All by Stirling's series, after the recurrence has brought the argument to where their terms
/// are exact to double precision. Source: DLMF 5.11, 5.15.
namespace truegap::metrics {

/// From here on the series need no help of the recurrence.
inline constexpr double stirling_from = 10.0;

/// sum_k coefficients[k] z^k.
template <std::size_t size>
[[nodiscard]] inline double polynomial(const std::array<double, size>& coefficients, double z) {
    double value = 0.0;
    for (std::size_t k = size; k-- > 0;) value = value * z + coefficients[k];
    return value;
}

/// (p(z) - p(w)) / (z - w).
template <std::size_t size>
[[nodiscard]] inline double divided_difference(const std::array<double, size>& coefficients,
                                               double z,
                                               double w) {
    double value = 0.0;
    double difference = 0.0;
    for (std::size_t k = size; k-- > 0;) {
        difference = difference * w + value;
        value = value * z + coefficients[k];
    }
    return difference;
}

/// ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + p(1/x^2) / x
inline constexpr std::array ln_gamma_series{1.0 / 12.0,
                                            -1.0 / 360.0,
                                            1.0 / 1260.0,
                                            -1.0 / 1680.0,
                                            1.0 / 1188.0,
                                            -691.0 / 360360.0,
                                            1.0 / 156.0};
/// psi(x) = ln x - 1/(2x) - p(1/x^2)
inline constexpr std::array digamma_series{0.0,
                                           1.0 / 12.0,
                                           -1.0 / 120.0,
                                           1.0 / 252.0,
                                           -1.0 / 240.0,
                                           1.0 / 132.0,
                                           -691.0 / 32760.0,
                                           1.0 / 12.0};
/// x psi'(x) = 1 + 1/(2x) + p(1/x^2)
inline constexpr std::array trigamma_series{0.0,
                                            1.0 / 6.0,
                                            -1.0 / 30.0,
                                            1.0 / 42.0,
                                            -1.0 / 30.0,
                                            5.0 / 66.0,
                                            -691.0 / 2730.0,
                                            7.0 / 6.0,
                                            -3617.0 / 510.0,
                                            43867.0 / 798.0};

/// ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi)/2], x >= stirling_from.
[[nodiscard]] inline double stirling_correction(double x) {
    return polynomial(ln_gamma_series, 1.0 / (x * x)) / x;
}

/// ln Gamma(x), x > 0. Its error is a few roundings of the terms of the series: around x = 1 and 2, where
/// the value passes through 0, an absolute one of about 1e-14.
[[nodiscard]] double ln_gamma(double x);

/// ln [Gamma(x + y) / Gamma(x)], x >= stirling_from and x + y >= stirling_from - 1; its error is a
/// rounding of y ln x.
[[nodiscard]] double ln_gamma_ratio(double x, double y);

/// ln [Gamma(x + y) / (Gamma(x) x^y)] = sum_{j<y} ln(1 + j/x) for whole y. x > 0, y >= 0. Its error
/// is a rounding of y^2 / x when x is large.
[[nodiscard]] double ln_scaled_rising(double x, double y);

/// psi(x + gap) - psi(x), x > 0, gap >= 0, however small the gap.
[[nodiscard]] double digamma_difference(double x, double gap);

/// x psi'(x) - 1 > 0, falling in x; x > 0.
[[nodiscard]] double trigamma_excess(double x);

/// trigamma_excess(x) - trigamma_excess(x + gap), x > 0, gap >= 0.
[[nodiscard]] double trigamma_excess_difference(double x, double gap);

/// Both differences, at little more than the price of one.
struct PolygammaDifferences {
    double digamma = 0.0;
    double trigamma_excess = 0.0;
};
[[nodiscard]] PolygammaDifferences polygamma_differences(double x, double gap);

/// x psi'(x + 1), which rises from 0 to 1; x > 0.
[[nodiscard]] double trigamma_rise(double x);

/// trigamma_rise(k x) - trigamma_rise(x), x > 0, k >= 1.
[[nodiscard]] double trigamma_rise_difference(double x, double k);

}  // namespace truegap::metrics
