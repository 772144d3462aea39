#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "tests/adapters/prompt/styles.hpp"
#include "tests/adapters/support.hpp"

#include "adapters/prompt/item_names.hpp"
#include "adapters/prompt/read_answer.hpp"
#include "adapters/prompt/texts.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

using Order = std::vector<std::uint32_t>;

Order random_order(Dice& dice, std::size_t count) {
    Order order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[dice.below(i)]);
    return order;
}

adapters::Question random_question(Dice& dice, std::string_view script) {
    adapters::Question question;
    question.candidates = adapters::generated_names(script, 50, dice.bits(), 0);
    question.candidates.resize(2 + dice.below(49));
    question.order = random_order(dice, question.candidates.size());
    question.top = 1 + dice.below(question.candidates.size());
    return question;
}

// What stands before and after each entry, and between two.
struct Writing {
    std::string before, after, between, start, end;
    bool numbered = false;
};

const std::vector<Writing>& writings() {
    static const std::vector<Writing> all{
        {"\"", "\"", ", ", "{\"ranking\": [", "]}", false},
        {"\"", "\"", ",\n  ", "Here you are:\n```json\n[\n  ", "\n]\n```\nGood luck!", false},
        {". ", "", "\n", "Here is my ranking:\n\n", "\n\nThat is all I know.", true},
        {") **", "**", "\n", "", "", true},
        {": ", " - because of what was chosen before", "\n", "", "", true},
        {". ", "\n   I am not sure.", "\n", "", "", true},
        {"- ", "", "\n", "", "\n", false},
        {"• «", "»", "\r\n", "", "", false},
        {"", "", "\n", "", "", false},
        {"", "", ", ", "", ".", false},
        {"", "", " > ", "My ranking: ", "", false},
        {"| x | ", " |", "\n", "| Why | Item |\n|---|---|\n", "", false},
        {"<li>", "</li>", "", "<ol>", "</ol>", false},
    };
    return all;
}

std::string written(const Writing& writing, const std::vector<std::string>& entries) {
    std::string text = writing.start;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) text += writing.between;
        if (writing.numbered) text += std::to_string(i + 1);
        text += writing.before + entries[i] + writing.after;
    }
    return text + writing.end;
}

}  // namespace

TEST_CASE("read_ranking: random rankings in random styles are read back", "[adapters][prompt]") {
    Dice dice(11);
    for (const std::string& script : adapters::name_scripts()) {
        for (int trial = 0; trial < 60; ++trial) {
            const adapters::Question question = random_question(dice, script);
            adapters::PromptSpec spec;
            spec.texts = adapters::default_texts("en");
            const adapters::Prompt prompt =
                adapters::write_prompt(spec, question, adapters::AnswerForm::ranking);
            Order order = random_order(dice, question.candidates.size());
            order.resize(question.top);
            const Writing& writing = writings()[dice.below(writings().size())];
            // Two entries need something between them to be a list in running text.
            if (order.size() < 2 && !writing.numbered && writing.before.empty()) continue;
            std::vector<std::string> entries;
            for (const std::uint32_t candidate : order)
                entries.push_back(question.candidates[candidate]);
            const std::string text = written(writing, entries);
            INFO(text);
            const metrics::Response response = adapters::read_ranking(text, question, prompt);
            REQUIRE(response.rankings.size() == 1);
            CHECK(response.rankings.front() == order);
            CHECK(response.faults->missing == 0);
            CHECK(response.faults->unknown == 0);
            CHECK(response.faults->duplicates == 0);
        }
    }
}

TEST_CASE("read_ranking: repeats and unknown items are counted where they stand",
          "[adapters][prompt]") {
    Dice dice(12);
    for (int trial = 0; trial < 200; ++trial) {
        adapters::Question question = random_question(dice, "latin");
        if (question.candidates.size() < 8) continue;
        question.top = 6;
        const Writing& writing = writings()[dice.below(writings().size())];
        Order order = random_order(dice, question.candidates.size());
        order.resize(question.top);
        std::vector<std::string> entries;
        for (const std::uint32_t candidate : order)
            entries.push_back(question.candidates[candidate]);
        // Neither the first nor the last: what stands there may be talk.
        const std::size_t unknown = 2 + dice.below(3);
        entries[unknown] = "Wyqwyqwyc";
        order[unknown] = metrics::no_candidate;
        const bool repeat = dice.below(2) == 0;
        if (repeat) {
            entries[1] = entries[0];
            order[1] = metrics::no_candidate;
        }
        const std::string text = written(writing, entries);
        INFO(text);
        const metrics::Response response = adapters::read_ranking(text, question, {});
        REQUIRE(response.rankings.size() == 1);
        CHECK(response.rankings.front() == order);
        CHECK(response.faults->unknown == 1);
        CHECK(response.faults->duplicates == (repeat ? 1 : 0));
        CHECK(response.faults->missing == 0);
    }
}

