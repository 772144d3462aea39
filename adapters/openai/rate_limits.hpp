#pragma once

namespace truegap::adapters {

/// A limit of so much a minute, spread evenly: a bucket that holds a second's worth (at least 1) and fills
/// at such a rate that whole numbers taken one at a time never exceed the limit in any 60 seconds
/// [t, t + 60). An amount larger than the bucket waits for a full one and overdraws it: then a minute
/// exceeds the limit by no more than what the largest amount exceeds the bucket.
/// Pure: the clock (seconds from any fixed moment, not falling) is passed in.
class RateLimit {
  public:
    /// per_minute: 0 for no limit.
    explicit RateLimit(double per_minute);

    /// Seconds from `now` until that amount may be taken; 0 when at once.
    [[nodiscard]] double wait(double amount, double now) const;
    /// Takes it, whether or not the wait was over.
    void take(double amount, double now);
    /// What was taken proves to be too much by that amount (too little: negative).
    void give_back(double amount, double now);
    /// What the bucket holds when full.
    [[nodiscard]] double burst() const { return burst_; }

  private:
    [[nodiscard]] double level(double now) const;

    bool limited_;
    double burst_;
    double per_second_;
    double level_;
    double at_ = 0.0;
};

}  // namespace truegap::adapters
