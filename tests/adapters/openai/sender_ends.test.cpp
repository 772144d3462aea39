#include <chrono>
#include <map>
#include <memory>
#include <pthread.h>
#include <signal.h>
#include <thread>

#include "tests/adapters/openai/sending.hpp"

namespace truegap::test {

using adapters::SendEnd;

namespace {

class Watch {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Sets `stop` once the server has seen that many requests.
class Stopper {
  public:
    Stopper(Sending& sending, const FaultServer& server, std::size_t requests)
        : thread_([&sending, &server, requests] {
              while (server.requests() < requests)
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              sending.stop = true;
          }) {}
    Stopper(const Stopper&) = delete;
    Stopper& operator=(const Stopper&) = delete;
    Stopper(Stopper&&) = delete;
    Stopper& operator=(Stopper&&) = delete;
    ~Stopper() { thread_.join(); }

  private:
    std::thread thread_;
};

}  // namespace

TEST_CASE(
    "send_all: stopped in the midst, every job that was begun is delivered once and every answer "
    "kept",
    "[openai][sender]") {
    for (const std::size_t moment : {1U, 40U, 333U}) {
        FaultServer server(echo);
        server.settings({.latency_seconds = 0.005, .retry_after_seconds = 0.01});
        server.faults(0.3, moment, transport_faults());
        Sending sending(5000);
        {
            const Stopper stopper(sending, server, moment);
            sending.run(server);
        }
        CHECK(sending.end == SendEnd::interrupted);
        CHECK(sending.deliveries == sending.delivered.size());
        CHECK(sending.delivered.size() < 5000);
        std::map<std::string, std::size_t> at_server;
        std::map<std::string, std::size_t> answered_there;
        for (const auto& one : server.seen()) {
            ++at_server[one.body];
            answered_there[one.body] += one.answered ? 1U : 0U;
        }
        CHECK(sending.delivered.size() == at_server.size());
        CHECK(sending.delivered.size() <= sending.begun);
        CHECK(sending.begun <= sending.delivered.size() + 1);  // one may be taken and not begun
        for (const auto& [ticket, one] : sending.delivered) {
            const std::string body = chat_request(server, text_of_job(ticket)).body;
            REQUIRE(answered_there[body] == (one.answered ? 1U : 0U));
            REQUIRE(one.attempts == at_server[body]);
            REQUIRE(one.answered != one.cut_short);
        }
        CHECK(sending.progress.answered == sending.answered());
        CHECK(sending.progress.failed == 0);
    }
}

TEST_CASE("send_all: what does not come within the time to linger is cut short",
          "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 2.0});
    Sending sending(100);
    sending.options.in_flight = 4;
    sending.options.linger_seconds = 0.1;
    {
        const Stopper stopper(sending, server, 4);
        sending.run(server);
    }
    CHECK(sending.end == SendEnd::interrupted);
    CHECK(sending.delivered.size() == 4);
    for (const auto& [ticket, one] : sending.delivered) {
        CHECK(one.cut_short);
        CHECK(one.reply.detail == "the run ended before its reply");
    }
}

TEST_CASE("send_all: a sender that waits for Retry-After still hears the stop",
          "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.retry_after_seconds = 3000.0});
    server.next({Fault::unavailable});
    Sending sending(3);
    sending.options.in_flight = 1;
    {
        const Stopper stopper(sending, server, 1);
        sending.run(server);  // or the test does not end
    }
    CHECK(sending.end == SendEnd::interrupted);
    REQUIRE(sending.delivered.size() == 1);
    CHECK(sending.delivered.at(0).cut_short);
    CHECK(sending.delivered.at(0).reply.status == 503);
}

TEST_CASE("send_all: signals that interrupt its sleep do no harm", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 0.02});
    Sending sending(40);
    sending.options.in_flight = 4;
    struct sigaction handler {};
    struct sigaction before {};
    handler.sa_handler = [](int) {};
    REQUIRE(sigaction(SIGUSR1, &handler, &before) == 0);
    std::atomic<bool> done{false};
    std::thread disturber([&done, self = pthread_self()] {
        while (!done) {
            pthread_kill(self, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    sending.run(server);
    done = true;
    disturber.join();
    sigaction(SIGUSR1, &before, nullptr);
    CHECK(sending.end == SendEnd::complete);
    CHECK(sending.answered() == 40);
    CHECK(sending.progress.retries == 0);
}

TEST_CASE("send_all: a stop set beforehand begins nothing", "[openai][sender]") {
    FaultServer server(echo);
    Sending sending(3);
    sending.stop = true;
    sending.run(server);
    CHECK(sending.end == SendEnd::interrupted);
    CHECK(server.requests() == 0);
    CHECK(sending.deliveries == 0);
}

TEST_CASE("send_all: identical failures in a row end it", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.key = "sk-another"});
    Sending sending(5000);
    sending.options.in_flight = 4;
    sending.options.same_failures = 6;
    sending.run(server);
    CHECK(sending.end == SendEnd::same_failures);
    CHECK(server.requests() >= 6);
    CHECK(server.requests() < 6 + 4);
    CHECK(sending.deliveries == server.requests());
    CHECK(sending.delivered.rbegin()->second.reply.status == 401);
}

TEST_CASE("send_all: a server that was never there ends it without retries", "[openai][sender]") {
    Sending sending(5000);
    sending.options.first_pause = 100.0;
    {
        auto gone = std::make_unique<FaultServer>(echo);
        const std::string url = gone->base_url();
        gone.reset();
        std::uint64_t ticket = 0;
        std::size_t failed = 0;
        const auto next = [&]() -> std::optional<adapters::SendJob> {
            return adapters::SendJob{.ticket = ticket++,
                                     .request = {.url = url, .bearer = "", .body = "{}"}};
        };
        const auto deliver = [&](std::span<const adapters::Delivered> finals) -> std::uint64_t {
            failed += finals.size();
            CHECK(finals.front().reply.trouble == adapters::HttpReply::Trouble::unreachable);
            CHECK(finals.front().attempts == 1);
            return 0;
        };
        CHECK(adapters::send_all(next, deliver, sending.options, sending.progress, sending.stop) ==
              SendEnd::same_failures);
        CHECK(failed >= 10);
    }
}

TEST_CASE("send_all: failures that differ, or answers between them, do not end it",
          "[openai][sender]") {
    FaultServer server(echo);
    const auto send = [&](const std::vector<Fault>& faults) {
        server.next(faults);
        Sending sending(40);
        sending.options.in_flight = 1;
        sending.options.attempts = 1;
        sending.options.same_failures = 3;
        sending.run(server);
        return sending.end;
    };
    std::vector<Fault> mixed;
    for (int i = 0; i < 10; ++i)
        mixed.insert(mixed.end(), {Fault::internal_error, Fault::internal_error, Fault::too_many});
    CHECK(send(mixed) == SendEnd::complete);
    for (std::size_t i = 2; i < mixed.size(); i += 3) mixed[i] = Fault::none;
    CHECK(send(mixed) == SendEnd::complete);
    mixed[2] = Fault::internal_error;
    CHECK(send(mixed) == SendEnd::same_failures);
}

TEST_CASE("send_all: no more attempts than the limit, retries among them", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.retry_after_seconds = 0.01});
    server.faults(0.3, 8, transport_faults());
    Sending sending(1000);
    sending.options.most_requests = 200;
    sending.run(server);
    CHECK(sending.end == SendEnd::request_limit);
    CHECK(server.requests() == 200);
    CHECK(sending.attempts() == 200);
    CHECK(sending.deliveries == sending.delivered.size());
    Sending enough(50);
    enough.options.most_requests = 50;
    server.faults(0.0, 0);
    enough.run(server);
    CHECK(enough.end == SendEnd::complete);
}

