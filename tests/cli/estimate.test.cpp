#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numbers>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

const std::vector<std::string> all_estimators{
    "plug_in", "miller_madow", "grassberger_2003", "chao_shen", "chao_wang_jost"};

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        result.push_back(Json::parse(text.substr(at, end - at)));
        at = end + 1;
    }
    return result;
}

std::vector<Json> estimate(const std::string& input, std::vector<std::string> options = {}) {
    options.insert(options.begin(), "estimate");
    const Finished finished = run(options, {}, input);
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.err.empty());
    return lines_of(finished.out);
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> result;
    for (const auto& [key, value] : object.items()) result.push_back(key);
    return result;
}

double plug_in(const std::vector<double>& counts) {
    long double n = 0.0L;
    for (const double count : counts) n += count;
    long double sum = 0.0L;
    for (const double count : counts)
        if (count > 0.0) sum -= count / n * std::log(count / n);
    return static_cast<double>(sum);
}

bool near(const Json& found, double expected) {
    return std::abs(found.get<double>() - expected) <= 1e-14 * (1.0 + std::abs(expected));
}

}  // namespace

TEST_CASE("estimate: a line of counts gives a line with the keys of the contract",
          "[cli][estimate]") {
    const Json line = estimate("[3, 2, 0, 1]\n").at(0);
    std::vector<std::string> found = keys(line);
    found.resize(5);
    CHECK(found == std::vector<std::string>{"n", "items_seen", "unit", "estimates", "sd"});
    CHECK(line["n"] == 6);
    CHECK(line["items_seen"] == 3);
    CHECK(line["unit"] == "nat");
    std::vector<std::string> names = keys(line["estimates"]);
    REQUIRE(names.size() >= all_estimators.size());
    names.resize(all_estimators.size());
    CHECK(names == all_estimators);
    CHECK_FALSE(line.contains("notes"));
    CHECK(near(line["estimates"]["plug_in"], plug_in({3, 2, 1})));
    CHECK(near(line["estimates"]["miller_madow"], plug_in({3, 2, 1}) + 2.0 / 12.0));
}

TEST_CASE("estimate: an object, a bare array, spaces and numbers like 1e3 say the same",
          "[cli][estimate]") {
    const auto lines = estimate(
        "[1000,2,1]\n{\"counts\":[1000,2,1]}\n \t[ 1e3 , 2.0, 1 ] \n{ \"counts\" : [1000, 2, 1] }");
    REQUIRE(lines.size() == 4);
    for (const Json& line : lines) CHECK(line == lines[0]);
    CHECK(estimate("[2,1]", {"-"}) == estimate("[2,1]"));
    const TemporaryFolder folder;
    write_file(folder / "counts.jsonl", "[2,1]\n");
    CHECK(estimate("", {(folder / "counts.jsonl").string()}) == estimate("[2,1]"));
}

TEST_CASE("estimate: estimators are chosen by name and printed in the order asked for",
          "[cli][estimate]") {
    const auto chosen = [](const std::vector<std::string>& options) {
        return keys(estimate("[2, 1]\n", options).at(0)["estimates"]);
    };
    const std::vector<std::string> two{"chao_shen", "plug_in"};
    CHECK(chosen({"--estimator", "chao_shen", "plug_in"}) == two);
    CHECK(chosen({"--estimator", "chao_shen", "--estimator", "plug_in"}) == two);
    CHECK(chosen({"--estimator", "chao_shen", "plug_in", "chao_shen", "-"}) == two);
    CHECK(chosen({"-", "--estimator", "chao_shen", "plug_in"}) == two);
    CHECK(chosen({"--estimator=plug_in"}) == std::vector<std::string>{"plug_in"});
    const TemporaryFolder folder;
    write_file(folder / "counts", "[5]\n");
    const std::string file = (folder / "counts").string();
    CHECK(estimate("", {"--estimator", "plug_in", file}).at(0)["n"] == 5);
    CHECK(estimate("", {file, "--estimator", "plug_in"}).at(0)["n"] == 5);
}

