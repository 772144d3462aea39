#pragma once

#include <cmath>

namespace truegap::metrics {

/// Neumaier's compensated sum: the error of the total is about one rounding, whatever the number
/// and order of the terms. Infinite terms give an infinite total.
/// Source: Neumaier, Z. Angew. Math. Mech. 54 (1974), 39-51.
class CompensatedSum {
  public:
    void add(double term) {
        const double total = sum_ + term;
        correction_ +=
            std::abs(sum_) >= std::abs(term) ? (sum_ - total) + term : (term - total) + sum_;
        sum_ = total;
    }
    [[nodiscard]] double value() const { return std::isfinite(sum_) ? sum_ + correction_ : sum_; }

  private:
    double sum_ = 0.0;
    double correction_ = 0.0;
};

}  // namespace truegap::metrics
