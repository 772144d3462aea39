#pragma once

#include <algorithm>
#include <cmath>

namespace truegap::sim {

/// A product of non-negative factors as mantissa * 2^exponent: each factor costs one rounding, and
/// long histories cannot underflow. (Sums of logarithms lose an absolute 1e-15 a factor.)
class ScaledProduct {
  public:
    explicit ScaledProduct(double first) { multiply(first); }
    void multiply(double factor) { rescale(mantissa_ * factor, exponent_); }
    void divide(double divisor) { rescale(mantissa_ / divisor, exponent_); }
    [[nodiscard]] bool is_zero() const { return mantissa_ == 0.0; }
    [[nodiscard]] long exponent() const { return exponent_; }
    /// The product divided by 2^exponent.
    [[nodiscard]] double relative_to(long exponent) const {
        const long shift = std::max(exponent_ - exponent, -4000L);
        return std::ldexp(mantissa_, static_cast<int>(shift));
    }

  private:
    void rescale(double value, long exponent) {
        int shift = 0;
        mantissa_ = std::frexp(value, &shift);
        exponent_ = exponent + shift;
    }
    double mantissa_ = 1.0;
    long exponent_ = 0;
};

}  // namespace truegap::sim
