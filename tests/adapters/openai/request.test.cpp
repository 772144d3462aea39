#include "adapters/openai/request.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "tests/adapters/openai/questions.hpp"

#include "adapters/io/json_text.hpp"

namespace truegap::test {

using adapters::Capabilities;
using adapters::Json;

namespace {

adapters::Asked asked_with(const std::string& settings, const Capabilities& capabilities = able()) {
    return {.settings = settings_of(settings),
            .prompts = default_prompts(),
            .capabilities = capabilities,
            .questions = {small_question("0/0"), small_question("0/1")}};
}

Json body_of(const adapters::Asked& asked, std::uint32_t sample = 0) {
    return Json::parse(adapters::write_request(asked, 0, sample).body);
}

std::string key_of(const adapters::Asked& asked, std::uint32_t sample = 0) {
    return adapters::write_request(asked, 0, sample).key;
}

const std::string ranking = R"({"answer": {"form": "ranking"}})";

}  // namespace

TEST_CASE("request: every sampling parameter is sent explicitly", "[openai][request]") {
    const Json body = body_of(asked_with(ranking));
    CHECK(body["model"] == "test-model");
    CHECK(body["temperature"] == 0.0);
    CHECK(body["top_p"] == 1.0);
    CHECK(body["max_tokens"] == 600);
    CHECK(body["seed"] == 7);
    CHECK(body["n"] == 1);
    CHECK(body["stream"] == false);
    REQUIRE(body["messages"].size() == 2);
    CHECK(body["messages"][0]["role"] == "system");
    CHECK(body["messages"][1]["role"] == "user");
    CHECK(body["messages"][1]["content"].get<std::string>().find("Vanu") != std::string::npos);
}

TEST_CASE("request: what the server cannot do is not asked of it", "[openai][request]") {
    Capabilities few;
    const Json plain = body_of(asked_with(ranking, few));
    CHECK_FALSE(plain.contains("seed"));
    CHECK_FALSE(plain.contains("response_format"));
    CHECK(plain.contains("max_tokens"));
    few.completion_tokens = true;
    const Json newer = body_of(asked_with(ranking, few));
    CHECK_FALSE(newer.contains("max_tokens"));
    CHECK(newer["max_completion_tokens"] == 600);
    few.logprobs = 5;
    const Json logprobs = body_of(asked_with(R"({"answer": {"form": "logprobs"}})", few));
    CHECK(logprobs["logprobs"] == true);
    CHECK(logprobs["top_logprobs"] == 5);
    CHECK(body_of(asked_with(R"({"answer": {"form": "logprobs"}})"))["top_logprobs"] == 20);
}

TEST_CASE("request: schemas say how many items, and do not tell their order", "[openai][request]") {
    const Json list = body_of(asked_with(ranking))["response_format"]["json_schema"];
    CHECK(list["strict"] == true);
    CHECK(list["schema"]["properties"]["ranking"]["minItems"] == 2);
    CHECK(list["schema"]["properties"]["ranking"]["maxItems"] == 2);
    auto asked = asked_with(R"({"answer": {"form": "percentages"}})");
    const Json one = body_of(asked)["response_format"];
    std::swap(asked.questions[0].candidates[0], asked.questions[0].candidates[2]);
    CHECK(body_of(asked)["response_format"] == one);
    CHECK(one["json_schema"]["schema"]["properties"]["percentages"]["required"] ==
          Json({"Mira", "Tosk", "Vanu"}));
    CHECK_FALSE(body_of(asked_with(R"({"answer": {"form": "choice", "samples": 2}})"))
                    .contains("response_format"));
}

TEST_CASE("request: several samples have seeds of their own, or share requests",
          "[openai][request]") {
    const auto one_each = asked_with(R"({"answer": {"form": "choice", "samples": 3}})");
    CHECK(body_of(one_each, 0)["seed"] == 7);
    CHECK(body_of(one_each, 2)["seed"] == 9);
    CHECK(body_of(one_each, 2)["n"] == 1);
    const auto shared =
        asked_with(R"({"answer": {"form": "choice", "samples": 7, "per_request": 3}})");
    CHECK(adapters::requests_per_question(shared.settings.answer) == 3);
    CHECK(body_of(shared, 0)["n"] == 3);
    CHECK(body_of(shared, 2)["n"] == 1);
}

TEST_CASE("request key: the same for the same request, whoever asks", "[openai][request]") {
    const auto asked = asked_with(ranking);
    CHECK(key_of(asked) == key_of(asked));
    CHECK(key_of(asked).size() == 64);
    // The context's name is not part of what is asked.
    CHECK(adapters::write_request(asked, 0, 0).key == adapters::write_request(asked, 1, 0).key);
    CHECK(key_of(asked_with(R"({"answer": {"form": "ranking"}, "name": "other", "key_env": "K",
        "limits": {"in_flight": 2, "attempts": 3, "requests": 9}})")) == key_of(asked));
}

TEST_CASE("request key: different for everything that may change the answer", "[openai][request]") {
    Capabilities plain = able();
    plain.schema = false;
    Capabilities unseeded = able();
    unseeded.seed = false;
    const std::string choices = R"({"answer": {"form": "choice", "samples": 3}})";
    std::set<std::string> keys{
        key_of(asked_with(ranking)),
        key_of(asked_with(ranking, plain)),
        key_of(asked_with(ranking, unseeded)),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "model": "b"})")),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "base_url": "http://127.0.0.1:2"})")),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "sampling": {"seed": 8}})")),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "sampling": {"temperature": 1}})")),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "sampling": {"top_p": 0.5}})")),
        key_of(asked_with(R"({"answer": {"form": "ranking"}, "sampling": {"max_tokens": 5}})")),
        key_of(asked_with(choices), 0),
        key_of(asked_with(choices), 1),
        // Samples stay apart where the server takes no seed and their bodies are the same.
        key_of(asked_with(choices, unseeded), 0),
        key_of(asked_with(choices, unseeded), 1)};
    CHECK(keys.size() == 13);
    const auto unseeded_choices = asked_with(choices, unseeded);
    CHECK(adapters::write_request(unseeded_choices, 0, 0).body ==
          adapters::write_request(unseeded_choices, 0, 1).body);
    auto other = asked_with(ranking);
    other.questions[0].order = {0, 1, 2};
    CHECK(keys.count(key_of(other)) == 0);
    other = asked_with(ranking);
    other.questions[0].history.clear();
    CHECK(keys.count(key_of(other)) == 0);
}

TEST_CASE("estimated_tokens: by script", "[openai][request]") {
    CHECK(adapters::estimated_tokens(std::string_view("")) == 0);
    CHECK(adapters::estimated_tokens(std::string_view("abcdefgh")) == 2);
    CHECK(adapters::estimated_tokens(std::string_view("东京")) == 2);
    CHECK(adapters::estimated_tokens(std::string_view("नमस्ते")) == 6);
    CHECK(adapters::estimated_tokens(std::string_view("سلام")) == 4);
    CHECK(adapters::estimated_tokens(std::string_view("éé")) == 1);
    CHECK(adapters::estimated_tokens(std::string_view("\xFF\x80\x80")) <= 3);
}

TEST_CASE("plan_requests: the same request is planned once", "[openai][request]") {
    const auto asked = asked_with(ranking);  // two contexts that are shown the same
    std::unordered_set<std::string> seen;
    const adapters::RequestPlan plan = adapters::plan_requests(asked, nullptr, seen);
    CHECK(plan.requests == 1);
    CHECK(plan.repeated == 1);
    CHECK(plan.open.size() == 1);
    CHECK(plan.prompt_tokens > 50);
    CHECK(plan.answer_tokens == 600);
}

}  // namespace truegap::test
