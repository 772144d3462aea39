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
    double longest_pause = 60.0;       ///< of the back-off; Retry-After is obeyed beyond it
    double give_up_seconds = 0.0;      ///< wall time of the whole run; 0: no limit
    std::uint32_t same_failures = 10;  ///< that many identical final failures in a row end the run
    std::uint64_t most_requests = 0;   ///< attempts of the whole run; 0: no limit
    std::uint64_t most_tokens = 0;  ///< as told by `SendJob::tokens` and `Delivered` ; 0: no limit
    double requests_per_minute = 0.0;  ///< 0: no limit
    double tokens_per_minute = 0.0;    ///< 0: no limit; estimated beforehand by `SendJob::tokens`
    std::uint64_t seed = 0;            ///< of the jitter
    HttpPool::Options http;
};

struct SendJob {
    std::uint64_t ticket = 0;
    HttpRequest request;
    std::uint64_t tokens = 0;  ///< estimated: prompt and the longest answer
};

/// The final outcome of one job.
struct Delivered {
    std::uint64_t ticket = 0;
    bool answered = false;  ///< status 200
    HttpReply reply;        ///< the last attempt's
    std::uint32_t attempts = 0;
};

/// How far it is; read from another thread.
struct SendProgress {
    std::atomic<std::uint64_t> answered{0}, failed{0}, attempts{0}, retries{0}, rate_limited{0},
        timeouts{0}, server_errors{0}, dropped{0}, tokens{0};
    std::atomic<std::size_t> in_flight{0}, allowed_in_flight{0};
};

/// Why sending ended before all jobs were done.
enum class SendEnd { complete, interrupted, same_failures, time_up, request_limit, token_limit };

/// Sends jobs until `next` gives none. `deliver` is called once a job with its final outcome, as soon as it
/// is known, many at a time where they came together (so that they can be stored in one transaction).
/// deliver returns the tokens that the answers used. Jobs not begun when it ends are not delivered.
/// Retried: 408, 409, 425, 429, 5xx, timeouts, dropped connections. Not retried: other 4xx.
[[nodiscard]] SendEnd send_all(
    const std::function<std::optional<SendJob>()>& next,
    const std::function<std::uint64_t(std::span<const Delivered>)>& deliver,
    const SendOptions& options,
    SendProgress& progress,
    const std::atomic<bool>& stop);

}  // namespace truegap::adapters
