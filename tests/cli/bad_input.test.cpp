#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const Json curve =
    Json::parse(R"({"kind": "rank_curve", "curve": {"kind": "zipf", "exponent": 1}})");

}  // namespace

TEST_CASE("bad input: an unknown key is named at every level, with the nearest known one",
          "[cli][bad_input]") {
    check_changes_refused(
        small_scenario(),
        {{"/sede", 1, "", {"unknown key", "\"seed\""}},
         {"/population/item", 1, "", {"\"items\""}},
         {"/population/popularity/exponen", 1, "", {"\"exponent\""}},
         {"/population/class_weights/concentratio", 1, "", {"\"concentration\""}},
         {"/population/heterogeneity/concentrations", 1, "", {"\"concentration\""}},
         {"/population/attributes/0/level", 1, "", {"\"levels\""}},
         {"/dynamics/kin", 1, "", {"\"kind\""}},
         {"/contexts/proxy", 1, "", {"\"proxies\""}},
         {"/design/user", 1, "", {"\"users\""}},
         {"/predictors/0/knd", 1, "", {"\"kind\""}},
         {"/predictors/1/temprature", 1, "", {"\"temperature\""}},
         {"/responses/tops", 1, "", {"\"top\""}},
         {"/approximations/0/residuals", 1, "", {"\"residual\""}},
         {"/approximations/0/smoothing/alfa", 1, "", {"\"alpha\""}},
         {"/a~1b~0c", 1, "", {"unknown key"}}});
    check_changes_refused(with(small_scenario(), "/approximations/-", curve),
                          {{"/approximations/1/curve/exponents", 1, "", {"\"exponent\""}}});
    check_changes_refused(explicit_scenario(),
                          {{"/population/class_weight", 1, "", {"\"class_weights\""}},
                           {"/contexts/list/0/histroy", 1, "", {"\"history\""}},
                           {"/contexts/list/0/group/ages", 1, "", {"\"age\""}},
                           {"/contexts/lists", 1, "", {"\"list\""}}});
}

TEST_CASE("bad input: control characters in a key do not break the one line of the message",
          "[cli][bad_input]") {
    check_scenario_refused(with(small_scenario(), "/se\ned", 1).dump(), "", {"unknown key"});
    check_scenario_refused(with(small_scenario(), "/se\x1b[31med", 1).dump(), "", {"unknown key"});
    Json levels = with(small_scenario(), "/population/attributes/0/levels", {"two\nlines", "old"});
    levels["contexts"] = Json::parse(R"({"list": [{"group": {"age": "new"}}]})");
    check_scenario_refused(levels.dump(), "/contexts/list/0/group/age", {"\"old\""});
}

TEST_CASE("bad input: what is at the root has its type and range", "[cli][bad_input]") {
    check_changes_refused(small_scenario(),
                          {{"/name", 3, "", {"is 3", "a string"}},
                           {"/name", "", "", {"an empty string"}},
                           {"/name", "a/b", "", {"\"a/b\"", "/"}},
                           {"/name", "..", "", {"\"..\""}},
                           {"/name", "two\nlines", "", {}},
                           {"/name", std::string("a\0b", 3), "", {}},
                           {"/question", nullptr, "", {"is null", "a string"}},
                           {"/seed", -1, "", {"is -1", "0 to 18446744073709551615"}},
                           {"/seed", 1.5, "", {"is 1.5"}},
                           {"/seed", "1", "", {"the string \"1\""}},
                           {"/seed", true, "", {"is true"}},
                           {"/seed", 18446744073709551616.0, "", {"is 18446744073709551616"}},
                           {"/replicates", 0, "", {"is 0", "from 1 to"}},
                           {"/replicates", 2.5, "", {"is 2.5"}},
                           {"/replicates", -3, "", {"is -3"}},
                           {"/replicates", Json::array(), "", {"an empty list"}},
                           {"/worlds", 0, "", {"is 0", "from 1 to"}},
                           {"/worlds", nullptr, "", {"is null"}},
                           {"/dynamics", "static", "", {"an object"}},
                           {"/dynamics/kind", "statc", "", {"\"statc\"", "\"static\""}},
                           {"/estimators", Json::array(), "", {"an empty list"}},
                           {"/estimators", "plug_in", "", {"a list"}},
                           {"/estimators/0", "plugin", "", {"\"plugin\"", "\"plug_in\""}},
                           {"/estimators/1", "plug_in", "", {"twice"}},
                           {"/estimators/0", 5, "", {"is 5", "a string"}},
                           {"/responses", 4, "", {"is 4", "an object"}},
                           {"/responses/top", 0, "", {"is 0", "from 1 to"}},
                           {"/responses/top", 9, "", {"9", "1 to 8"}},
                           {"/responses/top", 13, "", {"is 13"}},
                           {"/responses/top", "4", "", {"the string \"4\""}}});
}

