#include "adapters/openai/sender.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "adapters/openai/rate_limits.hpp"
#include "adapters/openai/retry.hpp"
#include "adapters/openai/throttle.hpp"

namespace truegap::adapters {

namespace {

using Trouble = HttpReply::Trouble;

constexpr double forever = std::numeric_limits<double>::infinity();
constexpr double longest_sleep = 0.1;  // `stop` is looked at that often

// A job that was begun and has no final outcome yet.
struct Begun {
    SendJob job;
    std::uint32_t attempts = 0;
    double sent_at = 0.0;
    HttpReply last;
};

class Seconds {
  public:
    [[nodiscard]] double now() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

HttpPool::Options pool_options(const SendOptions& options) {
    HttpPool::Options http = options.http;
    http.most_connections = std::max(http.most_connections, options.in_flight);
    return http;
}

// Identical failures in a row.
class Streak {
  public:
    void answered() { length_ = 0; }
    void failed(const HttpReply& reply) {
        std::string signature = failure_signature(reply);
        length_ = length_ > 0 && signature == signature_ ? length_ + 1 : 1;
        signature_ = std::move(signature);
    }
    [[nodiscard]] std::uint32_t length() const { return length_; }

  private:
    std::string signature_;
    std::uint32_t length_ = 0;
};

class Sending {
  public:
    Sending(const std::function<std::optional<SendJob>()>& next,
            const std::function<std::uint64_t(std::span<const Delivered>)>& deliver,
            const SendOptions& options,
            SendProgress& progress,
            const std::atomic<bool>& stop)
        : next_(next),
          deliver_(deliver),
          options_(options),
          progress_(progress),
          stop_(stop),
          back_off_{options.first_pause, options.longest_pause, options.seed},
          deadline_(options.give_up_seconds > 0.0 ? options.give_up_seconds : forever),
          in_flight_(std::max<std::size_t>(1, options.in_flight)),
          pool_(pool_options(options)),
          throttle_(in_flight_),
          request_rate_(options.requests_per_minute),
          token_rate_(options.tokens_per_minute) {}

    SendEnd run();

  private:
    void look_at_the_clock();
    void begin_what_may();
    [[nodiscard]] double next_begin(double now);
    [[nodiscard]] bool job_at_hand(double now);
    [[nodiscard]] bool retry_is_due(double now) const;
    [[nodiscard]] bool limits_allow(std::uint64_t tokens);
    void begin(double now);
    void take_in(std::vector<HttpPool::Finished> finished);
    void take_in(Begun begun, HttpReply reply, double now);
    void count(const HttpReply& reply, Outcome outcome);
    void finish(Begun begun, bool answered, bool cut_short);
    void hand_over();
    void wind_up();
    void show_progress();

    const std::function<std::optional<SendJob>()>& next_;
    const std::function<std::uint64_t(std::span<const Delivered>)>& deliver_;
    const SendOptions& options_;
    SendProgress& progress_;
    const std::atomic<bool>& stop_;
    BackOff back_off_;
    double deadline_;
    std::size_t in_flight_;
    Seconds clock_;
    HttpPool pool_;
    Throttle throttle_;
    RateLimit request_rate_;
    RateLimit token_rate_;

