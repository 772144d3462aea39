#include <catch2/catch.hpp>
#include <regex>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const Json no_list = Json::array();

Json approximations(const std::string& text) {
    return with(small_scenario(), "/approximations", Json::parse("[" + text + "]"));
}

}  // namespace

TEST_CASE("bad input: a generated population", "[cli][bad_input]") {
    const std::string attribute = "/population/attributes/0";
    check_changes_refused(
        small_scenario(),
        {{"/population", no_list, "", {"an object"}},
         {"/population/items", 1, "", {"is 1", "from 2 to"}},
         {"/population/items", 0, "", {"is 0"}},
         {"/population/items", -5, "", {"is -5"}},
         {"/population/items", 2.5, "", {"is 2.5"}},
         {"/population/items", 1000000000, "", {"is 1000000000", "to 1000000"}},
         {"/population/items", "12", "", {"the string \"12\""}},
         {"/population/classes", 1000000000, "", {"is 1000000000"}},
         {"/population/classes", 0, "", {"is 0"}},
         {"/population/tilt_sd", -1, "", {"is -1", "from 0 to"}},
         {"/population/tilt_sd", "x", "", {"a number"}},
         {"/population/popularity/kind", "zip", "", {"\"zip\"", "\"zipf\"", "geometric"}},
         {"/population/popularity/exponent", -0.5, "", {"is -0.5"}},
         {"/population/popularity/ratio", 0.5, "", {"unknown key"}},
         {"/population/popularity",
          {{"kind", "geometric"}, {"ratio", 0}},
          "/population/popularity/ratio",
          {"is 0"}},
         {"/population/popularity",
          {{"kind", "geometric"}, {"ratio", 2}},
          "/population/popularity/ratio",
          {"is 2"}},
         {"/population/class_weights/kind", "dirichlt", "", {"\"dirichlet\""}},
         {"/population/class_weights/concentration", 0, "", {"is 0", "from 1e-09"}},
         {"/population/class_weights/concentration", nullptr, "", {"is null"}},
         {"/population/class_weights", {0.5, 0.5}, "", {"2 entries", "3"}},
         {"/population/class_weights", {0.5, 0.25, 0.15}, "", {"sum to 0.9", "1"}},
         {"/population/class_weights",
          {0.5, 0.6, -0.1},
          "/population/class_weights/2",
          {"is -0.1"}},
         {"/population/class_weights",
          {0.5, 0.5, nullptr},
          "/population/class_weights/2",
          {"is null"}},
         {"/population/class_weights", {0.5, 0.5, "x"}, "/population/class_weights/2", {"\"x\""}},
         {"/population/class_weights", no_list, "", {"an empty list"}},
         {"/population/heterogeneity", 25, "", {"an object"}},
         {"/population/heterogeneity/concentration", 0, "", {"is 0", "infinite"}},
         {"/population/heterogeneity/concentration", -1, "", {"is -1", "infinite"}},
         {"/population/heterogeneity/concentration",
          "infinit",
          "",
          {"\"infinit\"", "\"infinite\""}},
         {"/population/heterogeneity/concentration", {1, 2}, "", {"2 entries", "3"}},
         {"/population/heterogeneity/concentration",
          {1, 2, 0},
          "/population/heterogeneity/concentration/2",
          {"is 0"}},
         {"/population/attributes", Json::object(), "", {"a list"}},
         {attribute + "/name", "", "", {"an empty string"}},
         {attribute + "/levels", no_list, "", {"an empty list"}},
         {attribute + "/levels", {"old", "old"}, attribute + "/levels/1", {"twice"}},
         {attribute + "/levels/0", 18, "", {"is 18", "a string"}},
         {attribute + "/informativeness", 1.5, "", {"is 1.5", "from 0 to 1"}},
         {attribute + "/informativeness", -0.5, "", {"is -0.5"}},
         {attribute + "/name", "gender", "/population/attributes/1", {"twice"}},
         {"/population/item_probabilities",
          {{0.5, 0.5}},
          "/population/items",
          {"item_probabilities"}}});
    Json too_large = with(small_scenario(), "/population/items", 1000000);
    check_changes_refused(too_large,
                          {{"/population/classes", 1000, "/population/items", {"1000 classes"}}});
}

