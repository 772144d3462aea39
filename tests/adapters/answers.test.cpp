#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/support.hpp"

#include "adapters/mock/mock_predictor.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Json;

namespace {

Json with_predictor(const std::string& text) {
    Json scenario = scenario_json();
    scenario["predictors"] = Json::parse("[" + text + "]");
    return scenario;
}

sim::PredictorMaker predictor(const std::string& text) {
    return read(with_predictor(text)).predictors.at(0);
}

std::string refusal(const Json& scenario) {
    return complaint([&] { static_cast<void>(read(scenario)); });
}

bool says(const std::string& text, const std::vector<std::string>& parts) {
    CAPTURE(text);
    for (const std::string& part : parts) {
        CAPTURE(part);
        CHECK(text.find(part) != std::string::npos);
    }
    return true;
}

}  // namespace

TEST_CASE("faults: read with any predictor, named in the label", "[adapters][faults]") {
    const auto maker = predictor(
        R"({"kind": "tempered", "temperature": 2, "faults": {"missing": 0.1, "duplicates": 0.2,
            "unknown": 0.3, "short": {"rate": 0.4, "length": 5}, "refusal": 0.05}})");
    CHECK(maker.label ==
          "tempered(2)[missing 0.1,duplicates 0.2,unknown 0.3,short 0.4 at 5,refusal 0.05]");
    CHECK(maker.faults.missing == 0.1);
    CHECK(maker.faults.duplicates == 0.2);
    CHECK(maker.faults.unknown == 0.3);
    CHECK(maker.faults.cut == 0.4);
    CHECK(maker.faults.length == 5);
    CHECK(maker.faults.refusal == 0.05);
    CHECK(maker.redrawn());
    // No faults are no faults.
    for (const std::string none :
         {"{}", R"({"missing": 0})", R"({"short": {"rate": 0, "length": 1}})"}) {
        const auto sound = predictor(R"({"kind": "bayes", "faults": )" + none + "}");
        CHECK(sound.label == "bayes");
        CHECK_FALSE(sound.redrawn());
    }
}

TEST_CASE("faults: what is wrong is named", "[adapters][faults]") {
    const auto refused = [](const std::string& faults) {
        return refusal(with_predictor(R"({"kind": "bayes", "faults": )" + faults + "}"));
    };
    says(refused(R"({"missing": 1.5})"), {"/predictors/0/faults/missing", "1.5"});
    says(refused(R"({"lost": 0.5})"), {"/predictors/0/faults", "lost", "missing"});
    says(refused(R"({"duplicates": 0.6, "unknown": 0.5})"),
         {"/predictors/0/faults", "sum to 1.1", "up to 1"});
    says(refused(R"({"short": {"rate": 0.5, "length": 0}})"),
         {"/predictors/0/faults/short/length"});
    says(refused(R"({"short": 0.5})"), {"/predictors/0/faults/short"});
    Json random = with_predictor(R"({"kind": "bayes", "faults": {"missing": 0.1}})");
    random["approximations"] = Json::parse(R"([{"kind": "plackett_luce", "rankings": 2}])");
    says(refusal(random), {"test.json", "/approximations/0", "random answers"});
}

TEST_CASE("contaminated: read with what it contaminates, bayes unless given",
          "[adapters][contaminated]") {
    const auto maker = predictor(R"({"kind": "contaminated", "share": 0.1, "alpha": 2})");
    CHECK(maker.label == "contaminated(0.1,2)");
    REQUIRE(maker.contamination.has_value());
    CHECK(maker.contamination->share == 0.1);
    CHECK(maker.contamination->alpha == 2.0);
    CHECK(predictor(R"({"kind": "contaminated", "share": 1, "alpha": 0.5, "of": {"kind": "uniform"},
                        "faults": {"missing": 0.1}})")
              .label == "contaminated(1,0.5,uniform)[missing 0.1]");
}

TEST_CASE("contaminated: what is wrong is named", "[adapters][contaminated]") {
    const auto refused = [](const std::string& more) {
        return refusal(with_predictor(R"({"kind": "contaminated", )" + more + "}"));
    };
    says(refused(R"("share": 0, "alpha": 1)"), {"/predictors/0/share", "above 0"});
    says(refused(R"("share": 0.5, "alpha": 0)"), {"/predictors/0/alpha", "above 0"});
    says(
        refused(R"("share": 0.5, "alpha": 1, "of": {"kind": "bayes", "faults": {"refusal": 0.1}})"),
        {"/predictors/0/of", "anew in every replicate"});
    Json users = with_predictor(R"({"kind": "contaminated", "share": 0.5, "alpha": 1})");
    users["design"] = Json::parse(R"({"users": 100})");
    says(refusal(users), {"/predictors/0", "n is random"});
}

TEST_CASE("histories: shared unless individual, refused with the reason", "[adapters][histories]") {
    Json scenario = scenario_json();
    scenario["contexts"] = Json::parse(R"({"history_lengths": [0, 3]})");
    CHECK(read(scenario).contexts.histories == sim::Histories::shared);
    scenario["contexts"]["histories"] = "individual";
    scenario["approximations"].push_back(Json::parse(R"({"kind": "per_event"})"));
    const sim::Scenario read_back = read(scenario);
    CHECK(read_back.contexts.histories == sim::Histories::individual);
    CHECK(metrics::label(read_back.approximations.back(), 4) == "per_event");
    Json wrong = scenario;
    wrong["contexts"]["histories"] = "private";
    says(refusal(wrong), {"/contexts/histories", "private", "individual"});
    wrong = scenario;
    wrong["design"] = Json::parse(R"({"users": 100})");
    says(refusal(wrong), {"/contexts/histories", "users design"});
    wrong = scenario;
    wrong["contexts"] = Json::parse(R"({"list": [{"history": [1]}], "histories": "individual"})");
    says(refusal(wrong), {"/contexts/histories", "list"});
    wrong = scenario;
    wrong["contexts"]["repeat"] = false;
    says(refusal(wrong), {"/contexts/histories", "different candidates"});
    // In one of several populations.
    wrong = scenario;
    wrong.erase("population");
    wrong.erase("contexts");
    wrong["populations"] = Json::parse(R"([{"name": "a"}])");
    wrong["populations"][0]["population"] = scenario["population"];
    wrong["populations"][0]["contexts"] = scenario["contexts"];
    CHECK(refusal(wrong).empty());
    wrong["design"] = Json::parse(R"({"users": 100})");
    says(refusal(wrong), {"/populations/0/contexts/histories", "users design"});
}
