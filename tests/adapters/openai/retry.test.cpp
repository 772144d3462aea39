#include "adapters/openai/retry.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/adapters/support.hpp"

namespace truegap::test {

using adapters::BackOff;
using adapters::failure_signature;
using adapters::HttpReply;
using adapters::Outcome;
using adapters::outcome_of;
using adapters::pause_after;
using adapters::retry_after_seconds;
using Trouble = HttpReply::Trouble;

namespace {

HttpReply status(long code, std::string body = {}) {
    return {.status = code, .body = std::move(body)};
}

HttpReply trouble(Trouble what, std::string detail = {}) {
    return {.trouble = what, .detail = std::move(detail)};
}

}  // namespace

TEST_CASE("outcome_of: what may pass is tried again and nothing else", "[openai][retry]") {
    for (long code = 100; code < 600; ++code) {
        const bool again =
            code == 408 || code == 409 || code == 425 || code == 429 || code / 100 == 5;
        const Outcome expected = code == 200 ? Outcome::answered
                                 : again     ? Outcome::again
                                             : Outcome::never;
        CHECK(outcome_of(status(code), true) == expected);
        CHECK(outcome_of(status(code), false) == expected);
    }
    CHECK(outcome_of(trouble(Trouble::timed_out), false) == Outcome::again);
    CHECK(outcome_of(trouble(Trouble::dropped), false) == Outcome::again);
    CHECK(outcome_of(trouble(Trouble::too_large), true) == Outcome::never);
}

TEST_CASE("outcome_of: a server that was never reached is not waited for", "[openai][retry]") {
    CHECK(outcome_of(trouble(Trouble::unreachable), false) == Outcome::never);
    CHECK(outcome_of(trouble(Trouble::unreachable), true) == Outcome::again);
}

TEST_CASE("outcome_of: spent quota does not come back by waiting", "[openai][retry]") {
    const std::string spent =
        R"({"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}})";
    CHECK(outcome_of(status(429, spent), true) == Outcome::never);
    CHECK(outcome_of(status(429, R"({"error": {"type": "tokens", "code": "insufficient_quota"}})"),
                     true) == Outcome::never);
    const std::vector<std::string> others{
        R"({"error": {"message": "insufficient_quota is not what this is", "code": "rate_limit_exceeded"}})",
        R"({"error": "insufficient_quota"})",
        R"(["insufficient_quota"])",
        "insufficient_quota",
        "{",
        ""};
    for (const std::string& body : others)
        CHECK(outcome_of(status(429, body), true) == Outcome::again);
}

TEST_CASE("outcome_of: a Retry-After of more than a day ends it", "[openai][retry]") {
    HttpReply reply = status(429);
    reply.retry_after = 86400.0;
    CHECK(outcome_of(reply, true) == Outcome::again);
    reply.retry_after = 86401.0;
    CHECK(outcome_of(reply, true) == Outcome::never);
}

TEST_CASE("outcome_of: a 200 that cannot be read is tried again", "[openai][retry]") {
    const auto readable = [](const HttpReply& reply) { return reply.body == "good"; };
    CHECK(outcome_of(status(200, "good"), true, readable) == Outcome::answered);
    CHECK(outcome_of(status(200, "bad"), true, readable) == Outcome::again);
    CHECK(outcome_of(status(404, "good"), true, readable) == Outcome::never);
}

TEST_CASE("pause_after: full jitter, uniform below a ceiling that doubles", "[openai][retry]") {
    const BackOff back_off{.first = 0.5, .longest = 6.0, .seed = 3};
    const std::vector<double> ceilings{0.5, 1.0, 2.0, 4.0, 6.0, 6.0};
    constexpr std::uint64_t tickets = 4000;
    for (std::uint32_t attempt = 1; attempt <= ceilings.size(); ++attempt) {
        const double ceiling = ceilings[attempt - 1];
        double sum = 0.0;
        double most = 0.0;
        for (std::uint64_t ticket = 0; ticket < tickets; ++ticket) {
            const double pause = pause_after(back_off, ticket, attempt, std::nullopt);
            REQUIRE(pause >= 0.0);
            REQUIRE(pause < ceiling);
            sum += pause / ceiling;
            most = std::max(most, pause / ceiling);
        }
        // Uniform on [0, 1): mean 1/2, standard deviation 1/sqrt(12).
        const double z = (sum / tickets - 0.5) * std::sqrt(12.0 * tickets);
        CHECK(std::abs(z) < 4.5);
        CHECK(most > 0.99);
    }
    CHECK(pause_after(back_off, 1, 4000000000U, std::nullopt) < 6.0);
}