TEST_CASE("bad input: a population given outright", "[cli][bad_input]") {
    const std::string rows = "/population/item_probabilities";
    const std::string levels = "/population/attributes/0/probabilities";
    check_changes_refused(
        explicit_scenario(),
        {{rows + "/1", {0.5, 0.5}, "", {"2 entries", "5"}},
         {rows, {{0.5, 0.5}, {0.5, 0.5}}, "", {"2 rows", "3"}},
         {rows, no_list, "", {"an empty list"}},
         {rows + "/1", no_list, "", {"an empty list"}},
         {rows + "/1", 0.5, "", {"a list"}},
         {rows + "/1", {0.5, 0.4, 0, 0, 0}, "", {"sum to 0.9", "1e-9"}},
         {rows + "/1", {0.5, 0.6, -0.1, 0, 0}, rows + "/1/2", {"is -0.1"}},
         {rows + "/1", {1, nullptr, 0, 0, 0}, rows + "/1/1", {"is null"}},
         {rows + "/1", {1, true, 0, 0, 0}, rows + "/1/1", {"is true"}},
         {"/population/class_weights/0", 0.4, "/population/class_weights", {"sum to 0.9"}},
         {levels + "/1", {0.5, 0.25, 0.25}, "", {"3"}},
         {levels + "/1", {0.5, 0.4}, "", {"sum to 0.9"}},
         {"/population/attributes/0/levels", {"young", "old", "odd"}, levels, {"2 entries", "3"}},
         {"/population/attributes/0/concentration", 1, "", {"probabilities"}},
         {"/population/tilt_sd", 1, "", {"unknown key"}}});
    check_scenario_refused(without(explicit_scenario(), levels).dump(), levels, {"missing"});
}

TEST_CASE("bad input: probabilities may miss 1 by 1e-9 and no more", "[cli][bad_input]") {
    const TemporaryFolder folder;
    for (const double sum : {1 + 5e-10, 1 - 5e-10}) {
        const Json good = with(explicit_scenario(), "/population/class_weights/0", sum - 0.5);
        CHECK(run({"validate", "-"}, folder.path(), good.dump()).code == 0);
    }
    for (const double sum : {1 + 2e-9, 1 - 2e-9})
        check_scenario_refused(
            with(explicit_scenario(), "/population/class_weights/0", sum - 0.5).dump(),
            "/population/class_weights",
            {sum > 1 ? "sum to 1.00000000" : "sum to 0.99999999"});
}

TEST_CASE("bad input: designs", "[cli][bad_input]") {
    check_changes_refused(
        small_scenario(),
        {{"/design", Json::object(), "", {"exactly one"}},
         {"/design", 5, "", {"an object"}},
         {"/design", {{"users", 5}, {"users_per_group", 5}}, "", {"exactly one"}},
         {"/design/users_per_group", no_list, "", {"an empty list"}},
         {"/design/users_per_group/0", 0, "", {"is 0"}},
         {"/design/users_per_group/0", -5, "", {"is -5"}},
         {"/design/users_per_group/0", 2.5, "", {"is 2.5"}},
         {"/design/users_per_group/0", "5", "", {"the string \"5\""}},
         {"/design/users_per_group/0", 10000000000, "", {"is 10000000000"}},
         {"/design/users_per_group/1", 5, "", {"twice"}},
         {"/design", {{"users", 0}}, "/design/users", {"is 0"}},
         {"/design", {{"group_sizes", 5}}, "/design/group_sizes", {"a string"}},
         {"/design", {{"group_sizes", ""}}, "/design/group_sizes", {"an empty string"}}});
}

