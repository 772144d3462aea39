#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support.hpp"

#include "adapters/io/grid_json.hpp"

namespace truegap::test {
namespace {

using adapters::Grid;
using adapters::Json;
using Names = std::vector<std::string>;

Grid grid_of(const std::string& vary) {
    Json scenario = scenario_json();
    scenario["population"]["heterogeneity"] = {{"concentration", 25}};
    scenario["population"]["class_weights"] = {{"kind", "dirichlet"}, {"concentration", 1}};
    scenario["predictors"] = Json::parse(R"([{"kind": "tempered", "temperature": 2},
                                             {"kind": "tempered", "temperature": 3}])");
    scenario["vary"] = Json::parse(vary);
    return Grid(adapters::JsonNode(scenario, "test.json"));
}

Names columns_of(const std::string& vary) {
    const Grid grid = grid_of(vary);
    Names names;
    for (const adapters::Factor& factor : grid.factors()) names.push_back(factor.column);
    return names;
}

void check_refused(const std::string& vary, const std::string& place, const std::string& says) {
    const std::string what = complaint([&] { static_cast<void>(grid_of(vary)); });
    INFO(vary << "\n" << what);
    CHECK(what.starts_with("test.json: " + place + ": "));
    CHECK(what.find(says) != std::string::npos);
    CHECK(what.find("(allowed: ") != std::string::npos);
}

}  // namespace

TEST_CASE("grid: a column is named by the fewest last parts that tell it apart",
          "[adapters][grid]") {
    CHECK(columns_of(R"({"/population/items": [5, 6]})") == Names{"items"});
    CHECK(columns_of(R"({"/population/heterogeneity/concentration": [5, 25],
                         "/population/class_weights/concentration": [1, 2]})") ==
          Names{"heterogeneity.concentration", "class_weights.concentration"});
    // An index says nothing without its list, and a column of the tables has its name already.
    CHECK(columns_of(R"({"/predictors/0/temperature": [2, 3],
                         "/predictors/1/temperature": [2, 3]})") ==
          Names{"predictors.0.temperature", "predictors.1.temperature"});
    CHECK(columns_of(R"({"/predictors/0": [{"kind": "bayes"}]})") == Names{"predictors.0"});
    CHECK(columns_of(R"({"/design/users": [10, 20]})") == Names{"design.users"});
    CHECK(columns_of(R"({"/population/a~1b~0c": [1]})") == Names{"a/b~c"});
}

TEST_CASE("grid: all factors are crossed, the first slowest; each point is the scenario changed",
          "[adapters][grid]") {
    const Grid grid = grid_of(R"({"/population/items": [12, 20],
                                  "/contexts/candidates": [[0, 1, 2, 3], 8, 7]})");
    REQUIRE(grid.size() == 6);
    CHECK(grid.heading(0) == "items = 12, candidates = [0,1,2,3]");
    CHECK(grid.heading(1) == "items = 12, candidates = 8");
    CHECK(grid.heading(3) == "items = 20, candidates = [0,1,2,3]");
    CHECK(grid.note(5) == "/population/items = 20, /contexts/candidates = 7");
    Json scenario = scenario_json();
    scenario["vary"] = "any";
    const Json point = grid.document(scenario, 4);
    CHECK(point["population"]["items"] == 20);
    CHECK(point["contexts"]["candidates"] == 8);
    CHECK_FALSE(point.contains("vary"));
    scenario["contexts"] = point["contexts"];
    scenario["population"] = point["population"];
    scenario.erase("vary");
    CHECK(point == scenario);
    CHECK(Grid().size() == 1);
    CHECK(Grid().document(scenario, 0) == scenario);
}

TEST_CASE("grid: what cannot be a factor is refused", "[adapters][grid]") {
    check_refused("[]", "/vary", "allowed: an object");
    check_refused("{}", "/vary", "empty");
    check_refused(R"({"/population/items": []})", "/vary/~1population~1items", "empty list");
    check_refused(R"({"/population/items": 5})", "/vary/~1population~1items", "a list");
    check_refused(
        R"({"/population/items": [5, 6, 5.0]})", "/vary/~1population~1items/2", "listed twice");
    check_refused(R"({"": [1]})", "/vary/", "no place");
    check_refused(R"({"population": [1]})", "/vary/population", "no place");
    check_refused(R"({"/population/~2": [1]})", "/vary/~1population~1~02", "no place");
    for (const std::string key :
         {"name", "question", "rows", "replicates", "worlds", "seed", "vary", "populations"})
        check_refused("{\"/" + key + "\": [1, 2]}", "/vary/~1" + key, "is ");
    check_refused(R"({"/populatoin/items": [5]})", "/vary/~1populatoin~1items", "\"/population\"");
    check_refused(
        R"({"/predictors/2/temperature": [5]})", "/vary/~1predictors~12~1temperature", "0 to 1");
    check_refused(R"({"/predictors/-": [5]})", "/vary/~1predictors~1-", "no element");
    check_refused(R"({"/predictors/01": [5]})", "/vary/~1predictors~101", "no element");
    check_refused(R"({"/responses/top/x": [5]})", "/vary/~1responses~1top~1x", "holds no other");
    check_refused(R"({"/population": [5], "/population/items": [5]})",
                  "/vary/~1population~1items",
                  "one within the other");
    check_refused(R"({"/population/items": [5], "/population": [5]})",
                  "/vary/~1population",
                  "one within the other");
    check_refused(R"({"/design": [{"users": 5}, {"group_sizes": "sizes.csv"}]})",
                  "/vary/~1design/1",
                  "names a file");
    Json many = Json::object();
    for (const std::string key : {"a", "b", "c", "d", "e"}) many["/" + key] = {1, 2, 3, 4, 5, 6, 7};
    check_refused(many.dump(), "/vary", "16807 points");
}

TEST_CASE("grid: an error of a point names the place and the value, one of all points does not",
          "[adapters][grid]") {
    Json scenario = scenario_json();
    scenario["vary"] = Json::parse(R"({"/population/items": [12, 5, 1]})");
    const auto complaint_of = [](const Json& text) {
        return complaint([&] { static_cast<void>(read(text)); });
    };
    CHECK(complaint_of(scenario).starts_with(
        "test.json: /population/items: at the grid point /population/items = 1: is 1 (allowed"));
    scenario["vary"] = Json::parse(R"({"/contexts/nonsense": [12, 5]})");
    CHECK(complaint_of(scenario).starts_with(
        "test.json: /contexts/nonsense: at the grid point /contexts/nonsense = 12: unknown key"));
    scenario["vary"] = Json::parse(R"({"/population/items": [12, 6]})");
    scenario["seed"] = -1;
    CHECK(complaint_of(scenario).starts_with("test.json: /seed: is "));
}

}  // namespace truegap::test