TEST_CASE("pause_after: a pure function of seed, ticket and attempt", "[openai][retry]") {
    const BackOff back_off{.first = 1.0, .longest = 1.0, .seed = 9};
    const double pause = pause_after(back_off, 5, 2, std::nullopt);
    CHECK(pause_after(back_off, 5, 2, std::nullopt) == pause);
    CHECK(pause_after(back_off, 6, 2, std::nullopt) != pause);
    CHECK(pause_after(back_off, 5, 3, std::nullopt) != pause);
    CHECK(pause_after({.first = 1.0, .longest = 1.0, .seed = 10}, 5, 2, std::nullopt) != pause);
}

TEST_CASE("pause_after: never before Retry-After, and not all at once after it",
          "[openai][retry]") {
    const BackOff back_off{.first = 0.5, .longest = 60.0, .seed = 3};
    double least = 1e9;
    double most = 0.0;
    for (std::uint64_t ticket = 0; ticket < 1000; ++ticket) {
        const double pause = pause_after(back_off, ticket, 1, 100.0);  // beyond `longest`
        REQUIRE(pause >= 100.0);
        REQUIRE(pause < 100.5);
        least = std::min(least, pause);
        most = std::max(most, pause);
        REQUIRE(pause_after(back_off, ticket, 8, 0.0) >=
                pause_after(back_off, ticket, 8, std::nullopt));
    }
    CHECK(least < 100.05);
    CHECK(most > 100.45);
}

TEST_CASE("retry_after_seconds: seconds and dates, and nothing else", "[openai][retry]") {
    constexpr std::time_t now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT, of RFC 9110
    const auto read = [&](std::string_view header, const std::string& date = {}) {
        return retry_after_seconds(header, date, now);
    };
    CHECK(read("120") == 120.0);
    CHECK(read("0") == 0.0);
    CHECK(read(" 7 ") == 7.0);
    CHECK(read("0.25") == 0.25);
    CHECK(read("Sun, 06 Nov 1994 08:50:37 GMT") == 60.0);
    CHECK(read("Sunday, 06-Nov-94 08:49:38 GMT") == 1.0);  // the two obsolete forms of a date
    CHECK(read("Sun Nov  6 08:49:40 1994") == 3.0);
    CHECK(read("Sun, 06 Nov 1994 08:00:00 GMT") == 0.0);
    CHECK(read("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:50:30 GMT") == 7.0);
    CHECK(read("Sun, 06 Nov 1994 08:50:37 GMT", "no date") == 60.0);
    CHECK(std::isinf(read(std::string(400, '9')).value()));
    for (const char* none : {"", "  ", "soon", "-5", "nan", "inf", "1e", "12 parsecs"})
        CHECK_FALSE(read(none));
}

TEST_CASE("failure_signature: the same failure with other particulars", "[openai][retry]") {
    const auto same = [](const HttpReply& a, const HttpReply& b) {
        return failure_signature(a) == failure_signature(b);
    };
    CHECK(same(status(401, "Incorrect key (request req_8f3a)."),
               status(401, "Incorrect  key (request req_77b1).\n")));
    CHECK(same(status(429, "Used 9981 of 10000, try again in 6.2s"),
               status(429, "Used 12 of 10000, try again in 900ms")));
    CHECK_FALSE(same(status(401, "Incorrect key"), status(403, "Incorrect key")));
    CHECK_FALSE(
        same(status(400, "Unsupported parameter: seed"), status(400, "Unsupported parameter: n")));
    CHECK(same(
        trouble(Trouble::unreachable, "Failed to connect to 127.0.0.1 port 8080 after 0 ms"),
        trouble(Trouble::unreachable, "Failed to connect to 127.0.0.1 port 8080 after 12 ms")));
    CHECK_FALSE(same(trouble(Trouble::timed_out), trouble(Trouble::dropped)));
    CHECK_FALSE(same(trouble(Trouble::dropped), status(500)));
}

}  // namespace truegap::test
