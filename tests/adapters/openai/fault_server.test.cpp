#include "tests/adapters/openai/fault_server.hpp"

#include <nlohmann/json.hpp>

#include "tests/adapters/openai/support.hpp"

namespace truegap::test {

using adapters::HttpPool;
using adapters::HttpReply;
using adapters::HttpRequest;
using adapters::Json;

namespace {

HttpReply ask(const FaultServer& server, const Json& body) {
    HttpPool pool({});
    pool.start(0,
               {.url = server.base_url() + "/chat/completions", .bearer = "", .body = body.dump()});
    std::vector<HttpPool::Finished> finished;
    for (int i = 0; i < 200 && finished.empty(); ++i) finished = pool.wait(0.1);
    REQUIRE(finished.size() == 1);
    return finished.front().reply;
}

Json request() {
    return {{"model", "test-model"},
            {"messages", Json::array({{{"role", "user"}, {"content", "which?"}}})}};
}

ChatAnswer labels(const Json& /*request*/) {
    return {.content = "A", .first_token = {{"A", -0.1}, {"B", -2.5}, {" A", -4.0}, {"C", -5.0}}};
}

Json top_of(const HttpReply& reply) {
    return Json::parse(reply.body)["choices"][0]["logprobs"]["content"][0]["top_logprobs"];
}

}  // namespace

TEST_CASE("FaultServer: log-probabilities where they are asked for, as many as asked",
          "[openai][server]") {
    FaultServer server(labels);
    Json body = request();
    CHECK(Json::parse(ask(server, body).body)["choices"][0]["logprobs"].is_null());
    body["logprobs"] = true;
    body["top_logprobs"] = 3;
    Json top = top_of(ask(server, body));
    REQUIRE(top.size() == 3);
    CHECK(top[1]["token"] == "B");
    CHECK(top[1]["logprob"] == -2.5);
    server.next({Fault::missing_labels});
    top = top_of(ask(server, body));
    REQUIRE(top.size() == 2);
    CHECK(top[1]["token"] == " A");
    body["top_logprobs"] = 21;
    const HttpReply refused = ask(server, body);
    CHECK(refused.status == 400);
    CHECK(Json::parse(refused.body)["error"]["param"] == "top_logprobs");
}

TEST_CASE("FaultServer: several choices, or one where n is ignored", "[openai][server]") {
    FaultServer server(labels);
    Json body = request();
    body["n"] = 3;
    CHECK(Json::parse(ask(server, body).body)["choices"].size() == 3);
    server.settings({.ignores_n = true});
    CHECK(Json::parse(ask(server, body).body)["choices"].size() == 1);
}

TEST_CASE("FaultServer: the faults of an answer are a 200 that says what it says",
          "[openai][server]") {
    FaultServer server(labels);
    const auto met = [&](Fault fault) {
        server.next({fault});
        const HttpReply reply = ask(server, request());
        CHECK(reply.status == 200);
        return Json::parse(reply.body, nullptr, false);
    };
    CHECK(met(Fault::invalid_json).is_discarded());
    CHECK(met(Fault::empty_choices)["choices"].empty());
    const Json refused = met(Fault::refusal)["choices"][0]["message"];
    CHECK(refused["content"].is_null());
    CHECK(refused["refusal"] == "I cannot help with that.");
    CHECK(met(Fault::content_filter)["choices"][0]["finish_reason"] == "content_filter");
    CHECK(server.answered(request().dump()) == 0);
}

TEST_CASE("FaultServer: an unsupported parameter is named", "[openai][server]") {
    FaultServer server(labels);
    server.settings({.unsupported = {"seed"}});
    Json body = request();
    CHECK(ask(server, body).status == 200);
    body["seed"] = 1;
    const HttpReply reply = ask(server, body);
    CHECK(reply.status == 400);
    const Json error = Json::parse(reply.body)["error"];
    CHECK(error["param"] == "seed");
    CHECK(error["code"] == "unsupported_parameter");
}

TEST_CASE("FaultServer: the plan of faults does not depend on the order of arrival",
          "[openai][server]") {
    const auto met = [](const std::vector<int>& order) {
        FaultServer server(echo);
        server.settings({.slow_seconds = 0.0});
        server.faults(0.5, 4);
        std::map<std::string, std::vector<Fault>> plan;
        Json body = request();
        for (const int i : order) {
            body["messages"][0]["content"] = "number " + std::to_string(i % 10);
            static_cast<void>(ask(server, body));
        }
        for (const auto& one : server.seen()) plan[one.body].push_back(one.fault);
        return plan;
    };
    std::vector<int> order(40);
    for (int i = 0; i < 40; ++i) order[static_cast<std::size_t>(i)] = i;
    const auto plan = met(order);
    CHECK(met({order.rbegin(), order.rend()}) == plan);
    std::size_t faults = 0;
    for (const auto& [body, met_by] : plan)
        for (const Fault fault : met_by) faults += fault == Fault::none ? 0U : 1U;
    CHECK(faults > 10);
    CHECK(faults < 30);
}

}  // namespace truegap::test
