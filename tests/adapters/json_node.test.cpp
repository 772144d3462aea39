#include "adapters/io/json_node.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/support.hpp"

using namespace truegap::test;
using truegap::adapters::Json;
using truegap::adapters::JsonNode;

namespace {

constexpr std::uint64_t most = ~std::uint64_t{0};

/// What a getter says about a JSON text; empty when it takes it.
template <class Getter>
std::string refusal(const std::string& text, Getter get) {
    const Json value = Json::parse(text);
    const JsonNode node(value, "f.json", "/x");
    return complaint([&] { static_cast<void>(get(node)); });
}

std::string integer_refusal(const std::string& text,
                            std::uint64_t least = 0,
                            std::uint64_t largest = most) {
    return refusal(text, [&](const JsonNode& node) { return node.integer(least, largest); });
}

std::uint64_t integer(const std::string& text) {
    const Json value = Json::parse(text);
    return JsonNode(value, "f.json").integer(0, most);
}

}  // namespace

TEST_CASE("JsonNode::integer: takes whole numbers however they are written", "[adapters][node]") {
    CHECK(integer("0") == 0);
    CHECK(integer("-0") == 0);
    CHECK(integer("-0.0") == 0);
    CHECK(integer("7") == 7);
    CHECK(integer("1e6") == 1'000'000);
    CHECK(integer("2.0") == 2);
    CHECK(integer("250e-1") == 25);
    CHECK(integer("9007199254740993") == 9'007'199'254'740'993U);  // 2^53 + 1: no double on the way
    CHECK(integer("18446744073709551615") == most);
    CHECK(integer("18446744073709549568.0") == 18'446'744'073'709'549'568U);
}

TEST_CASE("JsonNode::integer: refuses anything else, and says what is there", "[adapters][node]") {
    const std::string allowed = " (allowed: a whole number from 0 to 18446744073709551615)";
    CHECK(integer_refusal("2.5") == "f.json: /x: is 2.5" + allowed);
    CHECK(integer_refusal("-3") == "f.json: /x: is -3" + allowed);
    CHECK(integer_refusal("-1e6") == "f.json: /x: is -1e+06" + allowed);
    CHECK(integer_refusal("true") == "f.json: /x: is true" + allowed);
    CHECK(integer_refusal("\"5\"") == "f.json: /x: is the string \"5\"" + allowed);
    CHECK(integer_refusal("null") == "f.json: /x: is null" + allowed);
    CHECK(integer_refusal("[]") == "f.json: /x: is an empty list" + allowed);
    CHECK(integer_refusal("[1]") == "f.json: /x: is a list" + allowed);
    CHECK(integer_refusal("{}") == "f.json: /x: is an object" + allowed);
    CHECK_FALSE(integer_refusal("18446744073709551616").empty());  // 2^64
    CHECK_FALSE(integer_refusal("1e30").empty());
    CHECK_FALSE(integer_refusal("1e-30").empty());
    CHECK_FALSE(integer_refusal("-9223372036854775808").empty());
    CHECK_FALSE(integer_refusal("0", 1, 5).empty());
    CHECK_FALSE(integer_refusal("6", 1, 5).empty());
    CHECK(integer_refusal("5", 1, 5).empty());
    CHECK(integer_refusal("1", 1, 5).empty());
}

TEST_CASE("JsonNode: a number too large for a double is refused when the text is read",
          "[adapters][node]") {
    const std::string said =
        complaint([] { static_cast<void>(truegap::adapters::parse_json("[1e400]", "f.json")); });
    CHECK(said.find("1e400") != std::string::npos);
}

TEST_CASE("JsonNode: numbers and their ranges", "[adapters][node]") {
    const auto number = [](const JsonNode& node) { return node.number(); };
    const auto share = [](const JsonNode& node) { return node.number_between(0.0, 1.0); };
    for (const std::string text : {"\"1\"", "true", "null", "[]", "{}"}) {
        INFO(text);
        CHECK(refusal(text, number).find("(allowed: a number") != std::string::npos);
        CHECK_FALSE(refusal(text, share).empty());
    }
    CHECK(refusal("-2.5", number).empty());
    CHECK(refusal("1", share).empty());
    CHECK(refusal("0", share).empty());
    CHECK(refusal("1.5", share) == "f.json: /x: is 1.5 (allowed: a number from 0 to 1)");
    CHECK_FALSE(refusal("-1e-300", share).empty());
}

TEST_CASE("JsonNode: texts and booleans", "[adapters][node]") {
    const auto text = [](const JsonNode& node) { return node.text(); };
    const auto nonempty = [](const JsonNode& node) { return node.nonempty_text(); };
    const auto boolean = [](const JsonNode& node) { return node.boolean(); };
    CHECK(refusal("\"\"", text).empty());
    CHECK_FALSE(refusal("\"\"", nonempty).empty());
    CHECK(refusal("3", text) == "f.json: /x: is 3 (allowed: a string)");
    CHECK(refusal("null", text) == "f.json: /x: is null (allowed: a string)");
    CHECK(refusal("1", boolean) == "f.json: /x: is 1 (allowed: true or false)");
    CHECK(refusal("\"true\"", boolean) ==
          "f.json: /x: is the string \"true\" (allowed: true or false)");
    CHECK(refusal("false", boolean).empty());
}

TEST_CASE("JsonNode: keys are checked, and the nearest known one is named", "[adapters][node]") {
    const std::vector<std::string> known{"seed", "name", "worlds"};
    const auto keys = [&](const JsonNode& node) {
        node.require_keys(known);
        return 0;
    };
    CHECK(refusal(R"({"seed": 1, "worlds": 2})", keys).empty());
    CHECK(refusal("{}", keys).empty());
    CHECK(refusal(R"({"sed": 1})", keys) ==
          "f.json: /x/sed: unknown key; the nearest known key is \"seed\" (allowed: seed, name or "
          "worlds)");
    CHECK(refusal(R"({"wolrds": 1})", keys).find("\"worlds\"") != std::string::npos);
    CHECK(refusal(R"({"a/~b": 1})", keys).find("/x/a~1~0b: ") != std::string::npos);
    CHECK(refusal("[]", keys).find("(allowed: an object)") != std::string::npos);
    const Json value = Json::parse(R"({"a": {"b": [5, 6]}, "x/y": 1})");
    const JsonNode root(value, "f.json");
    CHECK(root["a"]["b"].elements().at(1).pointer() == "/a/b/1");
    CHECK(root["x/y"].pointer() == "/x~1y");
    CHECK(root.has("a"));
    CHECK_FALSE(root.has("b"));
    CHECK_FALSE(root["a"]["b"].has("0"));
    CHECK(complaint([&] { static_cast<void>(root["c"]); }).starts_with("f.json: /c: "));
    CHECK(complaint([&] { static_cast<void>(root["a"]["b"]["c"]); }).find("an object") !=
          std::string::npos);
    CHECK(root.members().size() == 2);
    CHECK(root.members()[1].first == "x/y");
}

TEST_CASE("JsonNode: lists", "[adapters][node]") {
    const auto elements = [](const JsonNode& node) { return node.elements(); };
    const auto some = [](const JsonNode& node) { return node.some_elements(); };
    CHECK(refusal("[]", elements).empty());
    CHECK(refusal("[]", some) == "f.json: /x: is an empty list (allowed: at least one entry)");
    CHECK(refusal("5", elements) == "f.json: /x: is 5 (allowed: a list)");
    CHECK_FALSE(refusal("{}", elements).empty());
}

TEST_CASE("JsonNode::choice: one of the allowed values", "[adapters][node]") {
    const std::vector<std::string> allowed{"uniform", "sorted", "drop"};
    const auto choice = [&](const JsonNode& node) { return node.choice(allowed); };
    const Json value = "sorted";
    CHECK(JsonNode(value, "f").choice(allowed) == 1);
    CHECK(refusal("\"sort\"", choice) ==
          "f.json: /x: unknown value \"sort\"; the nearest known one is \"sorted\" (allowed: "
          "uniform, sorted or drop)");
    CHECK_FALSE(refusal("\"Sorted\"", choice).empty());
    CHECK_FALSE(refusal("1", choice).empty());
}

TEST_CASE("JsonNode::probabilities: what sums to 1 within 1e-9, divided by its sum",
          "[adapters][node]") {
    const auto read = [](const JsonNode& node) { return node.probabilities(); };
    const auto sum_of = [](const std::string& text) {
        const Json value = Json::parse(text);
        double sum = 0.0;
        for (const double p : JsonNode(value, "f").probabilities()) sum += p;
        return sum;
    };
    CHECK(sum_of("[0.25, 0.75]") == 1.0);
    CHECK(sum_of("[1]") == 1.0);
    CHECK(sum_of("[0, 1, 0]") == 1.0);
    CHECK(sum_of("[0.5, 0.5000000005]") == Approx(1.0).margin(1e-15));
    CHECK(sum_of("[0.5, 0.4999999995]") == Approx(1.0).margin(1e-15));
    CHECK_FALSE(refusal("[0.5, 0.500000002]", read).empty());
    CHECK_FALSE(refusal("[0.5, 0.499999998]", read).empty());
    CHECK(refusal("[0.5, 0.25, 0.15]", read) ==
          "f.json: /x: the probabilities sum to 0.9 (allowed: 1, within 1e-9)");
    CHECK(refusal("[1.5, -0.5]", read).starts_with("f.json: /x/1: is -0.5 (allowed: "));
    CHECK(refusal("[1, null]", read).starts_with("f.json: /x/1: is null (allowed: "));
    CHECK(refusal("[1, \"0\"]", read).starts_with("f.json: /x/1: "));
    CHECK_FALSE(refusal("[]", read).empty());
    CHECK_FALSE(refusal("0.5", read).empty());
    CHECK_FALSE(refusal("[1e308, 1e308]", read).empty());
    CHECK_FALSE(refusal("[0, 0]", read).empty());
}
