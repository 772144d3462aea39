#pragma once

#include "metrics/log_tables.hpp"

namespace truegap::metrics {

/// ln of a product of many factors, at one logarithm for many of them. Factors are positive, or 0,
/// whose logarithm is -infinity.
class LogOfProduct {
  public:
    void multiply(double factor) {
        if (!(factor > 1.0 / most_factor && factor < most_factor)) {
            sum_ += ln(factor);
            return;
        }
        product_ *= factor;
        if (!(product_ > 1.0 / most_product && product_ < most_product)) flush();
    }
    void add(double logarithm) { sum_ += logarithm; }
    [[nodiscard]] double value() {
        flush();
        return sum_;
    }

  private:
    // Their product is a normal number, and so is its reciprocal.
    static constexpr double most_factor = 1e140;
    static constexpr double most_product = 1e150;

    void flush() {
        sum_ += ln(product_);
        product_ = 1.0;
    }

    double product_ = 1.0;
    double sum_ = 0.0;
};

}  // namespace truegap::metrics
