#include "adapters/openai/reply.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/adapters/openai/questions.hpp"

namespace truegap::test {

using adapters::AnswerForm;
using adapters::Json;
using adapters::Reply;
using metrics::NoAnswer;

namespace {

std::string choices(const std::string& list) {
    return R"({"model": "m-1", "system_fingerprint": "fp", "usage": {"prompt_tokens": 11,
               "completion_tokens": 5}, "choices": [)" +
           list + "]}";
}
std::string says(const std::string& content, const std::string& finish = "stop") {
    return R"({"message": {"content": )" + content + R"(}, "finish_reason": ")" + finish + R"("})";
}

metrics::Response response(const std::string& answer, const std::vector<std::string>& lists) {
    const auto settings =
        settings_of(R"({"answer": )" + answer + R"(, "sampling": {"temperature": 1}})");
    std::vector<Reply> replies;
    for (const std::string& list : lists) {
        auto read = adapters::read_reply(choices(list), 1);
        INFO(list << ": " << read.defect);
        REQUIRE(read.reply);
        replies.push_back(std::move(*read.reply));
    }
    const adapters::Question question = small_question("0/0");
    return adapters::response_of(
        settings.answer,
        replies,
        question,
        adapters::write_prompt(default_prompts(), question, settings.answer.form));
}

const std::string ranking = R"({"form": "ranking"})";

}  // namespace

TEST_CASE("read_reply: every shape of content that servers send", "[openai][reply]") {
    const std::vector<std::pair<std::string, std::string>> shapes{
        {says(R"("a")"), "a"},
        {says(R"([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])"), "ab"},
        {says(R"(["a", "b"])"), "ab"},
        {says("null"), ""},
        {says(R"([{"type": "image"}])"), ""},
        {says("5"), ""},
        {R"({"message": {}})", ""},
        {R"({"message": {"content": "a"}, "finish_reason": null})", "a"},
        {R"({"message": {"content": "a", "refusal": null, "tool_calls": []}, "index": 0})", "a"}};
    for (const auto& [shape, content] : shapes) {
        INFO(shape);
        const auto read = adapters::read_reply(choices(shape), 1);
        REQUIRE(read.reply);
        CHECK(read.reply->choices.at(0).content == content);
        CHECK(read.reply->prompt_tokens == 11);
        CHECK(read.reply->completion_tokens == 5);
        CHECK(read.reply->fingerprint == "fp");
        CHECK(read.reply->model == "m-1");
    }
}

TEST_CASE("read_reply: what is no answer says why, and nothing throws", "[openai][reply]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "invalid JSON"},
        {"{", "invalid JSON"},
        {"<html>", "invalid JSON"},
        {"[]", "invalid JSON"},
        {std::string("{\"choices\": \"\xFF\"}"), "invalid JSON"},
        {std::string(100000, '['), "invalid JSON"},
        {"{}", "no choices"},
        {R"({"choices": []})", "no choices"},
        {R"({"choices": null})", "no choices"},
        {R"({"choices": {}})", "no choices"},
        {R"({"choices": [1]})", "no choices"},
        {R"({"choices": [{"text": "old"}]})", "no choices"},
        {R"({"error": {"message": "overloaded"}})", "error: overloaded"},
        {R"({"error": "overloaded"})", "error: overloaded"}};
    for (const auto& [body, defect] : cases) {
        INFO(body.substr(0, 100));
        const auto read = adapters::read_reply(body, 1);
        CHECK_FALSE(read.reply);
        CHECK(read.defect == defect);
    }
    CHECK(adapters::read_reply(choices(says("\"a\"")), 2).defect == "fewer choices than asked for");
}

TEST_CASE("read_reply: choices in the order of their index", "[openai][reply]") {
    const auto read = adapters::read_reply(choices(R"({"index": 1, "message": {"content": "b"}},
                   {"index": 0, "message": {"content": "a"}})"),
                                           2);
    REQUIRE(read.reply);
    CHECK(read.reply->choices[0].content == "a");
    CHECK(read.reply->choices[1].content == "b");
}

TEST_CASE("read_reply: log-probabilities of the first token, the chosen one among them",
          "[openai][reply]") {
    const std::vector<std::string> shapes{
        R"({"content": [{"token": "A", "logprob": -0.5, "top_logprobs": [
            {"token": "B", "logprob": -1.5}, {"token": "A", "logprob": -0.5}]},
            {"token": "x", "logprob": -0.1, "top_logprobs": []}]})",
        R"({"content": [{"token": "A", "logprob": -0.5,
                         "top_logprobs": [{"token": "B", "logprob": -1.5}]}]})",
        R"({"tokens": ["A", "x"], "token_logprobs": [-0.5, -3],
            "top_logprobs": [{"B": -1.5, "A": -0.5}, {}]})"};
    for (const std::string& shape : shapes) {
        INFO(shape);
        const auto read = adapters::read_reply(
            choices(R"({"message": {"content": "A"}, "logprobs": )" + shape + "}"), 1);
        REQUIRE(read.reply);
        auto tokens = read.reply->choices[0].first_token;
        REQUIRE(tokens.size() == 2);
        for (const auto& token : tokens) CHECK(token.logprob == (token.token == "A" ? -0.5 : -1.5));
    }
    for (const std::string none : {"null",
                                   "{}",
                                   R"({"content": null})",
                                   R"({"content": []})",
                                   R"({"content": [{"token": 1, "logprob": "x"}]})",
                                   R"({"content": [{"top_logprobs": [1, {}]}]})"}) {
        INFO(none);
        const auto read = adapters::read_reply(
            choices(R"({"message": {"content": "A"}, "logprobs": )" + none + "}"), 1);
        REQUIRE(read.reply);
        CHECK(read.reply->choices[0].first_token.empty());
    }
}

