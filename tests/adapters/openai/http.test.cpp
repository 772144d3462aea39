#include "adapters/openai/http.hpp"

#include <set>

#include "tests/adapters/openai/fault_server.hpp"
#include "tests/adapters/openai/support.hpp"

namespace truegap::test {

using adapters::HttpPool;
using adapters::HttpReply;
using adapters::HttpRequest;
using Trouble = HttpReply::Trouble;

namespace {

HttpReply ask(HttpPool& pool, HttpRequest request) {
    pool.start(7, std::move(request));
    std::vector<HttpPool::Finished> finished;
    for (int i = 0; i < 1000 && finished.empty(); ++i) finished = pool.wait(0.1);
    REQUIRE(finished.size() == 1);
    CHECK(finished.front().ticket == 7);
    CHECK(pool.in_flight() == 0);
    return finished.front().reply;
}

HttpReply ask(const HttpRequest& request, const HttpPool::Options& options = {}) {
    HttpPool pool(options);
    return ask(pool, request);
}

}  // namespace

TEST_CASE("HttpPool: a request arrives as it was given and the answer comes back whole",
          "[openai][http]") {
    FaultServer server([](const auto&) { return ChatAnswer{"Zoë\n東京"}; });
    HttpRequest request = chat_request(server, "hello");
    request.bearer = "sk-abcdefgh";
    const HttpReply reply = ask(request);
    REQUIRE(reply.trouble == Trouble::none);
    CHECK(reply.status == 200);
    CHECK(content_of(reply) == "Zoë\n東京");
    CHECK_FALSE(reply.retry_after);
    const auto seen = server.seen();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].body == request.body);
    CHECK(seen[0].authorization == "Bearer sk-abcdefgh");
    CHECK(seen[0].content_type == "application/json");
    CHECK(seen[0].user_agent == "truegap");
}

TEST_CASE("HttpPool: without a body it is a GET, without a key no Authorization",
          "[openai][http]") {
    FaultServer server(echo);
    const HttpReply reply = ask({.url = server.base_url() + "/models", .bearer = "", .body = ""});
    CHECK(reply.status == 200);
    CHECK(reply.body.find("test-model") != std::string::npos);
    HttpPool pool({});
    HttpRequest with_key = chat_request(server, "a");
    with_key.bearer = "sk-abcdefgh";
    static_cast<void>(ask(pool, with_key));
    static_cast<void>(ask(pool, {.url = server.base_url() + "/models", .bearer = "", .body = ""}));
    static_cast<void>(ask(pool, chat_request(server, "b")));
    REQUIRE(server.seen().size() == 2);
    CHECK(server.seen()[1].authorization.empty());
}

TEST_CASE("HttpPool: connections are kept open and used again", "[openai][http]") {
    FaultServer server(echo);
    HttpPool pool({});
    for (int i = 0; i < 20; ++i) static_cast<void>(ask(pool, chat_request(server, "x")));
    std::set<int> ports;
    for (const auto& seen : server.seen()) ports.insert(seen.client_port);
    CHECK(server.requests() == 20);
    CHECK(ports.size() == 1);
}

TEST_CASE("HttpPool: requests are in flight together, each with its own answer", "[openai][http]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 0.05});
    HttpPool pool({});
    for (std::uint64_t i = 0; i < 32; ++i)
        pool.start(i, chat_request(server, "say " + std::to_string(i)));
    CHECK(pool.in_flight() == 32);
    std::set<std::uint64_t> tickets;
    for (int i = 0; i < 1000 && pool.in_flight() > 0; ++i)
        for (const auto& one : pool.wait(0.1)) {
            CHECK(content_of(one.reply) == "say " + std::to_string(one.ticket));
            tickets.insert(one.ticket);
        }
    CHECK(tickets.size() == 32);
    CHECK(server.most_at_once() > 4);
}

TEST_CASE("HttpPool: every fault of the transport is told for what it is", "[openai][http]") {
    FaultServer server(echo);
    server.settings({.slow_seconds = 0.01, .retry_after_seconds = 3.5});
    const auto met = [&](Fault fault) {
        server.next({fault});
        return ask(chat_request(server, "x"));
    };
    HttpReply reply = met(Fault::too_many);
    CHECK(reply.status == 429);
    CHECK_FALSE(reply.retry_after);
    reply = met(Fault::too_many_seconds);
    CHECK(reply.status == 429);
    CHECK(reply.retry_after == Approx(3.5));
    reply = met(Fault::too_many_date);  // by a clock that is a day slow
    CHECK(reply.status == 429);
    CHECK(reply.retry_after == Approx(3.0));
    CHECK(met(Fault::internal_error).status == 500);
    reply = met(Fault::unavailable);
    CHECK(reply.status == 503);
    CHECK(reply.retry_after == Approx(3.5));
    CHECK(content_of(met(Fault::slow)) == "x");
    for (const Fault fault : {Fault::half, Fault::closed}) {
        reply = met(fault);
        CHECK(reply.trouble == Trouble::dropped);
        CHECK(reply.body.empty());
        CHECK_FALSE(reply.detail.empty());
    }
    CHECK(met(Fault::none).status == 200);
}

