#pragma once

#include <cstddef>

namespace truegap::adapters {

/// How many requests may be in flight: halved by a 429, one more for each round of answers, between 1 and a
/// limit. Pure: the clock (seconds from any fixed moment) is passed in.
/// Additive increase, multiplicative decrease: Chiu & Jain, Computer Networks and ISDN Systems 17 (1989).
class Throttle {
  public:
    /// limit >= 1.
    explicit Throttle(std::size_t limit);

    [[nodiscard]] std::size_t allowed() const;
    /// A request sent at that moment was answered: 1 / allowed more, so that a round of answers gives one.
    void answered(double sent_at);
    /// A request sent at that moment was refused with a 429. Requests that were already sent at the last
    /// halving tell nothing new: a burst of refusals counts once.
    void refused(double sent_at, double now);

  private:
    double limit_;
    double allowed_;
    double last_halved_;
};

}  // namespace truegap::adapters
