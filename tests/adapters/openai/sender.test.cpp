#include "adapters/openai/sender.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>

#include "tests/adapters/openai/sending.hpp"

#include "adapters/openai/retry.hpp"

namespace truegap::test {

using adapters::HttpReply;
using adapters::SendEnd;

namespace {

std::size_t with_status(const std::vector<FaultServer::Seen>& seen, int status) {
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const auto& one) { return one.status == status; }));
}

std::size_t with_fault(const std::vector<FaultServer::Seen>& seen, Fault fault) {
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const auto& one) { return one.fault == fault; }));
}

}  // namespace

TEST_CASE("send_all: nothing to send is complete", "[openai][sender]") {
    FaultServer server(echo);
    Sending sending(0);
    sending.run(server);
    CHECK(sending.end == SendEnd::complete);
    CHECK(sending.deliveries == 0);
}

TEST_CASE(
    "send_all: under 20 % faults each of 2,000 jobs is answered exactly once, retries counted",
    "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.slow_seconds = 0.05, .retry_after_seconds = 0.01});
    std::vector<Fault> kinds = transport_faults();
    kinds.insert(kinds.end(), {Fault::invalid_json, Fault::empty_choices});
    server.faults(0.2, 17, kinds);
    Sending sending(2000);
    sending.options.in_flight = 32;
    sending.options.attempts = 12;
    sending.options.readable = has_a_choice;
    sending.run(server);
    CHECK(sending.end == SendEnd::complete);
    CHECK(sending.deliveries == 2000);
    CHECK(sending.delivered.size() == 2000);
    CHECK(sending.answered() == 2000);

    const auto seen = server.seen();
    for (const auto& [ticket, one] : sending.delivered) {
        const std::string body = chat_request(server, text_of_job(ticket)).body;
        REQUIRE(content_of(one.reply) == text_of_job(ticket));
        REQUIRE(one.attempts == server.requests(body));
    }
    std::map<std::string, std::size_t> answers;
    for (const auto& one : seen) answers[one.body] += one.answered ? 1U : 0U;
    CHECK(answers.size() == 2000);
    for (const auto& [body, times] : answers) REQUIRE(times == 1);

    // What the sender counted is what the server saw, kind by kind.
    const auto& progress = sending.progress;
    CHECK(progress.attempts == seen.size());
    CHECK(progress.attempts == sending.attempts());
    CHECK(progress.retries == seen.size() - 2000);
    CHECK(progress.retries > 300);  // 2,000 x 0.2 x 0.9 / (1 - 0.18) is 440
    CHECK(progress.answered == 2000);
    CHECK(progress.failed == 0);
    CHECK(progress.rate_limited == with_status(seen, 429));
    CHECK(progress.server_errors == with_status(seen, 500) + with_status(seen, 503));
    CHECK(progress.dropped == with_fault(seen, Fault::half) + with_fault(seen, Fault::closed));
    CHECK(progress.unreadable ==
          with_fault(seen, Fault::invalid_json) + with_fault(seen, Fault::empty_choices));
    CHECK(progress.timeouts == 0);
    CHECK(progress.in_flight == 0);
    for (const Fault fault : kinds) CHECK(with_fault(seen, fault) > 10);
}

TEST_CASE("send_all: a refusal of the request itself is tried once", "[openai][sender]") {
    FaultServer server(echo);
    const auto send = [&](const FaultServer::Settings& settings) {
        server.settings(settings);
        const std::size_t before = server.requests();
        Sending sending(5);
        sending.bearer = "sk-not-this-one";
        sending.run(server);
        CHECK(sending.end == SendEnd::complete);
        CHECK(sending.deliveries == 5);
        CHECK(sending.answered() == 0);
        CHECK(sending.progress.failed == 5);
        CHECK(sending.progress.retries == 0);
        CHECK(server.requests() == before + 5);
        for (const auto& [ticket, one] : sending.delivered) {
            CHECK(one.attempts == 1);
            CHECK_FALSE(one.cut_short);
        }
        return sending.delivered.at(0).reply.status;
    };
    CHECK(send({.unsupported = {"messages"}}) == 400);
    CHECK(send({.key = "sk-another"}) == 401);
    CHECK(send({.models = {"other-model"}}) == 404);
}

TEST_CASE("send_all: the last failure is handed over when the attempts are used up",
          "[openai][sender]") {
    FaultServer server(echo);
    server.faults(1.0, 1, {Fault::internal_error});
    Sending sending(3);
    sending.options.attempts = 4;
    sending.run(server);
    CHECK(sending.end == SendEnd::complete);
    CHECK(sending.progress.failed == 3);
    CHECK(server.requests() == 12);
    for (const auto& [ticket, one] : sending.delivered) {
        CHECK(one.attempts == 4);
        CHECK(one.reply.status == 500);
        CHECK_FALSE(one.answered);
        CHECK_FALSE(one.cut_short);
    }
}