TEST_CASE("read_ranking: one wrong letter in a generated name is forgiven", "[adapters][prompt]") {
    Dice dice(13);
    for (int trial = 0; trial < 100; ++trial) {
        adapters::Question question = random_question(dice, "latin");
        std::vector<std::string> entries;
        Order order = random_order(dice, question.candidates.size());
        order.resize(question.top);
        for (const std::uint32_t candidate : order) {
            std::string name = question.candidates[candidate];
            name[dice.below(name.size())] = 'q';
            entries.push_back(name);
        }
        const std::string text = written(writings()[2], entries);
        INFO(text);
        const metrics::Response response = adapters::read_ranking(text, question, {});
        REQUIRE(response.rankings.size() == 1);
        // Two names may differ in as little as two letters: then neither is meant.
        const auto& read = response.rankings.front();
        REQUIRE(read.size() == order.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            CHECK((read[i] == order[i] || read[i] == metrics::no_candidate));
        CHECK(response.faults->unknown * 10 <= order.size() + 9);
    }
}

namespace {

void check_sound(const metrics::Response& response, const adapters::Question& question) {
    REQUIRE(response.faults);
    std::vector<bool> seen(question.candidates.size(), false);
    std::size_t places = 0;
    std::size_t none = 0;
    for (const auto& ranking : response.rankings) {
        places = std::min(ranking.size(), question.top);
        for (std::size_t i = 0; i < ranking.size(); ++i) {
            if (ranking[i] == metrics::no_candidate) {
                none += i < question.top ? 1 : 0;
                continue;
            }
            REQUIRE(ranking[i] < seen.size());
            REQUIRE_FALSE(seen[ranking[i]]);
            seen[ranking[i]] = true;
        }
    }
    REQUIRE(response.faults->missing == question.top - places);
    REQUIRE(response.faults->unknown + response.faults->duplicates == none);
}

}  // namespace

TEST_CASE("read_answer: arbitrary bytes neither throw nor break a promise", "[adapters][prompt]") {
    Dice dice(14);
    const std::vector<Style> seeds = styles();
    for (int trial = 0; trial < 3000; ++trial) {
        const Style& style = seeds[dice.below(seeds.size())];
        std::string text = style.text;
        for (std::size_t change = dice.below(8); change-- > 0 && !text.empty();) {
            const std::size_t at = dice.below(text.size());
            const std::size_t kind = dice.below(4);
            if (kind == 0) text[at] = static_cast<char>(dice.below(256));
            if (kind == 1) text.erase(at, dice.below(20));
            if (kind == 2) text.insert(at, text.substr(dice.below(text.size()), dice.below(40)));
            if (kind == 3) text.insert(at, 1, "[]{}\"',:|\n<>*-"[dice.below(14)]);
        }
        INFO(text);
        const adapters::Question question = cast_question(style.cast);
        const adapters::Prompt prompt = cast_prompt(style.cast);
        check_sound(adapters::read_ranking(text, question, prompt), question);
        const std::uint32_t choice = adapters::read_choice(text, question, prompt);
        CHECK((choice == metrics::no_candidate || choice < question.candidates.size()));
        const auto percentages = adapters::read_percentages(text, question, prompt).percentages;
        CHECK((percentages.empty() || percentages.size() == question.candidates.size()));
    }
}

TEST_CASE("read_answer: long texts of anything are read", "[adapters][prompt]") {
    const adapters::Question question = cast_question("films");
    const adapters::Prompt prompt = cast_prompt("films");
    const std::vector<std::string> units{"a",
                                         "[",
                                         "{",
                                         "[[",
                                         "{\"a\":",
                                         "\"",
                                         "[\"a\",",
                                         "1. ",
                                         "1. x\n",
                                         "- Rocky IX\n",
                                         "\n",
                                         "|",
                                         "| a |\n",
                                         "It, ",
                                         "Rocky ",
                                         "(1999) ",
                                         "<think>",
                                         "</think>",
                                         "<li>",
                                         "<",
                                         "\\",
                                         "Matrix, The (1998), ",
                                         "\xCC\x80\xCC\xA3",
                                         "\xFF",
                                         "१",
                                         "多",
                                         "a,b;c>",
                                         "'",
                                         "Rocky V: ",
                                         ")(",
                                         "12 Angry Mem, ",
                                         "{{",
                                         "}",
                                         "12% ",
                                         "Rocky II 12 %, "};
    for (const std::string& unit : units) {
        std::string text;
        // A megabyte of some; the others show as well whether the time grows with the square.
        const std::size_t size = unit.front() == '[' ? 1'000'000 : 100'000;
        while (text.size() < size) text += unit;
        INFO(unit);
        check_sound(adapters::read_ranking(text, question, prompt), question);
        (void)adapters::read_choice(text, question, prompt);
        (void)adapters::read_percentages(text, question, prompt);
    }
}
