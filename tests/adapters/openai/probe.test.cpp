#include "adapters/openai/probe.hpp"

#include <nlohmann/json.hpp>

#include "sim/study.hpp"

#include "tests/adapters/openai/fault_server.hpp"
#include "tests/adapters/openai/questions.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::test {

using adapters::Capabilities;

namespace {

const std::atomic<bool> go_on{false};

// Answers with JSON where a schema is asked for, and with the first `letters` letters of a label as the
// first token.
FaultServer::Answer model(std::size_t letters = 2) {
    return [letters](const adapters::Json& request) {
        const auto text = request["messages"].back()["content"].get<std::string>();
        ChatAnswer answer{.content = request.contains("response_format") ? R"({"letter": "A"})"
                                                                         : "Letter A."};
        answer.first_token = {{text.substr(text.size() - 2).substr(0, letters), -0.1}};
        return answer;
    };
}

adapters::OpenaiSettings settings_for(const FaultServer& server, const std::string& more = "") {
    return settings_of(R"({"answer": {"form": "ranking"},
        "limits": {"first_pause": 0.001, "longest_pause": 0.01, "attempts": 4})" +
                           more + "}",
                       server.base_url());
}

Capabilities probed(const FaultServer& server, bool two_letters = false) {
    return adapters::probe(settings_for(server), {}, two_letters, "", go_on);
}

}  // namespace

TEST_CASE("probe: a server that can do everything", "[openai][probe]") {
    const FaultServer server(model());
    Capabilities expected = able();
    expected.two_letters.reset();
    CHECK(probed(server) == expected);
    CHECK(probed(server, true) == able());
    for (const auto& seen : server.seen()) {
        const auto body = adapters::Json::parse(seen.body);
        CHECK(body.contains("temperature"));
        CHECK(body.contains("top_p"));
    }
}

TEST_CASE("probe: what a server refuses or does not know is not there", "[openai][probe]") {
    FaultServer server(model());
    FaultServer::Settings settings;
    settings.unsupported = {"max_tokens"};
    server.settings(settings);
    CHECK(probed(server).completion_tokens == true);
    settings.unsupported = {"seed"};
    server.settings(settings);
    CHECK(probed(server).seed == false);
    CHECK(probed(server).completion_tokens == false);
    settings.unsupported = {"max_tokens", "seed", "response_format", "logprobs"};
    settings.ignores_n = true;
    server.settings(settings);
    const Capabilities few = probed(server);
    CHECK(few.completion_tokens == true);
    CHECK(few.seed == false);
    CHECK(few.schema == false);
    CHECK(few.logprobs == 0U);
    CHECK(few.several == false);
    settings = {};
    settings.most_logprobs = 5;
    server.settings(settings);
    CHECK(probed(server).logprobs == 5U);
    settings.ignores_logprobs = true;
    server.settings(settings);
    CHECK(probed(server).logprobs == 0U);
}

TEST_CASE("probe: a server that takes a schema and does not know it", "[openai][probe]") {
    const FaultServer server([](const auto&) { return ChatAnswer{"The letter A."}; });
    CHECK(probed(server).schema == false);
}

TEST_CASE("probe: labels whose first tokens are the same are found", "[openai][probe]") {
    const FaultServer apart(model(2));
    const FaultServer same(model(1));
    CHECK(probed(apart, true).two_letters == true);
    const Capabilities found = probed(same, true);
    CHECK(found.two_letters == false);
    const auto settings = settings_of(R"({"answer": {"form": "logprobs"}})");
    CHECK_NOTHROW(adapters::refuse_unable(settings, found, 26));
    CHECK_THROWS_WITH(adapters::refuse_unable(settings, found, 27),
                      Catch::Contains("up to 26 candidates"));
    CHECK_NOTHROW(adapters::refuse_unable(settings, able(), 50));
    Capabilities none = able();
    none.logprobs = 0;
    CHECK_THROWS_WITH(adapters::refuse_unable(settings, none, 5), Catch::Contains("tells none"));
}

TEST_CASE("probe: what is known is not asked again", "[openai][probe]") {
    const FaultServer server(model());
    CHECK(adapters::probe(settings_for(server), able(), true, "", go_on) == able());
    CHECK(server.requests() == 0);
    Capabilities known = able();
    known.several.reset();
    CHECK(adapters::probe(settings_for(server), known, true, "", go_on) == able());
    CHECK(server.requests() == 1);
}

TEST_CASE("probe: goes through a server's faults", "[openai][probe]") {
    FaultServer server(model());
    server.next({Fault::too_many,
                 Fault::invalid_json,
                 Fault::internal_error,
                 Fault::closed,
                 Fault::empty_choices,
                 Fault::half});
    CHECK(probed(server, true) == able());
}

TEST_CASE("probe: what cannot go on is said in the server's words, without the key",
          "[openai][probe]") {
    FaultServer server(model());
    FaultServer::Settings settings;
    settings.key = "sk-right-key";
    server.settings(settings);
    try {
        static_cast<void>(adapters::probe(settings_for(server), {}, false, "sk-wrong-key", go_on));
        FAIL("a wrong key was taken");
    } catch (const adapters::SystemError& error) {
        CHECK(std::string(error.what()).find("status 401") != std::string::npos);
        CHECK(std::string(error.what()).find("sk-wrong") == std::string::npos);
    }
    settings = {};
    settings.unsupported = {"temperature"};
    server.settings(settings);
    CHECK_THROWS_WITH(probed(server), Catch::Contains("\"temperature\": null"));
    settings = {};
    settings.models = {"another"};
    server.settings(settings);
    CHECK_THROWS_WITH(probed(server), Catch::Contains("does not exist"));
    const std::atomic<bool> stop{true};
    CHECK_THROWS_AS(adapters::probe(settings_for(server), {}, false, "", stop), sim::Interrupted);
}

}  // namespace truegap::test