TEST_CASE("response_of: silence, refusal and nonsense are told apart", "[openai][reply]") {
    const std::vector<std::pair<std::string, NoAnswer>> cases{
        {says(R"("{\"ranking\": [\"Mira\", \"Vanu\"]}")"), NoAnswer::none},
        {says("null", "length"), NoAnswer::empty},
        {says(R"("")"), NoAnswer::empty},
        {says(R"(" \n ")"), NoAnswer::empty},
        {R"({"message": {"content": null, "reasoning_content": "Let me think"}, "finish_reason": "length"})",
         NoAnswer::empty},
        {R"({"message": {"content": null, "refusal": "No."}})", NoAnswer::refused},
        {says(R"("Mira")", "content_filter"), NoAnswer::refused},
        {says(R"("12345")"), NoAnswer::unreadable}};
    for (const auto& [choice, expected] : cases) {
        INFO(choice);
        const metrics::Response read = response(ranking, {choice});
        REQUIRE(read.faults);
        CHECK(read.faults->no_answer == expected);
        CHECK(read.rankings.empty() == (expected != NoAnswer::none));
    }
}

TEST_CASE("response_of: a ranking that was cut says so and keeps what was said",
          "[openai][reply]") {
    const metrics::Response read =
        response(ranking, {says(R"("{\"ranking\": [\"Vanu\", \"Mi")", "length")});
    CHECK(read.faults->cut);
    REQUIRE(read.rankings.size() == 1);
    REQUIRE_FALSE(read.rankings[0].empty());
    CHECK(read.rankings[0][0] == 2);
}

TEST_CASE("response_of: samples are counted one by one", "[openai][reply]") {
    const metrics::Response choices_read =
        response(R"({"form": "choice", "samples": 4})",
                 {says(R"("Mira")"), says(R"("Vanu")"), says(R"("Nobody at all")"), says("null")});
    CHECK(choices_read.choices ==
          std::vector<std::uint32_t>{0, 2, metrics::no_candidate, metrics::no_candidate});
    CHECK(choices_read.faults->no_answer == NoAnswer::none);
    CHECK(choices_read.faults->unknown == 1);
    const metrics::Response rankings_read = response(
        R"({"form": "ranking", "samples": 3})",
        {says(R"("[\"Mira\", \"Vanu\"]")"), says("null"), says(R"("[\"Tosk\", \"Mira\"]")")});
    REQUIRE(rankings_read.rankings.size() == 2);
    CHECK(rankings_read.rankings[1] == std::vector<std::uint32_t>{1, 0});
    CHECK(rankings_read.faults->missing == 2);
    const metrics::Response none = response(R"({"form": "choice", "samples": 3})",
                                            {says("null"), says("null"), says("\"?\"")});
    CHECK(none.choices.empty());
    CHECK(none.faults->no_answer == NoAnswer::empty);
}

TEST_CASE("response_of: log-probabilities by label, those not named are completed",
          "[openai][reply]") {
    // Shown: A. Vanu, B. Mira, C. Tosk.
    const metrics::Response read = response(
        R"({"form": "logprobs"})",
        {R"({"message": {"content": "A"}, "logprobs": {"content": [{"token": "A", "logprob": -0.5,
             "top_logprobs": [{"token": "A", "logprob": -0.5}, {"token": "B", "logprob": -1.5},
                              {"token": "the", "logprob": -3}]}]}})"});
    REQUIRE(read.logprobs.size() == 3);
    CHECK(read.logprobs[2] == Approx(-0.5));
    CHECK(read.logprobs[0] == Approx(-1.5));
    CHECK(std::isnan(read.logprobs[1]));
    REQUIRE(read.probabilities.size() == 3);
    CHECK(read.probabilities[1] > 0.0);
    CHECK_FALSE(read.faults->cut);
    const metrics::Response none = response(R"({"form": "logprobs"})", {says(R"("A")")});
    CHECK(none.faults->no_answer != NoAnswer::none);
}

TEST_CASE("error_message: the server's words on one line, whatever their shape",
          "[openai][reply]") {
    CHECK(adapters::error_message(R"({"error": {"message": "too\nmany"}})") == "too many");
    CHECK(adapters::error_message(R"({"error": "x"})") == "x");
    CHECK(adapters::error_message(R"({"message": "x", "error": null})") == "x");
    CHECK(adapters::error_message(R"({"detail": [{"loc": ["n"]}]})") == R"([{"loc":["n"]}])");
    CHECK(adapters::error_message("<html>\n503") == "<html> 503");
    CHECK(adapters::error_message("").empty());
    CHECK(adapters::error_message(std::string(5000, 'x')).size() < 400);
}

}  // namespace truegap::test
