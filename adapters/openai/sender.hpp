#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "adapters/openai/http.hpp"

namespace truegap::adapters {

/// How requests are sent: what is tried again, how often, how fast, and when to give up.
struct SendOptions {
    std::size_t in_flight = 16;  ///< the most at once; fewer after a 429, then slowly more again
    std::uint32_t attempts = 8;  ///< of one request, at most
    double first_pause = 1.0;  ///< seconds before a second attempt; doubled each time, with jitter
    double longest_pause = 60.0;   ///< of the back-off; Retry-After is obeyed beyond it
    double give_up_seconds = 0.0;  ///< wall time of the whole run; 0: no limit
    /// How long an ended run waits for what is in flight: it is paid for.
    double linger_seconds = 2.0;
    /// That many identical final failures in a row end the run; 0: however many.
    std::uint32_t same_failures = 10;
    std::uint64_t most_requests = 0;  ///< attempts of the whole run; 0: no limit
    std::uint64_t most_tokens = 0;  ///< as told by `SendJob::tokens` and by `deliver`; 0: no limit
    double requests_per_minute = 0.0;  ///< 0: no limit
    double tokens_per_minute = 0.0;    ///< 0: no limit; estimated beforehand by `SendJob::tokens`
    std::uint64_t seed = 0;            ///< of the jitter
    HttpPool::Options http;
    /// Whether a 200 can be read at all; one that cannot is tried again like half an answer. Empty: all can.
    std::function<bool(const HttpReply&)> readable = {};
};

struct SendJob {
    std::uint64_t ticket = 0;
    HttpRequest request;
    std::uint64_t tokens = 0;  ///< estimated: prompt and the longest answer
};

/// The final outcome of one job.
struct Delivered {
    std::uint64_t ticket = 0;
    bool answered = false;   ///< a readable 200
    bool cut_short = false;  ///< not answered, but the run ended before it was tried to the end
    HttpReply reply;         ///< the last attempt's
    std::uint32_t attempts = 0;
};

/// How far it is; read from another thread.
struct SendProgress {
    std::atomic<std::uint64_t> answered{0}, failed{0};   ///< jobs; those cut short are neither
    std::atomic<std::uint64_t> attempts{0}, retries{0};  ///< retries: attempts beyond a job's first
    /// Attempts that ended in a 429, a timeout, a 5xx, no full reply (dropped or unreachable), a reply that
    /// could not be read.
    std::atomic<std::uint64_t> rate_limited{0}, timeouts{0}, server_errors{0}, dropped{0},
        unreadable{0};
    std::atomic<std::uint64_t> tokens{0};  ///< as `deliver` told
    std::atomic<std::size_t> in_flight{0}, allowed_in_flight{0};
};

/// Why sending ended before all jobs were done.
enum class SendEnd { complete, interrupted, same_failures, time_up, request_limit, token_limit };

/// Sends jobs until `next` gives none. `deliver` is called once for each job that was begun, with its final
/// outcome, as soon as it is known, many at a time where they came together (so that they can be stored in
/// one transaction). deliver returns the tokens that the answers used. Jobs not begun are not delivered.
///
/// Tried again, up to `attempts` times: what `outcome_of` says, after `pause_after`; before new jobs are
/// begun, and no more than `in_flight` jobs wait for it. A 429 or 503 with Retry-After pauses all sending,
/// for limits are a key's and not a request's. A 429 halves what is allowed in flight (`Throttle`).
///
/// Ends early: `stop` is set (seen within 0.1 s); give_up_seconds have passed, or the next attempt would be
/// later; same_failures; the limits, once something is left that they do not let begin. Nothing is begun
/// then; what is in flight is waited for (linger_seconds; for a limit until it is done) and delivered; the
/// rest of what was begun is delivered as `cut_short`.
/// Throws what `next` and `deliver` throw, and SystemError.
[[nodiscard]] SendEnd send_all(
    const std::function<std::optional<SendJob>()>& next,
    const std::function<std::uint64_t(std::span<const Delivered>)>& deliver,
    const SendOptions& options,
    SendProgress& progress,
    const std::atomic<bool>& stop);

}  // namespace truegap::adapters
