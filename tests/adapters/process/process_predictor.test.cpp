#include "adapters/process/process_predictor.hpp"

#include <catch2/catch.hpp>

#include "adapters/io/input_error.hpp"

using namespace truegap;
using adapters::Question;

namespace {

std::vector<Question> two_questions() {
    Question first{.context_id = "0/0",
                   .user = "",
                   .group = {{.name = "age", .value = "old"}},
                   .history = {"Tosu"},
                   .candidates = {"Kavi", "Lemo", "Tosu"},
                   .order = {2, 0, 1},
                   .examples = {},
                   .top = 2};
    Question second = first;
    second.context_id = "0/1";
    return {first, second};
}

std::vector<metrics::Response> ask(const std::string& script, double timeout = 20.0) {
    adapters::ProcessSettings settings{
        .label = "program",
        .place = "study.json: /predictors/0",
        .call = {.command = {"sh", "-c", script}, .directory = {}, .timeout_seconds = timeout}};
    const auto questions = two_questions();
    return adapters::process_predictor(std::move(settings), nullptr)->answer(questions);
}

std::string complaint(const std::string& script, double timeout = 20.0) {
    try {
        static_cast<void>(ask(script, timeout));
    } catch (const adapters::InputError& error) {
        return error.what();
    }
    return "";
}

const std::string first = R"({"context_id": "0/0", "ranking": ["Lemo", "Kavi"]})";
const std::string second = R"({"context_id": "0/1", "probabilities": [0.5, 0.25, 0.25]})";

std::string says(const std::string& line) {
    return "echo '" + line + "'; ";
}

}  // namespace

TEST_CASE("process: answers are taken in any order", "[process]") {
    for (const auto& script : {says(first) + says(second),
                               "cat > /dev/null; " + says(second) + "echo; " + says(first)}) {
        const auto responses = ask(script);
        REQUIRE(responses.size() == 2);
        REQUIRE(responses[0].rankings.size() == 1);
        CHECK(responses[0].rankings[0] == std::vector<std::uint32_t>{1, 0});
        CHECK(responses[1].probabilities == std::vector<double>{0.5, 0.25, 0.25});
        CHECK(responses[1].faults->no_answer == metrics::NoAnswer::none);
    }
}

TEST_CASE("process: the program reads each question once, as one line", "[process]") {
    // Answers with what it read: how many lines, and the names of the first.
    const auto responses = ask(
        R"(n=0; while read -r line; do n=$((n + 1)); case $line in *'"context_id":"0/0"'*'"candidates":["Kavi","Lemo","Tosu"]'*'"shown":[2,0,1]'*'"top":2'*) )" +
        says(first) + R"(;; *) )" + says(second) + R"(;; esac; done; [ $n = 2 ] || exit 9)");
    CHECK(responses[0].rankings[0] == std::vector<std::uint32_t>{1, 0});
}

TEST_CASE("process: every way of failing names the context", "[process]") {
    const std::string start = "study.json: /predictors/0: \"sh\" ";
    CHECK(complaint(says(first) + "exit 4") ==
          start + "ended with exit code 4 before it answered \"0/1\"");
    CHECK(complaint(says(second) + "echo 'out of memory' >&2; kill -KILL $$") ==
          start +
              "was ended by signal 9 before it answered \"0/0\"; its last words: \"out of "
              "memory\"");
    CHECK(complaint(says(first) + "sleep 30", 0.3) ==
          start + "said nothing for 0.3 seconds before it answered \"0/1\"");
    CHECK(complaint(says(first)) ==
          start +
              "ended without an answer to 1 of 2 questions, the first of them \"0/1\" "
              "(allowed: one line each)");
    CHECK(complaint(says(first) + "echo 'Loading model...'; " + says(second))
              .starts_with(start + "wrote line 2, which is no response: \"Loading model...\" ("));
    CHECK(complaint(says(first) + says(second) + says(first)) ==
          start +
              "wrote line 3, which answers \"0/0\" (allowed: each context_id and user that it "
              "was asked, once)");
    CHECK(complaint(says(first) + says(R"({"context_id": "7/7", "ranking": []})"))
              .starts_with(start + "wrote line 2, which answers \"7/7\""));
    CHECK(complaint(says(first) + says(second) + "exit 1") ==
          start + "ended with exit code 1 after it had answered everything");
    CHECK(complaint(says(first) + says(R"({"context_id": "0/1", "logits": [1, 2]})"))
              .find("has 2 numbers (allowed: one a candidate, which are 3)") != std::string::npos);
}

TEST_CASE("process: settings are checked", "[process]") {
    const auto refuse = [](const char* text) {
        const adapters::Json json = adapters::parse_json(text, "study.json");
        try {
            static_cast<void>(adapters::read_process(
                adapters::JsonNode(json, "study.json", "/predictors/0"), "."));
        } catch (const adapters::InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(refuse(R"({"kind": "process", "command": ["x"], "timeout": 2})").empty());
    CHECK(refuse(R"({"kind": "process"})").find("/predictors/0") != std::string::npos);
    CHECK(refuse(R"({"kind": "process", "command": []})").find("/command") != std::string::npos);
    CHECK(refuse(R"({"kind": "process", "command": "x"})").find("/command") != std::string::npos);
    CHECK(refuse(R"({"kind": "process", "command": [""]})").find("/command/0") !=
          std::string::npos);
    CHECK(refuse(R"({"kind": "process", "command": ["x"], "timeout": 0})").find("/timeout") !=
          std::string::npos);
    CHECK(refuse(R"({"kind": "process", "command": ["x"], "timeut": 1})").find("\"timeout\"") !=
          std::string::npos);
}