TEST_CASE("estimate: bits are nats divided by ln 2", "[cli][estimate]") {
    const std::string input = "[5, 3, 1, 1]\n[1, 1, 1]\n[7]\n[100000, 1, 2, 3]\n";
    const auto nats = estimate(input, {"--unit", "nat"});
    const auto bits = estimate(input, {"--unit", "bit"});
    CHECK(estimate(input) == nats);
    for (std::size_t i = 0; i < nats.size(); ++i) {
        CHECK(bits[i]["unit"] == "bit");
        for (const auto& [name, nat] : nats[i]["estimates"].items())
            CHECK(near(bits[i]["estimates"][name], nat.get<double>() / std::numbers::ln2));
    }
    CHECK(near(estimate("[1,1,1,1]", {"--unit", "bit"}).at(0)["estimates"]["plug_in"], 2.0));
}

TEST_CASE("estimate: fewer items than were seen give null and a note, and exit 0",
          "[cli][estimate]") {
    const auto lines =
        estimate("{\"counts\":[3,2,1],\"items\":2}\n{\"counts\":[3,2,1],\"items\":3}\n");
    for (const std::string& name : all_estimators) {
        CHECK(lines[0]["estimates"][name].is_null());
        CHECK(lines[0]["notes"][name].get<std::string>().find("items") != std::string::npos);
        CHECK(lines[1]["estimates"][name].is_number());
    }
    CHECK_FALSE(lines[1].contains("notes"));
}

TEST_CASE("estimate: a line's own items go before --items", "[cli][estimate]") {
    const auto undefined = [](const std::string& line, const std::string& items) {
        return estimate(line, {"--items", items}).at(0)["estimates"]["plug_in"].is_null();
    };
    CHECK(undefined("[1, 1, 1]", "2"));
    CHECK_FALSE(undefined("[1, 1, 1]", "3"));
    CHECK_FALSE(undefined("[1, 1, 1]", "1e3"));
    CHECK_FALSE(undefined(R"({"counts": [1, 1, 1], "items": 5})", "2"));
    CHECK(undefined(R"({"counts": [1, 1, 1], "items": 2})", "5"));
}

TEST_CASE("estimate: no observations give null and a note", "[cli][estimate]") {
    for (const std::string input : {"[]", "[0, 0]", "{\"counts\": []}", "{\"counts\": [0]}"}) {
        INFO(input);
        const Json line = estimate(input).at(0);
        CHECK(line["n"] == 0);
        CHECK(line["items_seen"] == 0);
        for (const std::string& name : all_estimators) {
            CHECK(line["estimates"][name].is_null());
            CHECK(line["notes"][name].get<std::string>().find("no observations") !=
                  std::string::npos);
        }
    }
    CHECK(estimate("").empty());
    CHECK(estimate("\n\n").empty());
}

TEST_CASE("estimate: empty lines, CRLF, a byte order mark and a missing last line end",
          "[cli][estimate]") {
    const auto plain = estimate("[3]\n[2,1]\n");
    CHECK(estimate("\n[3]\n\n   \n[2,1]") == plain);
    CHECK(estimate("[3]\r\n\r\n[2,1]\r\n") == plain);
    CHECK(estimate("\xEF\xBB\xBF[3]\n[2,1]\n") == plain);
}

TEST_CASE("estimate: counts up to 4294967295 do not overflow", "[cli][estimate]") {
    const Json line = estimate("[4294967295, 4294967295, 4294967295, 4294967295]\n").at(0);
    CHECK(line["n"] == 17179869180ULL);
    for (const std::string& name : all_estimators) {
        INFO(name);
        CHECK(std::abs(line["estimates"][name].get<double>() - std::log(4.0)) < 1e-9);
    }
    const Json skewed = estimate("[4294967295, 1]\n").at(0);
    CHECK(near(skewed["estimates"]["plug_in"], plug_in({4294967295.0, 1.0})));
    const Json one = estimate("[4294967295]\n").at(0);
    for (const std::string& name : all_estimators)
        CHECK(std::abs(one["estimates"][name].get<double>()) < 1e-9);
}

