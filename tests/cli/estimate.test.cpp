#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "tests/cli/estimate_support.hpp"
#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

// Defined wherever there is an observation, without K and without reserve.
const std::vector<std::string> plain_estimators{
    "plug_in", "miller_madow", "grassberger_2003", "chao_shen", "chao_wang_jost"};

std::vector<std::string> with_plain_estimators(std::vector<std::string> options = {}) {
    options.emplace_back("--estimator");
    options.insert(options.end(), plain_estimators.begin(), plain_estimators.end());
    return options;
}

// Those that answer a line without the others.
std::vector<std::string> all_estimators() {
    std::vector<std::string> names;
    const Finished finished = run({"estimate", "--list", "--json"}, {});
    for (const Json& entry : Json::parse(finished.out))
        if (entry["pooling"] == "none") names.push_back(entry["name"]);
    return names;
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
    const Json all = estimate("[3, 2, 0, 1]\n").at(0);
    CHECK(keys(all["estimates"]) == all_estimators());
    const Json line = estimate("[3, 2, 0, 1]\n", with_plain_estimators()).at(0);
    CHECK(keys(line) == std::vector<std::string>{"n", "items_seen", "unit", "estimates", "sd"});
    CHECK(line["n"] == 6);
    CHECK(line["items_seen"] == 3);
    CHECK(line["unit"] == "nat");
    CHECK(keys(line["estimates"]) == plain_estimators);
    CHECK(line["sd"].empty());
    for (const std::string& name : plain_estimators)
        CHECK(all["estimates"][name] == line["estimates"][name]);
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
    const auto nats = estimate(input, with_plain_estimators({"--unit", "nat"}));
    const auto bits = estimate(input, with_plain_estimators({"--unit", "bit"}));
    CHECK(estimate(input, with_plain_estimators()) == nats);
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
    for (const std::string& name : all_estimators()) {
        CHECK(lines[0]["estimates"][name].is_null());
        CHECK(lines[0]["notes"][name].get<std::string>().find("items") != std::string::npos);
    }
    for (const std::string& name : plain_estimators) {
        CHECK(lines[1]["estimates"][name].is_number());
        CHECK_FALSE(lines[1].value("notes", Json::object()).contains(name));
    }
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
        for (const std::string& name : all_estimators()) {
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
    const Json line =
        estimate("[4294967295, 4294967295, 4294967295, 4294967295]\n", with_plain_estimators())
            .at(0);
    CHECK(line["n"] == 17179869180ULL);
    for (const std::string& name : plain_estimators) {
        INFO(name);
        CHECK(std::abs(line["estimates"][name].get<double>() - std::log(4.0)) < 1e-9);
    }
    const Json skewed = estimate("[4294967295, 1]\n", with_plain_estimators()).at(0);
    CHECK(near(skewed["estimates"]["plug_in"], plug_in({4294967295.0, 1.0})));
    const Json one = estimate("[4294967295]\n", with_plain_estimators()).at(0);
    for (const std::string& name : plain_estimators)
        CHECK(std::abs(one["estimates"][name].get<double>()) < 1e-9);
}
