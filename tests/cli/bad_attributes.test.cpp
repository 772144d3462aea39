#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const Json no_list = Json::array();

// Joint attributes a and b, c with levels of its own, all recorded with errors.
Json recorded_scenario() {
    Json scenario = explicit_scenario();
    scenario["population"]["attributes"] = Json::parse(R"([
        {"names": ["a", "b"], "levels": [["a1", "a2"], ["b1", "b2", "b3"]], "informativeness": 0.9,
         "probabilities": [[[0.5, 0, 0], [0, 0.25, 0.25]], [[0, 0.5, 0], [0.5, 0, 0]],
                           [[0, 0, 0.5], [0.5, 0, 0]]]},
        {"name": "c", "levels": ["x", "y"], "probabilities": [[1, 0], [0, 1], [0.5, 0.5]]}])");
    scenario["population"]["recording"] = Json::parse(R"({
        "a": {"missing": 0.2},
        "b": {"confusion": [[0.9, 0.1, 0], [0, 1, 0], [0.2, 0.2, 0.6]]},
        "c": {"parent": "a", "confusion": {"a1": [[0.9, 0.1, 0], [0, 0.8, 0.2]],
            "a2": [[1, 0, 0], [0, 1, 0]], "missing": [[0, 0, 1], [0, 0, 1]]}}})");
    scenario["contexts"] = Json::parse(R"({"proxies": [[], ["a", "b"], ["c"]], "candidates": 4})");
    return scenario;
}

}  // namespace

TEST_CASE("bad input: joint attributes", "[cli][bad_input]") {
    const std::string joint = "/population/attributes/0";
    const std::string tables = joint + "/probabilities";
    const Json good = recorded_scenario();
    REQUIRE(run({"validate", "-"}, {}, good.dump()).code == 0);
    check_changes_refused(
        good,
        {{joint + "/name", "a", "", {"\"names\""}},
         {joint + "/names", no_list, "", {"an empty list"}},
         {joint + "/names", {"a"}, joint + "/levels", {"2 lists", "1, one a name"}},
         {joint + "/names/1", "a", "", {"twice"}},
         {joint + "/names/1", "", "", {"an empty string"}},
         {joint + "/names/1", "c", "/population/attributes/1", {"twice"}},
         {joint + "/levels/0", no_list, "", {"an empty list"}},
         {joint + "/levels/0/1", "a1", "", {"twice"}},
         {joint + "/informativeness", 1.5, "", {"is 1.5", "from 0 to 1"}},
         {joint + "/informativeness", -0.1, "", {"is -0.1"}},
         {joint + "/concentration", 1, "", {"probabilities"}},
         {tables, {{0.5, 0.5}}, "", {"1 tables", "3, one a class"}},
         {tables + "/1", {0.5, 0.5}, tables + "/1/0", {"a list"}},
         {tables + "/1/1", {0.5, 0.5}, "", {"2 entries", "3, one a level"}},
         {tables + "/1/1", 0.5, "", {"a list"}},
         {tables + "/2", {{0, 0, 0.5}}, "", {"1 entries", "2, one a level"}},
         {tables + "/1/1/0", 0.4, tables + "/1", {"sum to 0.9"}},
         {tables + "/1/1/0", -0.5, "", {"is -0.5"}},
         {tables + "/1/1/0", "x", "", {"a number"}}});
    check_scenario_refused(without(good, tables).dump(), tables, {"missing"});
    Json many = small_scenario();
    Json levels = Json::array();
    for (int i = 0; i < 400; ++i) levels.push_back(std::to_string(i));
    many["population"]["attributes"] = {{{"names", {"age", "b"}}, {"levels", {levels, levels}}}};
    check_scenario_refused(
        many.dump(), "/population/attributes/0/levels", {"more than 100000 combinations"});
}

TEST_CASE("bad input: recorded attributes", "[cli][bad_input]") {
    const std::string place = "/population/recording";
    const std::string b = place + "/b/confusion", c = place + "/c/confusion";
    check_changes_refused(
        recorded_scenario(),
        {{place, 5, "", {"an object"}},
         {place + "/cc", {{"missing", 0.5}}, "", {"unknown key", "\"c\""}},
         {place + "/a/missing", 1.5, "", {"is 1.5", "from 0 to 1"}},
         {place + "/a", Json::object(), place + "/a/confusion", {"missing"}},
         {place + "/a/confusion", no_list, "", {"unknown key"}},
         {b, {{1, 0, 0}}, "", {"1 rows", "3, one a true level"}},
         {b + "/1", {0, 1}, "", {"2 entries", "row 0 has 3"}},
         {b, {{0.5, 0.5}, {0.5, 0.5}, {1, 0}}, "", {"rows of 2 entries", "3, one a level"}},
         {b + "/1", {0, 0.9, 0}, "", {"sum to 0.9"}},
         {b + "/1/0", -0.5, "", {"is -0.5"}},
         {place + "/c/parent", "aa", "", {"unknown value", "\"a\""}},
         {place + "/c/parent", "c", c + "/a1", {"unknown key", "\"x\""}},
         {place + "/c/parent", "b", c + "/a1", {"unknown key", "\"b1\""}},
         {c, Json::object(), "", {"is empty"}},
         {c + "/a3", {{1, 0, 0}, {0, 1, 0}}, "", {"unknown key", "\"a1\""}},
         {c + "/missing", {{1, 0}, {0, 1}}, "", {"rows of 2", "have 3"}},
         {c + "/a2/0", {1, 1, 0}, "", {"sum to 2"}},
         {"/population/attributes/1/levels/0", "missing", place + "/c", {"can be missing"}}});
    check_scenario_refused(without(recorded_scenario(), c + "/missing").dump(),
                           c,
                           {"no matrix for the recorded level \"missing\" of \"a\""});
    Json cycle = recorded_scenario();
    cycle["population"]["recording"]["a"] = Json::parse(
        R"({"parent": "c", "confusion": {"x": [[1, 0, 0], [0, 1, 0]], "y": [[1, 0, 0], [0, 1, 0]],
            "missing": [[1, 0, 0], [0, 1, 0]]}})");
    check_scenario_refused(cycle.dump(), place + "/a/parent", {"cycle"});
    Json none = recorded_scenario();
    none["population"]["attributes"] = no_list;
    none["contexts"].erase("proxies");
    check_scenario_refused(none.dump(), place, {"has none"});
}

TEST_CASE("bad input: proxies of a lattice", "[cli][bad_input]") {
    check_changes_refused(
        recorded_scenario(),
        {{"/contexts/proxies", "al", "", {"\"all\""}}, {"/contexts/proxies", 5, "", {"a list"}}});
    Json many = small_scenario();
    many["contexts"] = {{"proxies", "all"}, {"candidates", 8}};
    for (int i = 0; i < 11; ++i)
        many["population"]["attributes"].push_back(
            {{"name", "more" + std::to_string(i)}, {"levels", {"only"}}});
    check_scenario_refused(many.dump(), "/contexts/proxies", {"13 attributes", "4096"});
    many["population"]["attributes"].erase(12);
    CHECK(run({"validate", "-"}, {}, many.dump()).code == 0);
}
