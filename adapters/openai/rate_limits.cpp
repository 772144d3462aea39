#include "adapters/openai/rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace truegap::adapters {

// In [t, t + 60) less than burst + 60 per_second = per_minute + 1 is taken: whole numbers, at most
// per_minute.
RateLimit::RateLimit(double per_minute)
    : limited_(per_minute > 0.0),
      burst_(std::max(1.0, std::floor(per_minute / 60.0))),
      per_second_((per_minute - (burst_ - 1.0)) / 60.0),
      level_(burst_) {}

double RateLimit::level(double now) const {
    return std::min(burst_, level_ + std::max(0.0, now - at_) * per_second_);
}

double RateLimit::wait(double amount, double now) const {
    if (!limited_) return 0.0;
    const double missing = std::min(amount, burst_) - level(now);
    return missing > 0.0 ? missing / per_second_ : 0.0;
}

void RateLimit::take(double amount, double now) {
    give_back(-amount, now);
}

void RateLimit::give_back(double amount, double now) {
    if (!limited_) return;
    level_ = std::min(burst_, level(now) + amount);
    at_ = std::max(at_, now);
}

}  // namespace truegap::adapters
