#include "adapters/prompt/prompt.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/adapters/prompt/styles.hpp"

#include "adapters/prompt/template.hpp"
#include "adapters/prompt/texts.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::AnswerForm;

namespace {

adapters::PromptSpec plain_spec() {
    adapters::PromptSpec spec;
    spec.texts = adapters::default_texts("en");
    spec.texts.ranking = "Rank {top} of {count}: {{\"ranking\": []}}";
    return spec;
}

adapters::Question small_question() {
    adapters::Question question;
    question.group = {{"Age", "18 to 24"}, {"Gender", "f"}};
    question.history = {"Alpha", "Beta"};
    question.candidates = {"Gamma", "Delta", "{item}"};
    question.order = {2, 0, 1};
    question.examples = {{.group = {{"Age", "25 to 34"}, {"Gender", "m"}},
                          .history = {"Delta", "Gamma"},
                          .choice = "Beta"},
                         {.group = {}, .history = {}, .choice = "Alpha"}};
    question.top = 2;
    return question;
}

}  // namespace

TEST_CASE("write_prompt: every part in its place", "[adapters][prompt]") {
    const auto prompt = adapters::write_prompt(plain_spec(), small_question(), AnswerForm::ranking);
    CHECK(
        prompt.user ==
        "What some other people of this community chose:\n"
        "Age: 25 to 34; Gender: m\nChosen before, oldest first: Delta; Gamma\nChosen next: Beta\n\n"
        "Chosen next: Alpha\n\n"
        "About this person:\nAge: 18 to 24\nGender: f\n\n"
        "What this person chose before, oldest first:\n1. Alpha\n2. Beta\n\n"
        "Items on offer:\nA. {item}\nB. Gamma\nC. Delta\n\n"
        "Rank 2 of 3: {\"ranking\": []}");
    CHECK(prompt.labels == std::vector<std::string>{"B", "C", "A"});
}

TEST_CASE("write_prompt: a part with nothing to show leaves its heading away",
          "[adapters][prompt]") {
    adapters::Question question = small_question();
    question.group.clear();
    question.history.clear();
    question.examples.clear();
    const auto prompt = adapters::write_prompt(plain_spec(), question, AnswerForm::ranking);
    CHECK(prompt.user ==
          "Items on offer:\nA. {item}\nB. Gamma\nC. Delta\n\nRank 2 of 3: {\"ranking\": []}");
}

TEST_CASE("write_prompt: set-up B shows no demographics, of examples neither",
          "[adapters][prompt]") {
    adapters::PromptSpec spec = plain_spec();
    spec.setup = adapters::Setup::history_only;
    const auto prompt = adapters::write_prompt(spec, small_question(), AnswerForm::ranking);
    CHECK(prompt.user.find("Age") == std::string::npos);
    CHECK(prompt.user.find("1. Alpha") != std::string::npos);
}

TEST_CASE("write_prompt: labels only where the candidates show them", "[adapters][prompt]") {
    adapters::PromptSpec spec = plain_spec();
    CHECK(adapters::shows_labels(spec));
    spec.texts.candidate = "- {item}";
    CHECK_FALSE(adapters::shows_labels(spec));
    const auto prompt = adapters::write_prompt(spec, small_question(), AnswerForm::ranking);
    CHECK(prompt.labels.empty());
    CHECK(prompt.user.find("- {item}\n- Gamma\n- Delta") != std::string::npos);
}

TEST_CASE("write_prompt: every language has a text for every form, without defects",
          "[adapters][prompt]") {
    for (const std::string& language : adapters::prompt_languages()) {
        INFO(language);
        adapters::PromptSpec spec;
        spec.texts = adapters::default_texts(language);
        for (const auto& key : adapters::prompt_text_keys()) {
            INFO(key.key);
            CHECK_FALSE((spec.texts.*key.text).empty());
            CHECK_FALSE(adapters::template_defect(spec.texts.*key.text, key.placeholders));
        }
        for (const AnswerForm form : {AnswerForm::ranking,
                                      AnswerForm::logprobs,
                                      AnswerForm::choice,
                                      AnswerForm::percentages}) {
            const auto prompt = adapters::write_prompt(spec, small_question(), form);
            CHECK(prompt.user.find("Gamma") != std::string::npos);
            CHECK(prompt.user.find("{{") == std::string::npos);
            CHECK(prompt.user.find("{count}") == std::string::npos);
            CHECK_FALSE(prompt.system.empty());
            if (form != AnswerForm::choice && form != AnswerForm::logprobs)
                CHECK(prompt.user.find("JSON") != std::string::npos);
        }
    }
}

TEST_CASE("option_labels: one letter up to 26, then two", "[adapters][prompt]") {
    CHECK(adapters::option_labels(3) == std::vector<std::string>{"A", "B", "C"});
    CHECK(adapters::option_labels(26).back() == "Z");
    const auto labels = adapters::option_labels(50);
    CHECK(labels.front() == "AA");
    CHECK(labels[26] == "BA");
    CHECK(labels.back() == "BX");
    auto many = adapters::option_labels(1000);
    CHECK(many.back().size() == 3);
    std::sort(many.begin(), many.end());
    CHECK(std::unique(many.begin(), many.end()) == many.end());
}

TEST_CASE("template_defect: says what is wrong and what is allowed", "[adapters][prompt]") {
    using adapters::template_defect;
    const std::vector<std::string> known{"item", "label"};
    CHECK_FALSE(template_defect("{label}. {item} {{x}}", known));
    CHECK(template_defect("{itme}", known).value() ==
          "has the unknown placeholder \"{itme}\"; the nearest known one is {item} "
          "(allowed: {item} or {label}, and {{ or }} for a brace)");
    CHECK(template_defect("a {item", known).value() ==
          "has a brace without its partner at byte 3 (allowed: {name}, and {{ or }} for a brace)");
    CHECK(template_defect("item}", known));
    CHECK(template_defect("{}", known));
}

TEST_CASE("fill_template: lines with nothing to show go, and values are not templates",
          "[adapters][prompt]") {
    using adapters::fill_template;
    CHECK(fill_template("{a}{{b}}", {{"a", "{b}"}, {"b", "c"}}) == "{b}{b}");
    CHECK(fill_template("x\n\nA: {a}\n\ny", {{"a", ""}}) == "x\n\ny");
    CHECK(fill_template("x\n\n{a}", {{"a", ""}}) == "x");
    CHECK(fill_template("{a}\n\n{b}", {{"a", ""}, {"b", "y"}}) == "y");
    CHECK(fill_template("{a}, {b}", {{"a", ""}, {"b", "y"}}) == ", y");
    CHECK(fill_template("", {}).empty());
}
