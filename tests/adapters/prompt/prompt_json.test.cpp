#include "adapters/prompt/prompt_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/adapters/support.hpp"

#include "adapters/prompt/texts.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Json;
using adapters::JsonNode;
using adapters::PromptSpec;

namespace {

PromptSpec read_both(const std::string& scenario,
                     const std::string& own,
                     const std::filesystem::path& directory = ".") {
    const Json first = Json::parse(scenario.empty() ? "null" : scenario);
    const Json second = Json::parse(own.empty() ? "null" : own);
    std::optional<JsonNode> scenario_node;
    std::optional<JsonNode> own_node;
    if (!scenario.empty()) scenario_node.emplace(first, "s.json", "/prompts");
    if (!own.empty()) own_node.emplace(second, "s.json", "/predictors/0/prompts");
    return adapters::read_prompts(scenario_node, own_node, directory);
}

std::string wrong(const std::string& scenario, const std::filesystem::path& directory = ".") {
    return complaint([&] { (void)read_both(scenario, "", directory); });
}

}  // namespace

TEST_CASE("read_prompts: defaults", "[adapters][prompt]") {
    const PromptSpec spec = read_both("", "");
    CHECK(spec.setup == adapters::Setup::demographics_and_history);
    CHECK(spec.language == "en");
    CHECK(spec.script == "latin");
    CHECK(spec.texts.user == adapters::default_texts("en").user);
    CHECK(spec.examples == 0);
    CHECK(spec.shuffle);
    CHECK_FALSE(spec.examples_per_context);
    CHECK(spec.items.empty());
    CHECK(spec.attributes.empty());
}

TEST_CASE("read_prompts: every key, a predictor's own laid over the scenario's",
          "[adapters][prompt]") {
    const std::string scenario = R"({"setup": "B", "language": "hi", "examples": 8,
        "examples_per_context": true, "shuffle": false, "items": ["Alpha", "Beta"],
        "attributes": {"age": {"name": "Age", "levels": ["a", "b"]}},
        "texts": {"candidates_heading": "Here:", "candidate": "* {item}"}})";
    const PromptSpec spec = read_both(scenario, "");
    CHECK(spec.setup == adapters::Setup::history_only);
    CHECK(spec.language == "hi");
    CHECK(spec.script == "devanagari");
    CHECK(spec.examples == 8);
    CHECK(spec.examples_per_context);
    CHECK_FALSE(spec.shuffle);
    CHECK(spec.items == std::vector<std::string>{"Alpha", "Beta"});
    CHECK(spec.attributes.at(0).levels.size() == 2);
    CHECK(spec.texts.candidates_heading == "Here:");
    CHECK(spec.texts.ranking == adapters::default_texts("hi").ranking);
    const PromptSpec own =
        read_both(scenario, R"({"language": "zh", "script": "latin", "setup": "A", "examples": 2,
                      "texts": {"candidate": "{label} {item}"}})");
    CHECK(own.setup == adapters::Setup::demographics_and_history);
    CHECK(own.script == "latin");
    CHECK(own.examples == 2);
    CHECK(own.items.size() == 2);
    CHECK(own.texts.ranking == adapters::default_texts("zh").ranking);
    CHECK(own.texts.candidates_heading == "Here:");
    CHECK(own.texts.candidate == "{label} {item}");
}

TEST_CASE("read_prompts: files in place of the object and of the names", "[adapters][prompt]") {
    const TemporaryFolder folder;
    write_file(folder / "names.txt", "अल्फा\r\nबीटा\nगामा");
    write_file(folder / "prompts.json", R"({"items": "names.txt", "examples": 4})");
    const PromptSpec spec = read_both("\"prompts.json\"", "", folder.path());
    CHECK(spec.items == std::vector<std::string>{"अल्फा", "बीटा", "गामा"});
    CHECK(spec.examples == 4);
    write_file(folder / "prompts.json", R"({"exmples": 4})");
    CHECK(wrong("\"prompts.json\"", folder.path()).find("prompts.json: /exmples: unknown key") ==
          0);
    write_file(folder / "names.txt", "Alpha\n\nBeta\n");
    CHECK(wrong(R"({"items": "names.txt"})", folder.path()) ==
          "names.txt: line 2: is an empty name (allowed: at least one character)");
    write_file(folder / "names.txt", "Alpha\nBeta\nＡＬＰＨＡ\n");
    CHECK(wrong(R"({"items": "names.txt"})", folder.path()) ==
          "names.txt: line 3: the name \"ＡＬＰＨＡ\" is the same as \"Alpha\" (allowed: names "
          "that differ "
          "in more than letter case and form)");
    write_file(folder / "names.txt", "Alpha\nBe\xFFta\n");
    CHECK(wrong(R"({"items": "names.txt"})", folder.path()) ==
          "names.txt: line 2: is not UTF-8 (allowed: a name in UTF-8)");
    CHECK(wrong(R"({"items": "nothing.txt"})", folder.path()).find("s.json: /prompts/items: ") ==
          0);
}