TEST_CASE("bad input: a missing key is named", "[cli][bad_input]") {
    for (const std::string place : {"/name",
                                    "/question",
                                    "/seed",
                                    "/replicates",
                                    "/population",
                                    "/contexts",
                                    "/design",
                                    "/predictors",
                                    "/responses",
                                    "/approximations",
                                    "/estimators",
                                    "/population/items",
                                    "/population/classes",
                                    "/population/popularity/exponent",
                                    "/population/heterogeneity/concentration",
                                    "/population/attributes/0/levels",
                                    "/predictors/1/temperature",
                                    "/predictors/1/kind",
                                    "/responses/top",
                                    "/approximations/0/smoothing/alpha"})
        check_scenario_refused(without(small_scenario(), place).dump(), place, {"missing"});
}

TEST_CASE("bad input: contexts are checked before anything runs", "[cli][bad_input]") {
    const Json one_and_one = Json::array({1, 1});
    const Json no_list = Json::array();
    check_changes_refused(
        small_scenario(),
        {{"/contexts", nullptr, "", {"is null"}},
         {"/contexts/proxies", no_list, "", {"an empty list"}},
         {"/contexts/proxies", "age", "", {"a list"}},
         {"/contexts/proxies/1", {"agee"}, "/contexts/proxies/1/0", {"agee", "\"age\""}},
         {"/contexts/proxies/1", {"age", "age"}, "/contexts/proxies/1/1", {"twice"}},
         {"/contexts/proxies/1", no_list, "/contexts/proxies/1", {"twice"}},
         {"/contexts/history_lengths", no_list, "", {"an empty list"}},
         {"/contexts/history_lengths/0", -1, "", {"is -1"}},
         {"/contexts/history_lengths/0", 1.5, "", {"is 1.5"}},
         {"/contexts/history_lengths", one_and_one, "/contexts/history_lengths/1", {"twice"}},
         {"/contexts/histories_per_group", 0, "", {"is 0"}},
         {"/contexts/candidates", 0, "", {"is 0", "to 12"}},
         {"/contexts/candidates", 13, "", {"is 13", "to 12"}},
         {"/contexts/candidates", "all", "", {"\"all\""}},
         {"/contexts/candidates", no_list, "", {"an empty list"}},
         {"/contexts/candidates", one_and_one, "/contexts/candidates/1", {"twice"}},
         {"/contexts/candidates", {0, 12}, "/contexts/candidates/1", {"is 12", "0 to 11"}},
         {"/contexts/candidates", {0, -1}, "/contexts/candidates/1", {"is -1"}},
         {"/contexts/candidates", {0, 0.5}, "/contexts/candidates/1", {"is 0.5"}},
         {"/contexts/repeat", "yes", "", {"true or false"}},
         {"/contexts/repeat", 1, "", {"is 1", "true or false"}}});
    check_changes_refused(
        explicit_scenario(),
        {{"/contexts/list", no_list, "", {"an empty list"}},
         {"/contexts/list/1/history", {0, 5}, "/contexts/list/1/history/1", {"0 to 4"}},
         {"/contexts/list/1/history", 3, "", {"is 3", "a list"}},
         {"/contexts/list/0/group/age", "odd", "", {"\"odd\"", "\"old\""}},
         {"/contexts/list/0/group/age", nullptr, "", {"is null"}}});
}

TEST_CASE("bad input: what cannot happen in the population is refused", "[cli][bad_input]") {
    Json only_young = explicit_scenario();
    for (const std::string row : {"0", "1", "2"})
        only_young = with(only_young, "/population/attributes/0/probabilities/" + row, {1, 0});
    check_changes_refused(
        only_young,
        {{"/contexts/list/0/group/age", "old", "/contexts/list/0/group", {"probability 0"}}});
    Json one_class = with(explicit_scenario(), "/population/class_weights", {1, 0, 0});
    check_changes_refused(one_class,
                          {{"/contexts/list/0/history", {4}, "", {"probability 0"}},
                           {"/contexts/list/2/candidates", {3, 4}, "", {"probability 0"}}});
    check_changes_refused(
        with(explicit_scenario(), "/contexts/repeat", false),
        {{"/contexts/list/0/candidates", {1, 2, 3}, "/contexts/repeat", {"1 candidates left"}}});
}

TEST_CASE("bad input: a study too large to run is not called sound", "[cli][bad_input]") {
    check_scenario_refused(with(small_scenario(), "/worlds", 1'000'000).dump(), "", {"rows"});
    Json contexts = with(small_scenario(), "/contexts/histories_per_group", 100'000);
    contexts["contexts"]["history_lengths"] = {1, 2, 3, 4};
    check_scenario_refused(contexts.dump(), "/contexts", {"1200000 contexts"});
}