    std::map<std::uint64_t, Begun> flying_;  // by the number of the attempt
    std::multimap<double, Begun> waiting_;   // by when they may be tried again
    std::optional<Begun> fresh_;             // taken from `next`, not begun
    bool exhausted_ = false;                 // `next` gave none
    std::vector<Delivered> finals_;
    std::uint64_t estimated_ = 0;  // tokens of the answers in finals_, as estimated
    std::uint64_t attempts_ = 0;
    std::uint64_t tokens_flying_ = 0;
    std::uint64_t tokens_used_ = 0;
    Streak streak_;
    bool been_reached_ = false;
    double paused_until_ = 0.0;
    double wake_ = forever;  // when there may be something to begin
    std::optional<SendEnd> end_;
};

SendEnd Sending::run() {
    while (true) {
        look_at_the_clock();
        if (!end_) begin_what_may();
        show_progress();
        if (end_) break;
        if (flying_.empty() && waiting_.empty() && !fresh_ && exhausted_) return SendEnd::complete;
        const double until = std::min(wake_, deadline_) - clock_.now();
        take_in(pool_.wait(std::clamp(until, 0.0, longest_sleep)));
        hand_over();
    }
    wind_up();
    return *end_;
}

void Sending::look_at_the_clock() {
    if (end_) return;
    if (stop_.load()) {
        end_ = SendEnd::interrupted;
    } else if (clock_.now() >= deadline_) {
        end_ = SendEnd::time_up;
    }
}

// Whether there is a job that may be begun, but for the limits.
bool Sending::job_at_hand(double now) {
    if (retry_is_due(now)) return true;
    if (waiting_.size() >= in_flight_) return false;
    if (!fresh_ && !exhausted_) {
        std::optional<SendJob> job = next_();
        exhausted_ = !job;
        if (job) fresh_ = Begun{.job = std::move(*job), .last = {}};
    }
    return fresh_.has_value();
}

bool Sending::retry_is_due(double now) const {
    return !waiting_.empty() && waiting_.begin()->first <= now;
}

// May end the run. A limit on tokens waits for what is in flight, which may use less than estimated.
bool Sending::limits_allow(std::uint64_t tokens) {
    if (options_.most_requests > 0 && attempts_ >= options_.most_requests) {
        end_ = SendEnd::request_limit;
        return false;
    }
    if (options_.most_tokens == 0) return true;
    if (tokens_used_ + tokens_flying_ + tokens <= options_.most_tokens) return true;
    if (flying_.empty()) end_ = SendEnd::token_limit;
    return false;
}

// When the next job may be begun: not after `now` is at once, `forever` not before something finishes.
double Sending::next_begin(double now) {
    if (flying_.size() >= throttle_.allowed()) return forever;
    if (!job_at_hand(now))
        return waiting_.empty() ? forever : std::max(paused_until_, waiting_.begin()->first);
    if (paused_until_ > now) return paused_until_;
    const std::uint64_t tokens =
        retry_is_due(now) ? waiting_.begin()->second.job.tokens : fresh_->job.tokens;
    if (!limits_allow(tokens)) return forever;
    return now + std::max(request_rate_.wait(1.0, now),
                          token_rate_.wait(static_cast<double>(tokens), now));
}

void Sending::begin_what_may() {
    const double now = clock_.now();
    wake_ = next_begin(now);
    while (wake_ <= now && !end_) {
        begin(now);
        wake_ = next_begin(now);
    }
    // With nothing in flight, waiting beyond the deadline is in vain.
    if (!end_ && flying_.empty() && wake_ < forever && wake_ >= deadline_) end_ = SendEnd::time_up;
}

void Sending::begin(double now) {
    Begun begun;
    if (retry_is_due(now)) {
        begun = std::move(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
        ++progress_.retries;
    } else {
        begun = std::move(*fresh_);
        fresh_.reset();
    }
    ++begun.attempts;
    ++attempts_;
    ++progress_.attempts;
    begun.sent_at = now;
    request_rate_.take(1.0, now);
    token_rate_.take(static_cast<double>(begun.job.tokens), now);
    tokens_flying_ += begun.job.tokens;
    pool_.start(attempts_, begun.job.request);
    flying_.emplace(attempts_, std::move(begun));
}

void Sending::take_in(std::vector<HttpPool::Finished> finished) {
    const double now = clock_.now();
    finals_.reserve(finals_.size() + finished.size());
    for (HttpPool::Finished& one : finished) {
        auto flown = flying_.extract(one.ticket);
        take_in(std::move(flown.mapped()), std::move(one.reply), now);
    }
}

void Sending::take_in(Begun begun, HttpReply reply, double now) {
    const bool replied = reply.trouble == Trouble::none;
    been_reached_ = been_reached_ || replied;
    const Outcome outcome = outcome_of(reply, been_reached_, options_.readable);
    count(reply, outcome);
    tokens_flying_ -= begun.job.tokens;
    if (outcome == Outcome::answered) throttle_.answered(begun.sent_at);
    if (replied && reply.status == 429) throttle_.refused(begun.sent_at, now);
    // An error uses no tokens; what a lost reply used is not known.
    if (replied && reply.status != 200)
        token_rate_.give_back(static_cast<double>(begun.job.tokens), now);
    const bool for_all = replied && (reply.status == 429 || reply.status == 503);
    if (for_all && outcome == Outcome::again)
        paused_until_ = std::max(paused_until_, now + reply.retry_after.value_or(0.0));
    const std::optional<double> retry_after = reply.retry_after;
    begun.last = std::move(reply);
    const bool tried_out = outcome == Outcome::never || begun.attempts >= options_.attempts;
    if (outcome == Outcome::answered || tried_out) {
        finish(std::move(begun), outcome == Outcome::answered, false);
        return;
    }
    const double pause = pause_after(back_off_, begun.job.ticket, begun.attempts, retry_after);
    waiting_.emplace(now + pause, std::move(begun));
}

void Sending::count(const HttpReply& reply, Outcome outcome) {
    switch (reply.trouble) {
        case Trouble::none:
            if (reply.status == 429) ++progress_.rate_limited;
            if (reply.status >= 500) ++progress_.server_errors;
            if (reply.status == 200 && outcome != Outcome::answered) ++progress_.unreadable;
            break;
        case Trouble::timed_out:
            ++progress_.timeouts;
            break;
        case Trouble::dropped:
        case Trouble::unreachable:
            ++progress_.dropped;
            break;
        case Trouble::too_large:
            ++progress_.unreadable;
            break;
    }
}

void Sending::finish(Begun begun, bool answered, bool cut_short) {
    if (answered) {
        estimated_ += begun.job.tokens;
        streak_.answered();
        ++progress_.answered;
    } else if (!cut_short) {
        streak_.failed(begun.last);
        ++progress_.failed;
    }
    finals_.push_back({.ticket = begun.job.ticket,
                       .answered = answered,
                       .cut_short = !answered && cut_short,
                       .reply = std::move(begun.last),
                       .attempts = begun.attempts});
    if (!end_ && options_.same_failures > 0 && streak_.length() >= options_.same_failures)
        end_ = SendEnd::same_failures;
}

void Sending::hand_over() {
    if (finals_.empty()) return;
    const std::uint64_t used = deliver_(finals_);
    finals_.clear();
    tokens_used_ += used;
    progress_.tokens += used;
    token_rate_.give_back(
        static_cast<double>(std::exchange(estimated_, 0)) - static_cast<double>(used),
        clock_.now());
}

void Sending::wind_up() {
    const bool patient = end_ == SendEnd::request_limit || end_ == SendEnd::token_limit;
    double until = patient ? forever : clock_.now() + options_.linger_seconds;
    while (!flying_.empty()) {
        const double now = clock_.now();
        if (until == forever && (stop_.load() || now >= deadline_))
            until = now + options_.linger_seconds;
        if (now >= until) break;
        take_in(pool_.wait(std::min(until - now, longest_sleep)));
        hand_over();
        show_progress();
    }
    for (auto& [number, begun] : flying_) {
        begun.last = {.trouble = Trouble::dropped, .detail = "the run ended before its reply"};
        finish(std::move(begun), false, true);
    }
    for (auto& [at, begun] : waiting_) finish(std::move(begun), false, true);
    flying_.clear();
    waiting_.clear();
    hand_over();
    show_progress();
}

void Sending::show_progress() {
    progress_.in_flight = flying_.size();
    progress_.allowed_in_flight = throttle_.allowed();
}

}  // namespace

SendEnd send_all(const std::function<std::optional<SendJob>()>& next,
                 const std::function<std::uint64_t(std::span<const Delivered>)>& deliver,
                 const SendOptions& options,
                 SendProgress& progress,
                 const std::atomic<bool>& stop) {
    return Sending(next, deliver, options, progress, stop).run();
}

}  // namespace truegap::adapters
