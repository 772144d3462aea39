#include "adapters/openai/settings.hpp"

#include <cstdlib>

#include "tests/adapters/openai/questions.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::test {

namespace {

void refuses(const std::string& json, const std::string& says) {
    INFO(json);
    try {
        static_cast<void>(settings_of(json));
        FAIL("was taken");
    } catch (const adapters::InputError& error) {
        INFO(error.what());
        CHECK(std::string(error.what()).starts_with("s.json: /predictors/0"));
        CHECK(std::string(error.what()).find(says) != std::string::npos);
        const bool helps = std::string(error.what()).find("allowed: ") != std::string::npos ||
                           std::string(error.what()).find("it is required") != std::string::npos;
        CHECK(helps);
    }
}

}  // namespace

TEST_CASE("OpenaiSettings: what is not said has its default", "[openai][settings]") {
    const auto settings = settings_of(R"({"answer": {"form": "ranking"}})");
    CHECK(settings.label == "openai(test-model)");
    CHECK(settings.sampling.temperature == 0.0);
    CHECK(settings.sampling.top_p == 1.0);
    CHECK(settings.sampling.seed == 7U);
    CHECK(settings.answer.samples == 1);
    CHECK(settings.limits.in_flight == 16);
    CHECK(settings.stated == adapters::Capabilities{});
    CHECK(settings_of(R"({"answer": {"form": "choice", "samples": 20}})").sampling.temperature ==
          1.0);
}

TEST_CASE("OpenaiSettings: everything that is said is read", "[openai][settings]") {
    const auto settings = settings_of(R"({"name": "mine", "base_url": "https://a.example/v1//",
        "key_env": "SOME_KEY", "answer": {"form": "choice", "samples": 21, "per_request": 5},
        "sampling": {"temperature": 0.7, "top_p": null, "max_tokens": 9, "seed": null},
        "limits": {"in_flight": 3, "attempts": 2, "timeout": 5, "requests_per_minute": 60,
                   "tokens_per_minute": 1000, "requests": 7, "tokens": 8, "give_up_seconds": 9,
                   "same_failures": 4},
        "schema": false, "capabilities": {"logprobs": 5, "token_limit": "max_completion_tokens"}})");
    CHECK(settings.label == "mine");
    CHECK(settings.base_url == "https://a.example/v1");
    CHECK(settings.key_env == "SOME_KEY");
    CHECK(settings.answer.form == adapters::AnswerForm::choice);
    CHECK(adapters::requests_per_question(settings.answer) == 5);
    CHECK(settings.sampling.temperature == 0.7);
    CHECK_FALSE(settings.sampling.top_p);
    CHECK_FALSE(settings.sampling.seed);
    CHECK(settings.sampling.max_tokens == 9);
    CHECK(settings.limits.in_flight == 3);
    CHECK(settings.limits.attempts == 2);
    CHECK(settings.limits.http.timeout_seconds == 5.0);
    CHECK(settings.limits.most_requests == 7);
    CHECK(settings.limits.most_tokens == 8);
    CHECK(settings.limits.give_up_seconds == 9.0);
    CHECK(settings.limits.same_failures == 4);
    CHECK(settings.stated.schema == false);
    CHECK(settings.stated.logprobs == 5U);
    CHECK(settings.stated.completion_tokens == true);
    CHECK_FALSE(settings.stated.seed);
}

TEST_CASE("OpenaiSettings: what is wrong is refused at its place", "[openai][settings]") {
    refuses(R"({})", "/answer: is missing");
    refuses(R"({"answer": {}})", "/form: is missing");
    refuses(R"({"answer": {"form": "rank"}})", "the nearest known one is \"ranking\"");
    refuses(R"({"answer": {"form": "choice"}})", "/answer/samples: is missing");
    refuses(R"({"answer": {"form": "logprobs", "top": 21}})", "from 1 to 20");
    refuses(R"({"answer": {"form": "logprobs", "samples": 2}})", "unknown key");
    refuses(R"({"answer": {"form": "percentages", "top": 2}})", "unknown key");
    refuses(R"({"answer": {"form": "ranking", "samples": 3}})", "temperature 0");
    refuses(R"({"answer": {"form": "ranking"}, "base_url": "api.example"})", "http://");
    refuses(R"({"answer": {"form": "ranking"}, "base_url": "http://me:secret@a"})", "http://");
    refuses(R"({"answer": {"form": "ranking"}, "model": ""})", "/model");
    refuses(R"({"answer": {"form": "ranking"}, "key_env": "sk-abc"})", "name of a variable");
    refuses(R"({"answer": {"form": "ranking"}, "schema": 1})", "\"auto\", true or false");
    refuses(R"({"answer": {"form": "ranking"}, "schema": true, "capabilities": {"schema": true}})",
            "one of the two");
    refuses(R"({"answer": {"form": "ranking"}, "sampling": {"temperature": -1}})", "/temperature");
    refuses(R"({"answer": {"form": "ranking"}, "limits": {"in_flight": 0}})", "/in_flight");
    refuses(R"({"answer": {"form": "ranking"}, "api_key": "x"})", "unknown key");
}

TEST_CASE("secret_key: comes from the environment alone", "[openai][settings]") {
    auto settings = settings_of(R"({"answer": {"form": "ranking"}})");
    CHECK(adapters::secret_key(settings).empty());
    settings.key_env = "TRUEGAP_TEST_KEY_THAT_IS_NOT_SET";
    CHECK_THROWS_AS(adapters::secret_key(settings), adapters::InputError);
    settings.key_env = "TRUEGAP_TEST_KEY";
    ::setenv("TRUEGAP_TEST_KEY", "sk-1234", 1);
    CHECK(adapters::secret_key(settings) == "sk-1234");
    ::setenv("TRUEGAP_TEST_KEY", "sk-1234\r\nX: y", 1);
    CHECK_THROWS_AS(adapters::secret_key(settings), adapters::InputError);
    ::unsetenv("TRUEGAP_TEST_KEY");
}

}  // namespace truegap::test
