#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "metrics/approximation/top_logprobs.hpp"

#include "tests/adapters/prompt/styles.hpp"

#include "adapters/prompt/read_answer.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

constexpr double unsaid = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t none = metrics::no_candidate;

std::uint32_t choice(const std::string& text, const std::string& cast = "en") {
    INFO(text);
    return adapters::read_choice(text, cast_question(cast), cast_prompt(cast));
}

metrics::Response percentages(const std::string& text, const std::string& cast = "en") {
    return adapters::read_percentages(text, cast_question(cast), cast_prompt(cast));
}

void check_percentages(const std::string& text,
                       const std::vector<double>& expected,
                       const std::string& cast = "en") {
    INFO(text);
    const std::vector<double> read = percentages(text, cast).percentages;
    REQUIRE(read.size() == expected.size());
    for (std::size_t k = 0; k < read.size(); ++k) {
        INFO(k);
        if (std::isnan(expected[k])) {
            CHECK(std::isnan(read[k]));
        } else {
            CHECK(read[k] == Approx(expected[k]));
        }
    }
}

}  // namespace

TEST_CASE("read_choice: one item in many styles", "[adapters][prompt]") {
    for (const char* text :
         {"Gurasek",
          "gurasek.",
          "\"Gurasek\"",
          "**Gurasek**",
          "1. Gurasek",
          "C",
          "(C)",
          "C.",
          "c)",
          "C. Gurasek",
          "Option C",
          "Answer: Gurasek",
          "Answer: C",
          "The answer is C.",
          "The most likely item is Gurasek",
          "I believe this person will choose Gurasek next, given the past.",
          "{\"choice\": \"Gurasek\"}",
          "[\"Gurasek\"]",
          "```\nGurasek\n```",
          "<think>Bakelon or Fenitam?</think>Gurasek",
          "Gurasek\n\nBecause Bakelon was chosen before.",
          "Bakelon was chosen before, and Fenitam too.\nFinal answer: **Gurasek**",
          "Guraseck"})
        CHECK(choice(text) == 3);
    CHECK(choice("多鲁米", "zh") == 1);
    CHECK(choice("选项D", "zh") == 1);
    CHECK(choice("答案：多鲁米。", "zh") == 1);
    CHECK(choice("विकल्प D", "hi") == 1);
    CHECK(choice("उत्तर: दोरुमी", "hi") == 1);
    CHECK(choice("الخيار D", "ar") == 1);
    CHECK(choice("أعتقد أنه سيختار دورومي.", "ar") == 1);
    CHECK(choice("The Matrix", "films") == 0);
    CHECK(choice("It", "films") == 9);
}

TEST_CASE("read_choice: what names no item, or several, is none", "[adapters][prompt]") {
    CHECK(choice("") == none);
    CHECK(choice("Zuzubal") == none);
    CHECK(choice("I'm sorry, I cannot say.") == none);
    CHECK(choice("It is hard to tell.", "films") == none);
    CHECK(choice("perhaps Gurasek or Bakelon") == none);
    CHECK(choice("<think>Gurasek") == none);
}

TEST_CASE("read_percentages: in many styles", "[adapters][prompt]") {
    const std::vector<double> three{50.0, unsaid, 30.5, 20.0, unsaid, unsaid};
    for (
        const char* text :
        {R"({"Bakelon": 50, "Fenitam": 30.5, "Gurasek": 20})",
         R"({"percentages": {"Bakelon": "50%", "Fenitam": "30.5 %", "Gurasek": "20"}})",
         R"([{"item": "Bakelon", "percent": 50}, {"item": "Fenitam", "percent": 30.5}, {"rank": 3, "item": "Gurasek", "percent": "20 %"}])",
         R"([["Bakelon", 50], ["Fenitam", 30.5], ["Gurasek", 20]])",
         "```json\n{\"Bakelon\": 50,\n\"Fenitam\": 30.5,\n\"Gurasek\": 20\n}\n```",
         "Bakelon: 50%\nFenitam: 30.5%\nGurasek: 20%",
         "1. Bakelon: 50%\n2. Fenitam: 30.5%\n3. Gurasek: 20%\n\nTotal: 100%",
         "- **Bakelon** - 50 %\n- **Fenitam** - 30,5 %\n- **Gurasek** - 20 %",
         "| Item | % |\n|---|---|\n| Bakelon | 50 |\n| Fenitam | 30.5 |\n| Gurasek | 20 |",
         "50% Bakelon\n30.5% Fenitam\n20% Gurasek",
         "Bakelon 50%, Fenitam 30.5%, Gurasek 20%",
         "Bakelon (50%), Fenitam (30.5%) and Gurasek (20%).",
         "F: 50%\nD: 30.5%\nC: 20%",
         "Bakellon: 50%\nFenitm: 30.5%\nGurasek: 20%",
         "Bakelon: ５０％\nFenitam: 30.5％\nGurasek: 20％"})
        check_percentages(text, three);
    check_percentages("[60, 50, 40, 30, 20, 10]", {10, 20, 30, 40, 50, 60});
    check_percentages(R"({"दोरुमी": 40, "बाकेलो": "३५%"})", {35, 40, unsaid, unsaid, unsaid}, "hi");
    check_percentages("दोरुमी: ४०%\nबाकेलो: ३५%", {35, 40, unsaid, unsaid, unsaid}, "hi");
    check_percentages("دورومي: ٤٠٪\nباكيلو: ٣٥٫٥٪", {35.5, 40, unsaid, unsaid, unsaid}, "ar");
    check_percentages("多鲁米：40%，巴克罗：35%", {35, 40, unsaid, unsaid, unsaid}, "zh");
    check_percentages("12 Angry Men: 40%\n2001: A Space Odyssey: 35%\nRocky II 5%",
                      {unsaid, unsaid, 40, unsaid, unsaid, 35, unsaid, 5, unsaid, unsaid},
                      "films");
    check_percentages(R"({"Bakelon": 50, "Fenitam": 30, "Gura)",
                      {50, unsaid, 30, unsaid, unsaid, unsaid});
}

