#include "adapters/openai/throttle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace truegap::adapters {

Throttle::Throttle(std::size_t limit)
    : limit_(std::max(1.0, static_cast<double>(limit))),
      allowed_(limit_),
      last_halved_(-std::numeric_limits<double>::infinity()) {}

std::size_t Throttle::allowed() const {
    return static_cast<std::size_t>(std::floor(allowed_));
}

void Throttle::answered(double sent_at) {
    if (sent_at <= last_halved_) return;
    allowed_ = std::min(limit_, allowed_ + 1.0 / allowed_);
}

void Throttle::refused(double sent_at, double now) {
    if (sent_at <= last_halved_) return;
    allowed_ = std::max(1.0, allowed_ / 2.0);
    last_halved_ = now;
}

}  // namespace truegap::adapters