TEST_CASE("send_all: a timed-out attempt is tried again", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.slow_seconds = 1.0});
    server.next({Fault::slow});
    Sending sending(1);
    sending.options.http.timeout_seconds = 0.4;
    sending.run(server);
    CHECK(sending.answered() == 1);
    CHECK(sending.progress.timeouts >= 1);
    CHECK(sending.delivered.at(0).attempts >= 2);
}

TEST_CASE("send_all: never more in flight than allowed, and fewer after a 429",
          "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 0.01});
    Sending sending(100);
    sending.options.in_flight = 8;
    sending.run(server);
    CHECK(server.most_at_once() <= 8);
    CHECK(sending.answered() == 100);
    CHECK(sending.progress.allowed_in_flight == 8);

    server.next(std::vector<Fault>(4, Fault::too_many));
    Sending less(12);
    less.options.in_flight = 8;
    less.run(server);
    CHECK(less.answered() == 12);
    CHECK(less.progress.allowed_in_flight < 8);
    CHECK(less.progress.allowed_in_flight >= 4);
}

TEST_CASE("send_all: Retry-After holds back every request", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.retry_after_seconds = 0.5});
    server.next({Fault::too_many_seconds});
    Sending sending(10);
    // One at a time, so that nothing is on its way when the pause begins. Without one, the others would go
    // on while the first waits for its own retry.
    sending.options.in_flight = 1;
    sending.run(server);
    CHECK(sending.answered() == 10);
    REQUIRE(sending.delivered_at.size() == 10);
    CHECK(sending.delivered_at[0] >= 0.5);
    CHECK(server.requests() == 11);
    CHECK(sending.progress.retries == 1);
}

TEST_CASE("send_all: other jobs go on while one waits for its retry", "[openai][sender]") {
    FaultServer server(echo);
    server.next({Fault::internal_error});
    Sending sending(10);
    sending.options.in_flight = 2;
    sending.options.first_pause = 1.0;
    sending.options.longest_pause = 1.0;
    // A seed that gives each of the first two jobs, whichever meets the fault, a long pause.
    const auto pause = [&](std::uint64_t ticket) {
        return adapters::pause_after(
            {.first = 1.0, .longest = 1.0, .seed = sending.options.seed}, ticket, 1, std::nullopt);
    };
    while (pause(0) < 0.7 || pause(1) < 0.7) ++sending.options.seed;
    sending.run(server);
    CHECK(sending.answered() == 10);
    const auto seen = server.seen();
    REQUIRE(seen.size() == 11);
    CHECK(seen.back().body == seen.front().body);
}

TEST_CASE("send_all: the rate of requests is kept", "[openai][sender]") {
    FaultServer server(echo);
    Sending sending(30);
    // Twenty at once, then a little less than 20 a second.
    sending.options.requests_per_minute = 1200.0;
    const auto start = std::chrono::steady_clock::now();
    sending.run(server);
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    CHECK(sending.answered() == 30);
    CHECK(took >= 10 / 20.0);
}

TEST_CASE("send_all: the key is in nothing that is handed over", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.key = "sk-the-right-one"});
    Sending sending(4);
    sending.bearer = "sk-secret-of-mine";
    sending.run(server);
    for (const auto& [ticket, one] : sending.delivered) {
        CHECK(one.reply.status == 401);
        CHECK(one.reply.body.find("***") != std::string::npos);
        for (const std::string& text : {one.reply.body, one.reply.detail})
            CHECK(text.find("secret") == std::string::npos);
    }
    CHECK(server.seen().front().authorization == "Bearer sk-secret-of-mine");
}

TEST_CASE("send_all: what deliver throws comes out, and nothing is left in flight",
          "[openai][sender]") {
    FaultServer server(echo);
    adapters::SendProgress progress;
    const std::atomic<bool> stop{false};
    std::uint64_t ticket = 0;
    const auto next = [&]() -> std::optional<adapters::SendJob> {
        ++ticket;
        return adapters::SendJob{.ticket = ticket, .request = chat_request(server, "x")};
    };
    const auto deliver = [](std::span<const adapters::Delivered>) -> std::uint64_t {
        throw std::runtime_error("the disk is full");
    };
    CHECK_THROWS_WITH(adapters::send_all(next, deliver, quick(), progress, stop),
                      "the disk is full");
}

}  // namespace truegap::test
