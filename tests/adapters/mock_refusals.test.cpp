#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/support.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Json;

namespace {

// What is said of a scenario with this predictor as its second; nothing when it is taken.
std::string refusal(const std::string& predictor, Json scenario = scenario_json()) {
    scenario["predictors"].push_back(Json::parse(predictor));
    return complaint([&] { static_cast<void>(read(scenario)); });
}

// Whether the complaint is at that place below the predictor, and says these words.
bool says(const std::string& complaint, const std::string& place, const std::string& words) {
    return complaint.starts_with("test.json: /predictors/1" + place + ": ") &&
           complaint.find(words) != std::string::npos;
}

std::string nested(int depth) {
    std::string text = R"({"kind": "reversed"})";
    for (int i = 0; i < depth; ++i) text = R"({"kind": "reversed", "of": )" + text + "}";
    return text;
}

}  // namespace

TEST_CASE("mock predictors: parameters out of range are refused at their place",
          "[adapters][mock]") {
    const auto kind = [](const std::string& name, const std::string& parameters) {
        return refusal("{\"kind\": \"" + name + "\"" + parameters + "}");
    };
    CHECK(kind("stale", R"(, "ago": 0)").empty());
    CHECK(says(kind("stale", ""), "/ago", "is missing"));
    CHECK(says(kind("stale", R"(, "ago": -1)"), "/ago", "is -1"));
    CHECK(says(kind("stale", R"(, "ago": 1.5)"), "/ago", "is 1.5"));
    CHECK(says(kind("stale", R"(, "agp": 1)"), "/agp", "\"ago\""));
    CHECK(kind("adaptive", R"(, "stay": 0)").empty());
    CHECK(kind("adaptive", R"(, "stay": 1)").empty());
    CHECK(says(kind("adaptive", R"(, "stay": 1.01)"), "/stay", "from 0 to 1"));
    CHECK(says(kind("adaptive", R"(, "stay": 1, "of": {"kind": "bayes"})"), "/of", "unknown key"));
    CHECK(kind("lost_in_context", R"(, "last": 0)").empty());
    CHECK(says(kind("lost_in_context", ""), "", "neither"));
    CHECK(says(kind("lost_in_context", R"(, "last": 2, "dilution": 1)"), "", "both"));
    CHECK(says(kind("lost_in_context", R"(, "dilution": -1)"), "/dilution", "is -1"));
    CHECK(says(kind("position_biased", R"(, "ratio": 0)"), "/ratio", "is 0"));
    CHECK(says(kind("overconfident", R"(, "share": 1.5)"), "/share", "from 0 to 1"));
    CHECK(kind("overconfident", R"(, "share": 1)").empty());
    CHECK(says(kind("back_off", R"(, "users": 0, "strength": 1)"), "/users", "is 0"));
    CHECK(says(kind("back_off", R"(, "users": 5, "strength": 0)"), "/strength", "is 0"));
}

TEST_CASE("mock predictors: what is wrong within \"of\" is named there", "[adapters][mock]") {
    const auto of = [](const std::string& inner) {
        return refusal(R"({"kind": "tempered", "temperature": 2, "of": )" + inner + "}");
    };
    CHECK(of(R"({"kind": "uniform"})").empty());
    CHECK(says(of(R"("bayes")"), "/of", "an object"));
    CHECK(says(of(R"({"kind": "bays"})"), "/of/kind", "\"bayes\""));
    CHECK(says(of(R"({"kind": "noisy", "sigma": -1})"), "/of/sigma", "is -1"));
    CHECK(says(of(R"({"kind": "uniform", "of": {"kind": "bayes"}})"), "/of/of", "unknown key"));
    CHECK(says(refusal(R"({"kind": "reversed", "of": {"kind": "reversed", "of":
                           {"kind": "tempered", "temperature": 0}}})"),
               "/of/of/temperature",
               "is 0"));
    CHECK(refusal(nested(8)).empty());
    CHECK(says(refusal(nested(9)), "/of/of/of/of/of/of/of/of/of", "up to 8"));
    CHECK(says(refusal(R"({"kind": "reversed", "of": {"kind": "bayes"}})",
                       [] {
                           Json scenario = scenario_json();
                           scenario["predictors"][0] = {{"kind", "reversed"}};
                           return scenario;
                       }()),
               "",
               "twice"));
}

TEST_CASE("mock predictors: adaptive is refused where there is nothing exact to filter",
          "[adapters][mock]") {
    const std::string adaptive = R"({"kind": "adaptive", "stay": 0.9})";
    const std::string inside = R"({"kind": "tempered", "temperature": 2, "of":
        {"kind": "overconfident", "share": 0.1, "of": {"kind": "adaptive", "stay": 0.9}}})";
    for (const std::string& predictor : {adaptive, inside}) {
        CHECK(refusal(predictor).empty());
        Json heterogeneous = scenario_json();
        heterogeneous["population"]["heterogeneity"] = {{"concentration", {"infinite", 5, 5}}};
        CHECK(says(refusal(predictor, heterogeneous), "", "adaptive(0.9)"));
        CHECK(says(refusal(predictor, heterogeneous), "", "heterogeneity"));
        Json chaotic = scenario_json();
        chaotic["dynamics"] = {{"kind", "chaotic"}};
        CHECK(says(refusal(predictor, chaotic), "", "chaotic"));
        for (const std::string dynamics : {R"({"kind": "markov", "transition": {"stay": 0.5}})",
                                           R"({"kind": "drift", "sd": 0.1})",
                                           R"({"kind": "regime_change", "ago": 2})"}) {
            Json changing = scenario_json();
            changing["dynamics"] = Json::parse(dynamics);
            CHECK(refusal(predictor, changing).empty());
        }
        Json several = heterogeneous;  // in the second of two populations
        several["populations"] =
            Json::array({{{"name", "a"}, {"population", scenario_json()["population"]}},
                         {{"name", "b"}, {"population", heterogeneous["population"]}}});
        several.erase("population");
        CHECK(says(refusal(predictor, several), "", "heterogeneity"));
        several["populations"].erase(1);
        CHECK(refusal(predictor, several).empty());
    }
}

TEST_CASE("mock predictors: back_off is refused where there are too many combinations of levels",
          "[adapters][mock]") {
    const std::string back_off = R"({"kind": "back_off", "users": 100, "strength": 1})";
    Json scenario = scenario_json();
    CHECK(refusal(back_off, scenario).empty());
    Json levels = Json::array();
    for (int i = 0; i < 320; ++i) levels.push_back(std::to_string(i));
    for (Json& attribute : scenario["population"]["attributes"]) attribute["levels"] = levels;
    CHECK(says(refusal(back_off, scenario), "", "102400 combinations"));
    CHECK(refusal(R"({"kind": "uniform"})", scenario).empty());
}
