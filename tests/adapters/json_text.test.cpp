#include "adapters/io/json_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/adapters/support.hpp"

using namespace truegap::test;
using truegap::adapters::Json;
using truegap::adapters::json_number;
using truegap::adapters::json_string;
using truegap::adapters::parse_json;

namespace {

std::string refusal(const std::string& text) {
    return complaint([&] { static_cast<void>(parse_json(text, "file.json")); });
}

std::string written(const Json& value) {
    std::ostringstream out;
    truegap::adapters::write_json(out, value);
    return out.str();
}

// The number with the fewest digits that printf needs for reading back exactly: 1.25e-07.
std::string scientific(double number) {
    for (int digits = 0;; ++digits) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%.*e", digits, number);
        if (std::strtod(text.data(), nullptr) == number) return text.data();
    }
}

std::size_t significant_digits(const std::string& text) {
    std::string digits;
    for (const char c : text.substr(0, text.find('e')))
        if (c >= '0' && c <= '9') digits += c;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    return digits.find_last_not_of('0') + 1;
}

// Not longer than the scientific form, and with no more digits unless it is written as an integer.
bool is_shortest(const std::string& text, double number) {
    const std::string other = scientific(number);
    const bool integer = text.find_first_of(".e") == std::string::npos;
    return text.size() <= other.size() &&
           (integer || significant_digits(text) == significant_digits(other));
}

}  // namespace

TEST_CASE("parse_json: keeps values, order and types", "[adapters][json]") {
    const Json value = parse_json(R"({"z": 1, "a": [2.5, "x", null, true], "\u00e9": {}})", "f");
    CHECK(value.dump() == "{\"z\":1,\"a\":[2.5,\"x\",null,true],\"\u00e9\":{}}");
    CHECK(parse_json("\xEF\xBB\xBF{}", "f").is_object());
    CHECK(parse_json(" 3 ", "f") == 3);
}

TEST_CASE("parse_json: a duplicate key is named by its pointer at every depth",
          "[adapters][json]") {
    const std::string twice = "the key appears twice (allowed: once)";
    CHECK(refusal(R"({"a": 1, "a": 2})") == "file.json: /a: " + twice);
    CHECK(refusal(R"({"a": {"b": 1, "c": 2, "b": 3}})") == "file.json: /a/b: " + twice);
    CHECK(refusal(R"([1, [], {}, {"x": [{}, 2, {"y": 1, "y": 1}]}])") ==
          "file.json: /3/x/2/y: " + twice);
    CHECK(refusal(R"({"a/b": {"c~d": 1, "c~d": 1}})") == "file.json: /a~1b/c~0d: " + twice);
    CHECK(refusal(R"({"seed": 1, "se\u0065d": 1})") == "file.json: /seed: " + twice);
    CHECK(refusal(R"({"": 1, "": 1})") == "file.json: /: " + twice);
    CHECK(refusal(R"({"a": {"b": 1}, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]})").empty());
    std::string deep = R"({"k": 1, "k": 2})";
    std::string pointer = "/k";
    for (int depth = 0; depth < 30; ++depth) {
        deep = R"({"d": [0, )" + deep + "]}";
        pointer.insert(0, "/d/1");
    }
    CHECK(refusal(deep) == "file.json: " + pointer + ": " + twice);
}

TEST_CASE("parse_json: a syntax error gives line and column", "[adapters][json]") {
    using Catch::Matchers::StartsWith;
    CHECK_THAT(refusal(""), StartsWith("file.json: line 1, column 1: "));
    CHECK_THAT(refusal("{\"a\" 1}"), StartsWith("file.json: line 1, column 6: "));
    CHECK_THAT(refusal("{\n  \"a\": tru\n}"),
               StartsWith("file.json: line 2, column 11: ") ||
                   StartsWith("file.json: line 3, column 0: "));
    CHECK_THAT(refusal("[1, 2"), StartsWith("file.json: line 1, column 6: "));
    CHECK_THAT(refusal("[1]\n\n]"), StartsWith("file.json: line 3, column 1: "));
    CHECK_THAT(refusal("[\"\xff\"]"), StartsWith("file.json: line 1, column 3: "));
    CHECK_THAT(refusal("[1e999]"), StartsWith("file.json: line 1, column "));
    for (const std::string text : {"{\"a\": \"x\ny\"}", "[\x01]", "\"\x1b[31m", "[1e999]"}) {
        const std::string said = refusal(text);
        CHECK_FALSE(said.empty());
        CHECK(said.find_first_of("\n\x01\x1b") == std::string::npos);
    }
}

TEST_CASE("parse_json: text after the value is refused, after a zero byte too",
          "[adapters][json]") {
    CHECK_FALSE(refusal("{} {}").empty());
    CHECK_FALSE(refusal(std::string("{}\0{}", 5)).empty());
    CHECK_FALSE(refusal(std::string("{}\0", 3)).empty());
}

TEST_CASE("json_number: the fewest digits that read back exactly, for 10,000 numbers",
          "[adapters][json]") {
    Dice dice(2);
    std::size_t subnormal = 0;
    std::size_t checked = 0;
    while (checked < 10'000) {
        std::uint64_t bits = dice.bits();
        if (checked % 8 == 0) bits &= 0x800FFFFFFFFFFFFFU;  // subnormal, or zero
        if (checked % 8 == 1) bits &= 0xFFFFFFFF00000000U;  // few digits
        const auto number = std::bit_cast<double>(bits);
        if (!std::isfinite(number)) continue;
        ++checked;
        subnormal += std::fpclassify(number) == FP_SUBNORMAL ? 1 : 0;
        const std::string text = json_number(number);
        const double read_back = std::strtod(text.c_str(), nullptr);
        if (std::bit_cast<std::uint64_t>(read_back) != bits ||
            Json::parse(text).get<double>() != number || !is_shortest(text, number))
            FAIL_CHECK(text << " for " << number);
    }
    CHECK(subnormal > 1000);
    for (const double number :
         {0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 1e21, 1e22, 1.0 / 3}) {
        CHECK(Json::parse(json_number(number)).get<double>() == number);
        CHECK(is_shortest(json_number(number), number));
    }
}

TEST_CASE("json_number: infinities are strings, what is undefined is null", "[adapters][json]") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(json_number(infinity) == "\"inf\"");
    CHECK(json_number(-infinity) == "\"-inf\"");
    CHECK(json_number(std::nullopt) == "null");
    CHECK(json_number(1.0) == "1");
    CHECK(json_number(0.1) == "0.1");
}

TEST_CASE("write_json: one line that parses back to the same value", "[adapters][json]") {
    const Json value = Json::parse(R"({"b": [1, -2, 3.25, 1e300, 18446744073709551615, "x\n\"y"],
                                       "a": {"": null, "\u2603": false}, "e": [], "o": {}})");
    const std::string text = written(value);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(Json::parse(text) == value);
    CHECK(text.starts_with("{\"b\":[1,-2,3.25,1e+300,18446744073709551615,"));
    CHECK(text.ends_with("\"e\":[],\"o\":{}}"));
    CHECK(written(std::numeric_limits<double>::infinity()) == "\"inf\"");
}

TEST_CASE("json_string: quotes and escapes", "[adapters][json]") {
    CHECK(json_string("a\"b\\c\n") == R"("a\"b\\c\n")");
    CHECK(json_string("\u2603") == "\"\u2603\"");
    CHECK(json_string(std::string("\0", 1)) == "\"\\u0000\"");
}