TEST_CASE("send_all: no more tokens than the limit, by what was used and not by the estimate alone",
          "[openai][sender]") {
    FaultServer server(echo);
    Sending sending(1000);
    sending.tokens_each = 100;
    sending.tokens_used = 40;
    sending.options.most_tokens = 1000;
    sending.options.in_flight = 4;
    sending.run(server);
    CHECK(sending.end == SendEnd::token_limit);
    // The last one begins while 900 at most are used: 22 x 40 = 880, then 23 x 40 + 100 > 1,000.
    CHECK(sending.answered() == 23);
    CHECK(sending.progress.tokens == 920);
}

TEST_CASE("send_all: time is up", "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 0.02});
    Sending sending(100000);
    sending.options.in_flight = 2;
    sending.options.give_up_seconds = 0.5;
    sending.run(server);
    CHECK(sending.end == SendEnd::time_up);
    CHECK(sending.answered() ==
          sending.deliveries);  // what was in flight came within the time to linger
    CHECK(server.requests() == sending.deliveries);
}

TEST_CASE("send_all: a Retry-After beyond the end of the time ends it at once",
          "[openai][sender]") {
    FaultServer server(echo);
    server.settings({.retry_after_seconds = 500.0});
    server.next({Fault::too_many_seconds});
    Sending sending(3);
    sending.options.in_flight = 1;
    sending.options.give_up_seconds = 300.0;
    const Watch watch;
    sending.run(server);
    CHECK(sending.end == SendEnd::time_up);
    CHECK(watch.seconds() < 200.0);
    REQUIRE(sending.delivered.size() == 1);
    CHECK(sending.delivered.at(0).cut_short);
}

}  // namespace truegap::test
