#include "adapters/io/targets.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "adapters/io/input_error.hpp"

using namespace truegap;
using adapters::Target;

namespace {

std::vector<Target> read(const std::string& text) {
    adapters::TextSource source(text);
    return adapters::read_targets(source, "t.jsonl");
}

std::string complaint_about(const std::string& text) {
    try {
        static_cast<void>(read(text));
    } catch (const adapters::InputError& error) {
        return error.what();
    }
    return "";
}

const std::string plain = R"({"context_id": "all/0", "candidates": ["a", "b"], "counts": [3, 0]})";

}  // namespace

TEST_CASE("targets: what is written is read back", "[targets]") {
    const Target target{
        .context_id = "age=25-34;gender=F/2",
        .group = {{.name = "gender", .value = "F"}, {.name = "age", .value = "25-34"}},
        .history_length = 2,
        .history = {},
        .candidates = {"Amélie (2001)", "Ran \"1985\"", "千と千尋の神隠し"},
        .counts = {2, 0, 1},
        .users = {{.user = "12", .history = {"x", "y"}, .choice = "千と千尋の神隠し"},
                  {.user = "7", .history = {"y", "y"}, .choice = "Amélie (2001)"}}};
    const auto back = read(adapters::target_line(target));
    REQUIRE(back.size() == 1);
    CHECK(back[0].context_id == target.context_id);
    CHECK(back[0].group == target.group);
    CHECK(back[0].history_length == 2);
    CHECK(back[0].candidates == target.candidates);
    CHECK(back[0].counts == target.counts);
    REQUIRE(back[0].users.size() == 2);
    CHECK(back[0].users[1].history == target.users[1].history);
    CHECK(back[0].users[1].choice == target.users[1].choice);
    CHECK(back[0].n() == 3);
    CHECK(adapters::target_line(back[0]) == adapters::target_line(target));
}

TEST_CASE("targets: lines may be blank, end as on Windows, and start with a mark", "[targets]") {
    const std::string other = R"({"context_id": "b", "candidates": ["a", "b"], "counts": [0, 0]})";
    CHECK(read("\xEF\xBB\xBF" + plain + "\r\n\n  \n" + other).size() == 2);
}

TEST_CASE("targets: every mistake names its line and place", "[targets]") {
    CHECK(complaint_about("") == "t.jsonl: has no targets (allowed: one JSON object a line)");
    CHECK(complaint_about(plain + "\n" + plain).starts_with("t.jsonl: line 2: has context_id"));
    CHECK(complaint_about(plain + "\n{").starts_with("t.jsonl: line 2"));
    const auto refused = [](const std::string& line, const std::string& start) {
        CAPTURE(line);
        const std::string said = complaint_about(line);
        CAPTURE(said);
        CHECK(said.starts_with("t.jsonl: line 1: " + start));
        CHECK(said.find('\n') == std::string::npos);
    };
    refused(R"({"candidates": ["a", "b"], "counts": [1, 1]})", "");
    refused(R"({"context_id": "x", "candidates": ["a"], "counts": [1]})", "/candidates");
    refused(R"({"context_id": "x", "candidates": ["a", "a"], "counts": [1, 1]})", "/candidates/1");
    refused(R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1]})", "/counts");
    refused(R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, -1]})", "/counts/1");
    refused(R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 0.5]})", "/counts/1");
    refused(R"({"context_id": "x", "candidates": ["a", "b"], "counts": [4294967295, 1]})",
            "/counts");
    refused(R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 1], "histroy": []})",
            "/histroy");
    refused(
        R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 1], "history_length": 2, "history": ["a"]})",
        "has history_length 2, but history has 1");
    refused(
        R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 1], "users": [{"user": "1", "history": ["c"], "choice": "c"}]})",
        "/users/0/choice");
    refused(
        R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 1], "users": [{"user": "1", "history": ["c"], "choice": "a"}, {"user": "1", "history": ["c"], "choice": "a"}]})",
        "/users/1/user");
    refused(
        R"({"context_id": "x", "candidates": ["a", "b"], "counts": [1, 1], "history": ["a"], "users": [{"user": "1", "history": ["c"], "choice": "a"}]})",
        "/users");
}

TEST_CASE("target_questions: one a context or one a user, shown in an order of their own",
          "[targets]") {
    std::string text = R"({"context_id": "u", "group": {"age": "old"}, "candidates": [)";
    for (int i = 0; i < 30; ++i) text += (i > 0 ? ", \"" : "\"") + std::to_string(i) + '"';
    text += R"(], "counts": [1)";
    for (int i = 1; i < 30; ++i) text += ", 0";
    text +=
        R"(], "users": [{"user": "p", "history": ["h"], "choice": "0"}, {"user": "q", "history": ["i"], "choice": "1"}]})";
    const auto targets = read(plain + "\n" + text);
    const auto questions = adapters::target_questions(targets, 10, true, 5);
    REQUIRE(questions.size() == 3);
    CHECK(questions[0].user.empty());
    CHECK(questions[0].top == 2);
    CHECK(questions[1].user == "p");
    CHECK(questions[2].history == std::vector<std::string>{"i"});
    CHECK(questions[1].group == targets[1].group);
    for (const auto& question : questions) {
        auto sorted = question.order;
        std::sort(sorted.begin(), sorted.end());
        for (std::uint32_t k = 0; k < sorted.size(); ++k) CHECK(sorted[k] == k);
    }
    CHECK(questions[1].order != questions[2].order);
    CHECK(adapters::target_questions(targets, 10, true, 5)[1].order == questions[1].order);
    CHECK(adapters::target_questions(targets, 10, true, 6)[1].order != questions[1].order);
    const auto listed = adapters::target_questions(targets, 10, false, 5);
    CHECK(std::is_sorted(listed[1].order.begin(), listed[1].order.end()));
}
