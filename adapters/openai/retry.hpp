#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/openai/http.hpp"

/// What is tried again, and after which pause: pure functions.
namespace truegap::adapters {

/// What a reply means for its request.
enum class Outcome {
    answered,  ///< a readable 200
    again,     ///< may succeed another time
    never,     ///< the same request would fail again
};

/// Again: 408, 409, 425, 429, 5xx, timeouts, dropped connections, a 200 that `readable` refuses
/// (such as half a JSON text), and an unreachable server that has `been_reached` before (it may be
/// restarting; one that was never reached is a wrong address or a server that is not there).
/// Never: every other status, redirects included; a 429 whose error says `insufficient_quota`; a reply
/// that is too large; a Retry-After of more than a day.
/// readable: may be empty, then every 200 is readable.
[[nodiscard]] Outcome outcome_of(const HttpReply& reply,
                                 bool been_reached,
                                 const std::function<bool(const HttpReply&)>& readable = {});

/// How long to wait before the next attempt.
struct BackOff {
    double first = 1.0;  ///< seconds: the longest pause after the first attempt; doubled each time
    double longest = 60.0;  ///< of the doubling
    std::uint64_t seed = 0;
};

/// Seconds before the attempt that follows attempt number `attempt` (1, 2, …) of a request:
///     max(U min(longest, first 2^(attempt - 1)), r + V first)
/// with U, V uniform on [0, 1) at the address (seed, ticket, attempt), and r the Retry-After, if any: so
/// that many requests refused together do not come back together, and none before r.
/// Full jitter: Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (2015).
[[nodiscard]] double pause_after(const BackOff& back_off,
                                 std::uint64_t ticket,
                                 std::uint32_t attempt,
                                 std::optional<double> retry_after);

/// Retry-After in seconds from its header (RFC 9110, 10.2.3: seconds or a date; fractions are read too);
/// nothing where it cannot be read. A date is taken relative to the reply's own Date header, so that the
/// two clocks need not agree, and without one to `now`; a date that is past gives 0.
[[nodiscard]] std::optional<double> retry_after_seconds(std::string_view header,
                                                        const std::string& date,
                                                        std::time_t now);

/// What is the same of two failures that are the same: the trouble or status, and the text without what
/// changes from one to the next (words with a digit in them, such as times, counts and request names;
/// spaces; everything after 400 bytes).
[[nodiscard]] std::string failure_signature(const HttpReply& reply);

}  // namespace truegap::adapters