TEST_CASE("estimate: a bad line is named by its number and its pointer", "[cli][estimate]") {
    const std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> cases{
        {"[1, -3]", ": /1: ", {"is -3", "0 to 4294967295"}},
        {"[1, 2.5]", ": /1: ", {"is 2.5"}},
        {"[4294967296]", ": /0: ", {"is 4294967296"}},
        {"[true]", ": /0: ", {"is true"}},
        {"[\"1\"]", ": /0: ", {"the string \"1\""}},
        {"[null]", ": /0: ", {"is null"}},
        {"[[1]]", ": /0: ", {"a list"}},
        {R"({"counts": [1, -2]})", ": /counts/1: ", {"is -2"}},
        {R"({"counts": 3})", ": /counts: ", {"is 3"}},
        {R"({"count": [1]})", ": /count: ", {"unknown key", "\"counts\""}},
        {R"({"items": 3})", ": /counts: ", {"missing"}},
        {R"({"counts": [1], "items": 0})", ": /items: ", {"is 0"}},
        {R"({"counts": [1], "items": -1})", ": /items: ", {"is -1"}},
        {R"({"counts": [1], "items": 1.5})", ": /items: ", {"is 1.5"}},
        {R"({"counts": [1], "items": 1e30})", ": /items: ", {}},
        {R"({"counts": [1], "counts": [2]})", ": /counts: ", {"twice"}},
        {"3", ": ", {"is 3", "list"}},
        {"null", ": ", {"is null", "list"}},
        {"[1, 2", ", column 6: ", {}},
        {"[1] [2]", ", column 5: ", {}},
        {"1, 2", ", column 2: ", {}},
        {"[1e400]", "", {"1e400"}},
        {"[NaN]", ", column 2: ", {}},
        {std::string("[1]\0[2]", 7), "", {}},
        {"\xff", ", column 1: ", {}}};
    for (const auto& [line, place, says] : cases) {
        INFO("line " << line);
        Finished finished = run({"estimate"}, {}, "[1]\n\n" + line + "\n[2]\n");
        CHECK(lines_of(finished.out).size() == 1);  // what came before is on standard output
        finished.out.clear();
        check_refused(finished, "-: line 3" + place, says);
    }
}

TEST_CASE("estimate: 100,000 lines come out in their order, in constant memory",
          "[cli][estimate]") {
    const TemporaryFolder folder;
    const auto write_lines = [&](const std::string& name, std::size_t count) {
        std::ofstream out(folder / name);
        for (std::size_t i = 1; i <= count; ++i) {
            out << "[" << i;
            for (std::size_t k = 0; k < 20; ++k) out << ", " << i % (k + 2);
            out << "]\n";
        }
    };
    write_lines("few", 100);
    write_lines("many", 100'000);
    const auto peak = [&](const std::string& name) {
        const Finished finished = run(
            {.arguments = {"estimate", name}, .folder = folder.path(), .out_file = "/dev/null"});
        CHECK(finished.code == 0);
        return finished.peak_kilobytes;
    };
    // The sanitizers keep what is freed for a while.
    if (!sanitized) CHECK(peak("many") < peak("few") + 2048);
    const auto lines =
        lines_of(run({"estimate", "--estimator", "plug_in", "many"}, folder.path()).out);
    REQUIRE(lines.size() == 100'000);
    std::size_t wrong = 0;
    for (std::size_t i = 1; i <= lines.size(); ++i) {
        std::size_t n = i;
        for (std::size_t k = 0; k < 20; ++k) n += i % (k + 2);
        if (lines[i - 1]["n"] != n) ++wrong;
    }
    CHECK(wrong == 0);
}