TEST_CASE("read_prompts: what is wrong, where, and what is allowed", "[adapters][prompt]") {
    CHECK(wrong(R"({"setup": "C"})").find("s.json: /prompts/setup: unknown value \"C\"") == 0);
    CHECK(wrong(R"({"language": "fr"})").find("(allowed: en, hi, zh or ar)") != std::string::npos);
    CHECK(wrong(R"({"script": "greek"})").find("(allowed: latin, devanagari, han or arabic)") !=
          std::string::npos);
    CHECK(wrong(R"({"examples": 1001})").find("from 0 to 1000") != std::string::npos);
    CHECK(wrong(R"({"shuffle": 1})").find("(allowed: true or false)") != std::string::npos);
    CHECK(wrong(R"({"items": ["Alpha"]})").find("has 1 names (allowed: from 2 to 1000000)") !=
          std::string::npos);
    CHECK(wrong(R"({"items": ["Alpha", "alpha"]})").find("s.json: /prompts/items/1: ") == 0);
    CHECK(wrong("{\"items\": [\"Alpha\", \"Be\\nta\"]}").find("line break") != std::string::npos);
    CHECK(wrong(R"({"items": ["Alpha", "  "]})").find("empty name") != std::string::npos);
    CHECK(wrong(R"({"texts": {"user": "{candidate} {instruction}"}})") ==
          "s.json: /prompts/texts/user: has the unknown placeholder \"{candidate}\"; the nearest "
          "known "
          "one is {candidates} (allowed: {demographics}, {history}, {examples}, {candidates}, "
          "{instruction}, {top} or {count}, and {{ or }} for a brace)");
    CHECK(wrong(R"({"texts": {"candidate": "{label}"}})").find("(allowed: a text with {item})") !=
          std::string::npos);
    CHECK(wrong(R"({"texts": {"user": "{candidates}"}})")
              .find("neither system nor user shows the instruction") != std::string::npos);
    CHECK(wrong(R"({"texts": {"usr": ""}})").find("nearest known key is \"user\"") !=
          std::string::npos);
    CHECK(wrong(R"({"attributes": {"age": {"levels": []}}})").find("/attributes/age/levels") !=
          std::string::npos);
    CHECK(wrong("3").find("s.json: /prompts: is 3 (allowed: an object)") == 0);
}

TEST_CASE("prompt_objection: what the population does not have", "[adapters][prompt]") {
    const sim::Scenario scenario = read(scenario_json());
    PromptSpec spec = read_both("", "");
    CHECK_FALSE(adapters::prompt_objection(spec, scenario));
    spec.attributes = {{.attribute = "age", .name = "Age", .levels = {"a", "b"}}};
    CHECK_FALSE(adapters::prompt_objection(spec, scenario));
    spec.attributes[0].levels.pop_back();
    CHECK(
        adapters::prompt_objection(spec, scenario).value() ==
        "its prompts name 1 levels of \"age\", and the population has 2 (allowed: as many names as "
        "levels, or none)");
    spec.attributes[0].attribute = "town";
    CHECK(adapters::prompt_objection(spec, scenario).value() ==
          "its prompts show the attribute \"town\", which the population does not have (allowed: "
          "age or "
          "gender)");
    spec.items = {"Alpha", "Beta"};
    CHECK(
        adapters::prompt_objection(spec, scenario).value() ==
        "its prompts name 2 items, and the population has 12 (allowed: as many names as items, or "
        "none)");
}
