#include "adapters/io/responses.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "adapters/io/input_error.hpp"

using namespace truegap;
using adapters::Question;
using metrics::no_candidate;
using metrics::NoAnswer;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

Question question() {
    return {.context_id = "c",
            .user = "",
            .group = {},
            .history = {},
            .candidates = {"a", "b", "c", "d"},
            .order = {0, 1, 2, 3},
            .examples = {},
            .top = 3};
}

metrics::Response answer(const std::string& rest) {
    return adapters::read_response(
        adapters::read_response_line(R"({"context_id": "c", )" + rest + "}", "r.jsonl", 4),
        question(),
        "r.jsonl");
}

std::string complaint_about(const std::string& rest) {
    try {
        static_cast<void>(answer(rest));
    } catch (const adapters::InputError& error) {
        return error.what();
    }
    return "";
}

using Places = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("responses: a ranking's faults are counted among its first places", "[responses]") {
    const auto plain = answer(R"("ranking": ["c", "a", "d"])");
    CHECK(plain.rankings == std::vector<Places>{{2, 0, 3}});
    CHECK(plain.faults->missing + plain.faults->duplicates + plain.faults->unknown == 0);
    const auto faulty = answer(R"("ranking": ["c", "x", "c", "a", "c", "y"])");
    CHECK(faulty.rankings ==
          std::vector<Places>{{2, no_candidate, no_candidate, 0, no_candidate, no_candidate}});
    CHECK(faulty.faults->unknown == 1);
    CHECK(faulty.faults->duplicates == 1);
    CHECK(faulty.faults->missing == 0);
    const auto brief = answer(R"("ranking": ["b"])");
    CHECK(brief.faults->missing == 2);
    CHECK(answer(R"("ranking": [])").faults->no_answer == NoAnswer::unreadable);
    CHECK(answer(R"("ranking": ["x", "y"])").faults->no_answer == NoAnswer::unreadable);
}

TEST_CASE("responses: numbers in candidate order", "[responses]") {
    CHECK(answer(R"("probabilities": [0.1, 0.2, 0.3, 0.4])").probabilities[3] == 0.4);
    const auto logits = answer(R"("logits": [1, "-inf", -2.5, 0])");
    CHECK(logits.logits == std::vector<double>{1.0, -inf, -2.5, 0.0});
    const auto percentages = answer(R"("percentages": [50, null, 20, 30])");
    CHECK(std::isnan(percentages.percentages[1]));
    // Half of the mass is named: 0.25 each, and the two missing share the rest but no more than that.
    const auto logprobs =
        answer(R"("logprobs": [-1.3862943611198906, null, -1.3862943611198906, null])");
    CHECK(std::isnan(logprobs.logprobs[3]));
    REQUIRE(logprobs.probabilities.size() == 4);
    CHECK(logprobs.probabilities[1] == Approx(0.25).epsilon(1e-12));
    CHECK(answer(R"("samples": ["a", "a", "z", "d"])").choices == Places{0, 0, no_candidate, 3});
    CHECK(answer(R"("samples": ["a", "a", "z", "d"])").faults->unknown == 1);
}

TEST_CASE("responses: why there is no answer", "[responses]") {
    CHECK(answer(R"("error": "rate limit")").faults->no_answer == NoAnswer::failed);
    CHECK(answer(R"("no_answer": "refused")").faults->no_answer == NoAnswer::refused);
    CHECK(answer(R"("no_answer": "empty")").faults->no_answer == NoAnswer::empty);
    CHECK(answer(R"("percentages": [null, null, null, null])").faults->no_answer ==
          NoAnswer::unreadable);
}

TEST_CASE("responses: a line of the wrong shape is one clear line", "[responses]") {
    const auto refused = [](const std::string& rest, const std::string& place) {
        CAPTURE(rest);
        const std::string said = complaint_about(rest);
        CAPTURE(said);
        CHECK(said.starts_with("r.jsonl: line 4: " + place));
        CHECK(said.find('\n') == std::string::npos);
    };
    refused(R"("ranking": "a")", "/ranking");
    refused(R"("ranking": [1, 2])", "/ranking/0");
    refused(R"("probabilities": [0.5, 0.5])", "/probabilities");
    refused(R"("probabilities": [0.5, 0.5, null, 0])", "/probabilities/2");
    refused(R"("probabilities": [0.5, -0.5, 1, 0])", "/probabilities");
    refused(R"("probabilities": [0, 0, 0, 0])", "/probabilities");
    refused(R"("logits": ["-inf", "-inf", "-inf", "-inf"])", "/logits");
    refused(R"("logits": [1, "inf", 2, 3])", "/logits/1");
    refused(R"("no_answer": "bored")", "/no_answer");
    refused(R"("rankng": ["a"])", "/rankng");
}

TEST_CASE("responses: what is written is read back", "[responses]") {
    for (const char* rest : {R"("ranking": ["c", "x", "c", "a"])",
                             R"("rankings": [["c", "a"], ["b", "d", "a"]])",
                             R"("probabilities": [0.1, 0.2, 0.3, 0.4])",
                             R"("logits": [1, "-inf", -2.5, 0])",
                             R"("logprobs": [-1.25, null, -0.5, null])",
                             R"("percentages": [50, null, 20, 30])",
                             R"("samples": ["a", "z", "d"])",
                             R"("no_answer": "refused")",
                             R"("ranking": ["b"], "cut": true)"}) {
        CAPTURE(rest);
        const auto response = answer(rest);
        const std::string line = adapters::response_line("me", question(), response);
        const auto read = adapters::read_response_line(line, "again", 1);
        CHECK(read.predictor == "me");
        const auto back = adapters::read_response(read, question(), "again");
        CHECK(back.rankings == response.rankings);
        CHECK(back.choices == response.choices);
        CHECK(back.faults->no_answer == response.faults->no_answer);
        CHECK(back.faults->unknown == response.faults->unknown);
        CHECK(back.faults->duplicates == response.faults->duplicates);
        CHECK(back.faults->missing == response.faults->missing);
        CHECK(back.faults->cut == response.faults->cut);
        CHECK(back.probabilities == response.probabilities);
        CHECK(adapters::response_line("me", question(), back) == line);
    }
}

TEST_CASE("ResponseBook: finds each answer by context and user, and counts the rest",
          "[responses]") {
    adapters::ResponseBook book("r.jsonl");
    const std::string text =
        R"({"context_id": "c", "ranking": ["a"]}
{"context_id": "c", "user": "u", "ranking": ["b"]}
{"context_id": "other", "ranking": ["c"]}
)";
    adapters::TextSource source(text);
    book.read(source);
    CHECK(book.predictors() == std::vector<std::string>{""});
    Question own = question();
    own.user = "u";
    Question missing = question();
    missing.user = "v";
    const std::vector<Question> questions{own, question(), missing};
    const auto answers = book.answers("", questions);
    CHECK(answers.responses[0].rankings == std::vector<Places>{{1}});
    CHECK(answers.responses[1].rankings == std::vector<Places>{{0}});
    CHECK(answers.responses[2].faults->no_answer == NoAnswer::failed);
    CHECK(answers.missing == 1);
    CHECK(answers.first_missing == "\"c\", user \"v\"");
    CHECK(answers.unused == 1);
    CHECK_THROWS_WITH(
        book.add(adapters::read_response_line(R"({"context_id": "c", "user": "u"})", "r.jsonl", 9)),
        Catch::StartsWith(
            "r.jsonl: line 9: answers \"c\", user \"u\" a second time, after line 2"));
}
