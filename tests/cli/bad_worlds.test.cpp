#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const Json no_list = Json::array();

// Everybody of three homogeneous classes and six items.
Json homogeneous() {
    Json scenario = explicit_scenario();
    scenario["population"].erase("heterogeneity");
    scenario["contexts"] = Json::parse(R"({"history_lengths": [0, 2]})");
    scenario["responses"]["top"] = 1;
    return scenario;
}

Json with_dynamics(const std::string& text) {
    Json scenario = homogeneous();
    scenario["dynamics"] = Json::parse(text);
    return scenario;
}

}  // namespace

TEST_CASE("bad input: moving classes", "[cli][bad_input]") {
    const Json good = with_dynamics(
        R"({"kind": "markov", "transition": [[1, 0, 0], [0, 1, 0], [0.5, 0, 0.5]], "steps": 2, "events": 5})");
    REQUIRE(run({"validate", "-"}, {}, good.dump()).code == 0);
    const std::string rows = "/dynamics/transition";
    check_changes_refused(good,
                          {{"/dynamics/kind", "markow", "", {"markov"}},
                           {"/dynamics/kind", "static", rows, {"unknown key"}},
                           {"/dynamics/stay", 0.5, "", {"unknown key"}},
                           {rows, {{"stay", 1.5}}, rows + "/stay", {"from 0 to 1"}},
                           {rows, {{1.0, 0.0, 0.0}}, "", {"1 rows", "3, one a class"}},
                           {rows + "/1", {0.5, 0.5}, "", {"2 entries"}},
                           {rows + "/1", {0.5, 0.5, 0.5}, "", {"sum to 1.5"}},
                           {"/dynamics/steps", 0, "", {"is 0"}},
                           {"/dynamics/steps", 1.5, "", {"is 1.5"}},
                           {"/dynamics/events", 1, "", {"is 1", "2"}}});
    // What cannot be exact is refused, with the reason.
    for (const std::string kind :
         {R"({"kind": "markov", "transition": {"stay": 0.9}})",
          R"({"kind": "chaotic"})",
          R"({"kind": "drift", "sd": 0.1})",
          R"({"kind": "regime_change", "ago": 1, "item_probabilities": []})"}) {
        Json scenario = with_dynamics(kind);
        scenario["population"]["heterogeneity"] = {{"concentration", 10}};
        check_scenario_refused(
            scenario.dump(), "/dynamics/kind", {"heterogeneity", "not exact", "infinite"});
    }
}

TEST_CASE("bad input: drift, regimes and chaos", "[cli][bad_input]") {
    check_changes_refused(with_dynamics(R"({"kind": "drift", "sd": 0.1, "length": 4})"),
                          {{"/dynamics/sd", -1, "", {"is -1"}},
                           {"/dynamics/length", 0, "", {"is 0"}},
                           {"/dynamics/ago", 1, "", {"unknown key"}}});
    Json regime = with_dynamics(R"({"kind": "regime_change", "ago": 1})");
    check_scenario_refused(regime.dump(), "/dynamics", {"what was before", "item_probabilities"});
    regime["dynamics"]["item_probabilities"] = regime["population"]["item_probabilities"];
    REQUIRE(run({"validate", "-"}, {}, regime.dump()).code == 0);
    check_changes_refused(regime,
                          {{"/dynamics/ago", 0, "", {"is 0"}},
                           {"/dynamics/tilt_sd", 1, "", {"one of the two"}},
                           {"/dynamics/item_probabilities", no_list, "", {"an empty list"}},
                           {"/dynamics/item_probabilities",
                            {{0.5, 0.5}, {0.5, 0.5}, {1, 0}},
                            "",
                            {"2 entries", "one an item"}}});
    Json chaotic = with_dynamics(R"({"kind": "chaotic", "steps": 60})");
    REQUIRE(run({"validate", "-"}, {}, chaotic.dump()).code == 0);
    check_changes_refused(chaotic, {{"/dynamics/steps", 61, "", {"is 61", "60"}}});
    chaotic["population"]["examination"] = {{"kind", "power"}, {"exponent", 1}};
    check_scenario_refused(chaotic.dump(), "/dynamics/kind", {"click position bias"});
}