TEST_CASE("read_percentages: faults", "[adapters][prompt]") {
    const auto unknown = percentages("Bakelon: 50%\nZuzubal: 30%\nDorumix: 20%");
    CHECK(unknown.faults->unknown == 1);
    CHECK(percentages(R"({"Bakelon": 50, "Zuzubal": 30})").faults->unknown == 1);
    const auto repeat = percentages("Bakelon: 50%\nBakelon: 30%\nDorumix: 20%");
    CHECK(repeat.faults->duplicates == 1);
    CHECK(repeat.percentages[0] == 50.0);
    CHECK(percentages(R"({"Bakelon": 50, "Dor)").faults->cut);
    CHECK(percentages("").faults->no_answer == metrics::NoAnswer::empty);
    CHECK(percentages("I cannot say.").faults->no_answer == metrics::NoAnswer::refused);
    CHECK(percentages("Quite likely.").faults->no_answer == metrics::NoAnswer::unreadable);
    CHECK(percentages("Quite likely.").percentages.empty());
    CHECK(percentages("Bakelon: 50%").faults->no_answer == metrics::NoAnswer::none);
}

namespace {

metrics::Response logprobs(const std::vector<adapters::TokenLogprob>& tokens,
                           const std::vector<std::string>& labels) {
    adapters::Question question;
    question.candidates.resize(labels.size());
    adapters::Prompt prompt;
    prompt.labels = labels;
    return adapters::read_logprobs(tokens, question, prompt);
}

}  // namespace

TEST_CASE("read_logprobs: variants of a label are added up", "[adapters][prompt]") {
    const auto read = logprobs({{"A", std::log(0.3)},
                                {" A", std::log(0.2)},
                                {"a", std::log(0.05)},
                                {"A)", std::log(0.03)},
                                {"A.", std::log(0.02)},
                                {"\xC4\xA0"
                                 "B",
                                 std::log(0.25)},
                                {"Hello", std::log(0.1)},
                                {"\n", std::log(0.02)}},
                               {"B", "A", "C", "D"});
    REQUIRE(read.logprobs.size() == 4);
    CHECK(std::exp(read.logprobs[1]) == Approx(0.6));
    CHECK(std::exp(read.logprobs[0]) == Approx(0.25));
    CHECK(std::isnan(read.logprobs[2]));
    CHECK(read.faults->unknown == 0);
    CHECK(metrics::covered_mass(read.logprobs) == Approx(0.85));
    // (1 - 0.85) / 2 is less than the smallest seen.
    CHECK(read.probabilities[2] == Approx(0.075));
    CHECK(read.probabilities[0] == Approx(0.25));
}

TEST_CASE("read_logprobs: a token that begins several labels counts for none",
          "[adapters][prompt]") {
    const auto read =
        logprobs({{"AA", std::log(0.4)}, {"A", std::log(0.3)}, {" B", std::log(0.2)}, {"AC", -5.0}},
                 {"AA", "AB", "BA"});
    CHECK(std::exp(read.logprobs[0]) == Approx(0.4));
    CHECK(std::isnan(read.logprobs[1]));
    CHECK(std::exp(read.logprobs[2]) == Approx(0.2));
    CHECK(read.faults->unknown == 1);
}

TEST_CASE("read_logprobs: nothing that is a label is no answer", "[adapters][prompt]") {
    CHECK(logprobs({}, {"A", "B"}).faults->no_answer == metrics::NoAnswer::empty);
    const auto read = logprobs({{"The", -0.1}, {"\xE5", -3.0}, {"A", unsaid}}, {"A", "B"});
    CHECK(read.faults->no_answer == metrics::NoAnswer::unreadable);
    CHECK(read.logprobs.empty());
    CHECK(read.probabilities.empty());
}

TEST_CASE("complete_logprobs: min(smallest seen, remaining / missing), then divided by the sum",
          "[adapters][prompt]") {
    const auto remaining =
        metrics::complete_logprobs(std::vector{std::log(0.5), std::log(0.3), unsaid, unsaid})
            .value();
    CHECK(remaining[2] == Approx(0.1));
    const auto smallest =
        metrics::complete_logprobs(std::vector{std::log(0.5), std::log(0.01), unsaid}).value();
    CHECK(smallest[2] == Approx(0.01 / 0.52));
    CHECK(smallest[0] == Approx(0.5 / 0.52));
    CHECK_FALSE(metrics::complete_logprobs(std::vector{unsaid, unsaid}));
    const auto over =
        metrics::complete_logprobs(std::vector{std::log(0.7), std::log(0.31), unsaid}).value();
    CHECK(over[2] == 0.0);
    CHECK(over[0] + over[1] + over[2] == Approx(1.0));
}