TEST_CASE("HttpPool: a connection lost while in use again is told, not silently asked again",
          "[openai][http]") {
    FaultServer server(echo);
    HttpPool pool({});
    static_cast<void>(ask(pool, chat_request(server, "first")));
    server.next({Fault::closed});
    const HttpReply reply = ask(pool, chat_request(server, "second"));
    CHECK(reply.trouble == Trouble::dropped);
    CHECK(server.requests(chat_request(server, "second").body) == 1);
    CHECK(ask(pool, chat_request(server, "third")).status == 200);
}

TEST_CASE("HttpPool: an attempt ends at its timeout", "[openai][http]") {
    FaultServer server(echo);
    server.settings({.slow_seconds = 0.8});
    server.next({Fault::slow});
    const HttpReply reply = ask(chat_request(server, "x"), {.timeout_seconds = 0.2});
    CHECK(reply.trouble == Trouble::timed_out);
    CHECK(reply.body.empty());
}

TEST_CASE("HttpPool: a reply beyond the limit is too large, at the limit is not",
          "[openai][http]") {
    FaultServer server(echo);
    const HttpRequest request = chat_request(server, std::string(5000, 'x'));
    const std::size_t size = ask(request).body.size();
    CHECK(ask(request, {.largest_reply = size}).status == 200);
    const HttpReply reply = ask(request, {.largest_reply = size - 1});
    CHECK(reply.trouble == Trouble::too_large);
    CHECK(reply.detail == "a reply of more than " + std::to_string(size - 1) + " bytes");
}

TEST_CASE("HttpPool: what cannot be reached is unreachable", "[openai][http]") {
    std::string url;
    {
        FaultServer gone(echo);
        url = gone.base_url() + "/models";
    }
    for (const std::string& address :
         {url, std::string("nonsense://127.0.0.1/"), std::string("http://")}) {
        const HttpReply reply = ask({.url = address, .bearer = "", .body = ""});
        CHECK(reply.trouble == Trouble::unreachable);
        CHECK_FALSE(reply.detail.empty());
    }
}

TEST_CASE("HttpPool: a key cannot bring a header of its own", "[openai][http]") {
    FaultServer server(echo);
    HttpRequest request = chat_request(server, "x");
    request.bearer = "sk-abcdefgh\r\nX-Other: 1";
    const HttpReply reply = ask(request);
    CHECK(reply.trouble == Trouble::unreachable);
    CHECK(reply.detail.find("sk-") == std::string::npos);
    CHECK(server.requests() == 0);
}

TEST_CASE("HttpPool: a key that the server repeats is struck out", "[openai][http]") {
    FaultServer server(
        [](const auto&) { return ChatAnswer{"your key is sk-wrong/key+1= as sent"}; });
    HttpRequest request = chat_request(server, "x");
    request.bearer = "sk-wrong/key+1=";
    HttpReply reply = ask(request);  // in an answer
    CHECK(content_of(reply) == "your key is *** as sent");
    server.settings({.key = "the right one"});
    reply = ask(request);  // in an error
    CHECK(reply.status == 401);
    CHECK(reply.body.find("Incorrect API key provided: Bearer ***.") != std::string::npos);
    request.bearer = "no";  // too short to be looked for in answers
    server.settings({});
    CHECK(content_of(ask(request)) == "your key is sk-wrong/key+1= as sent");
}

TEST_CASE("redacted: every occurrence, also with escaped slashes", "[openai][http]") {
    CHECK(adapters::redacted("a KEY b KEYKEY", "KEY") == "a *** b ******");
    CHECK(adapters::redacted(R"({"k": "a\/b/c", "l": "a\/b\/c"})", "a/b/c") ==
          R"({"k": "a\/b/c", "l": "***"})");
    CHECK(adapters::redacted("nothing", "") == "nothing");
    CHECK(adapters::redacted("**", "*") == "******");
}

TEST_CASE("HttpPool: with nothing in flight it waits and gives none", "[openai][http]") {
    HttpPool pool({});
    CHECK(pool.wait(0.01).empty());
    CHECK(pool.in_flight() == 0);
}

TEST_CASE("HttpPool: what is in flight may be left behind", "[openai][http]") {
    FaultServer server(echo);
    server.settings({.latency_seconds = 0.2});
    {
        HttpPool pool({});
        for (std::uint64_t i = 0; i < 8; ++i) pool.start(i, chat_request(server, "x"));
        static_cast<void>(pool.wait(0.01));
    }
    CHECK(ask(chat_request(server, "y")).status == 200);
}

}  // namespace truegap::test