TEST_CASE("bad input: predictors", "[cli][bad_input]") {
    const auto memorizer = [](const Json& m, const Json& alpha) {
        return Json{{"kind", "memorizer"}, {"m", m}, {"alpha", alpha}};
    };
    const std::string place = "/predictors/1";
    check_changes_refused(
        small_scenario(),
        {{"/predictors", no_list, "", {"an empty list"}},
         {"/predictors", Json::object(), "", {"a list"}},
         {"/predictors/0", "bayes", "", {"an object"}},
         {"/predictors/0/kind", "bays", "", {"\"bays\"", "\"bayes\"", "memorizer"}},
         {"/predictors/0/kind", nullptr, "", {"is null"}},
         {place, {{"kind", "bayes"}}, "", {"twice"}},
         {place, {{"kind", "bayes"}, {"temperature", 2}}, place + "/temperature", {"unknown key"}},
         {place + "/temperature", 0, "", {"is 0"}},
         {place + "/temperature", -1, "", {"is -1"}},
         {place + "/temperature", "hot", "", {"\"hot\""}},
         {place, {{"kind", "noisy"}, {"sigma", -1}}, place + "/sigma", {"is -1"}},
         {place, memorizer(0, 0.5), place + "/m", {"is 0"}},
         {place, memorizer(2.5, 0.5), place + "/m", {"is 2.5"}},
         {place, memorizer(5, -1), place + "/alpha", {"is -1", "from 0 to"}}});
}

TEST_CASE("bad input: approximations", "[cli][bad_input]") {
    const std::string first = "/approximations/0";
    const std::string smoothing = first + "/smoothing";
    check_changes_refused(
        small_scenario(),
        {{"/approximations", no_list, "", {"an empty list"}},
         {first + "/kind", "rank_match", "", {"\"rank_match\"", "\"rank_matched\""}},
         {first + "/residual", "unifrm", "", {"\"uniform\"", "drop"}},
         {first + "/temperature", 1, "", {"unknown key"}},
         {smoothing, "none", "", {"an object"}},
         {smoothing + "/kind", "addtive", "", {"\"additive\"", "mixture"}},
         {smoothing + "/alpha", -0.5, "", {"is -0.5", "from 0 to"}},
         {smoothing + "/eps", 0.5, "", {"unknown key"}},
         {smoothing, {{"kind", "floor"}, {"eps", 1.5}}, smoothing + "/eps", {"is 1.5"}}});
    const auto check =
        [&](const std::string& text, const std::string& place, const std::string& says) {
            check_scenario_refused(approximations(text).dump(), place, {says});
        };
    check(R"({"kind": "probabilities"}, {"kind": "probabilities"})", "/approximations/1", "twice");
    check(R"({"kind": "softmax", "temperature": 0})", first + "/temperature", "is 0");
    check(R"({"kind": "rank_curve", "curve": {"kind": "zip"}})", first + "/curve/kind", "\"zipf\"");
    check(R"({"kind": "rank_curve", "curve": {"kind": "zipf", "exponent": -1}})",
          first + "/curve/exponent",
          "is -1");
    check(R"({"kind": "rank_curve", "curve": {"kind": "geometric", "ratio": 0}})",
          first + "/curve/ratio",
          "is 0");
    check(
        R"({"kind": "rank_curve", "residual": "sorted", "curve": {"kind": "zipf", "exponent": 1}})",
        first + "/residual",
        "\"sorted\"");
}

TEST_CASE("bad input: numbers at the far ends are computed or refused, never not-a-number",
          "[cli][bad_input]") {
    const std::vector<std::pair<std::string, Json>> places{
        {"/population/heterogeneity/concentration", 25},
        {"/population/class_weights/concentration", 1},
        {"/population/attributes/0/concentration", 1},
        {"/population/tilt_sd", 1},
        {"/approximations/0/smoothing/alpha", 1},
        {"/predictors/1/alpha", 1}};
    const Json memorizer{{"kind", "memorizer"}, {"m", 5}, {"alpha", 1}};
    const Json good = with(with(small_scenario(), "/predictors/1", memorizer), "/worlds", 1);
    const std::regex not_a_number("[^a-z]nan[^a-z]");
    for (const auto& [place, usual] : places)
        for (const double value : {1e-320, 1e-300, 1e-100, 1e100, 1e300, 1.7e308}) {
            INFO(value << " at " << place);
            const TemporaryFolder folder;
            const Finished finished =
                run({"run", "-", "--out", "out"}, folder.path(), with(good, place, value).dump());
            INFO(finished.err);
            if (finished.code == 0) {
                for (const std::string file : {"cells.csv", "summary.csv", "decomposition.csv"})
                    CHECK_FALSE(std::regex_search(read_file(folder / "out" / file), not_a_number));
            } else {
                check_refused(finished, "-: " + place + ": ", {"is "});
                CHECK(entries_below(folder.path()).empty());
            }
        }
}