TEST_CASE("bad input: surveys", "[cli][bad_input]") {
    Json good = small_scenario();
    for (const char* key : {"items", "popularity", "tilt_sd"}) good["population"].erase(key);
    good["population"]["likert"] = Json::parse(
        R"({"options": 3, "thresholds": [-1, 1], "traits": {"sd": 1}, "discrimination": 2})");
    good["contexts"].erase("candidates");
    good["responses"]["top"] = 2;
    REQUIRE(run({"validate", "-"}, {}, good.dump()).code == 0);
    const std::string likert = "/population/likert";
    check_changes_refused(
        good,
        {{"/population/items", 3, "", {"likert"}},
         {"/population/tilt_sd", 1, "", {"likert"}},
         {likert + "/options", 1, "", {"is 1"}},
         {likert + "/options", 4, likert + "/thresholds", {"2 entries", "3, one less"}},
         {likert + "/thresholds/1", -1, "", {"ascending"}},
         {likert + "/thresholds/1", "x", "", {"a number"}},
         {likert + "/traits", {{"sd", -1}}, likert + "/traits/sd", {"is -1"}},
         {likert + "/traits", {0.5}, "", {"1 entries", "one a class"}},
         {likert + "/discrimination", 0, "", {"is 0"}},
         {likert + "/option", 5, "", {"unknown key", "options"}}});
}

TEST_CASE("bad input: click position bias", "[cli][bad_input]") {
    Json good = homogeneous();
    good["population"]["examination"] = {{"kind", "listed"}, {"weights", {3, 2, 1}}};
    good["contexts"]["candidates"] = 3;
    REQUIRE(run({"validate", "-"}, {}, good.dump()).code == 0);
    const std::string examination = "/population/examination";
    check_changes_refused(
        good,
        {{examination + "/kind", "geometric", examination + "/weights", {"unknown key"}},
         {examination + "/weights", no_list, "", {"an empty list"}},
         {examination + "/weights/0", 0, "", {"is 0"}},
         {"/contexts/candidates", 4, "", {"4 candidates", "up to 3"}},
         {"/contexts/display", "upside_down", "", {"reversed"}},
         {"/population/heterogeneity", {{"concentration", 5}}, examination, {"not exact"}}});
    for (const double ratio : {0.0, 1.5}) {
        good["population"]["examination"] = {{"kind", "geometric"}, {"ratio", ratio}};
        check_scenario_refused(good.dump(), examination + "/ratio", {"from 0.001 to 1"});
    }
}

TEST_CASE("bad input: candidate pools", "[cli][bad_input]") {
    Json good = homogeneous();
    good["contexts"]["candidates"] =
        Json::parse(R"({"kind": "stratified", "count": 4, "strata": 2, "per": "group"})");
    REQUIRE(run({"validate", "-"}, {}, good.dump()).code == 0);
    const std::string pool = "/contexts/candidates";
    check_changes_refused(good,
                          {{pool + "/kind", "randon", "", {"random"}},
                           {pool + "/kind", "random", pool + "/strata", {"unknown key"}},
                           {pool + "/kind", "popular", pool + "/strata", {"unknown key"}},
                           {pool + "/count", 1, "", {"is 1"}},
                           {pool + "/count", 1e6, "", {"from 2 to"}},
                           {pool + "/strata", 5, "", {"is 5", "4"}},
                           {pool + "/strata", 0, "", {"is 0"}},
                           {pool + "/per", "user", "", {"world"}},
                           {pool + "/users", 3, "", {"unknown key"}}});
    good["contexts"]["candidates"] = {{"kind", "group_popular"}, {"count", 4}, {"users", 0}};
    check_scenario_refused(good.dump(), pool + "/users", {"is 0"});
    good["contexts"]["candidates"] = {{"kind", "stratified"}, {"count", 4}};
    check_scenario_refused(good.dump(), pool + "/strata", {"missing"});
    good["contexts"]["candidates"] = "all";
    check_scenario_refused(good.dump(), pool, {"\"all\"", "a pool"});
}
