#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/support.hpp"

#include "adapters/mock/mock_predictor.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Json;

namespace {

std::string predictor(const std::string& text) {
    Json scenario = scenario_json();
    scenario["predictors"] = Json::parse("[" + text + "]");
    return read(scenario).predictors.at(0).label;
}

std::string approximation(const std::string& text) {
    Json scenario = scenario_json();
    scenario["approximations"] = Json::parse("[" + text + "]");
    return metrics::label(read(scenario).approximations.at(0), 4);
}

std::string smoothed(const std::string& kind, const std::string& smoothing) {
    return approximation("{\"kind\": \"" + kind + "\", \"smoothing\": " + smoothing + "}");
}

std::string curve(const std::string& shape, const std::string& more = "") {
    return approximation("{\"kind\": \"rank_curve\", \"curve\": " + shape + more + "}");
}

}  // namespace

TEST_CASE("labels: every predictor is named by its kind and parameters", "[adapters][labels]") {
    for (const std::string kind :
         {"bayes", "popularity", "history_blind", "demographic_blind", "uniform", "reversed"})
        CHECK(predictor("{\"kind\": \"" + kind + "\"}") == kind);
    CHECK(predictor(R"({"kind": "tempered", "temperature": 2})") == "tempered(2)");
    CHECK(predictor(R"({"kind": "tempered", "temperature": 0.5})") == "tempered(0.5)");
    CHECK(predictor(R"({"kind": "noisy", "sigma": 1.0})") == "noisy(1)");
    CHECK(predictor(R"({"kind": "memorizer", "m": 20, "alpha": 0.5})") == "memorizer(20,0.5)");
    CHECK(predictor(R"({"kind": "memorizer", "m": 1e3, "alpha": 0})") == "memorizer(1000,0)");
    CHECK(predictor(R"({"kind": "stale", "ago": 5})") == "stale(5)");
    CHECK(predictor(R"({"kind": "adaptive", "stay": 0.9})") == "adaptive(0.9)");
    CHECK(predictor(R"({"kind": "lost_in_context", "last": 3})") == "lost_in_context(last 3)");
    CHECK(predictor(R"({"kind": "lost_in_context", "dilution": 0.5})") ==
          "lost_in_context(dilution 0.5)");
    CHECK(predictor(R"({"kind": "position_biased", "ratio": 0.8})") == "position_biased(0.8)");
    CHECK(predictor(R"({"kind": "overconfident", "share": 0.25})") == "overconfident(0.25)");
    CHECK(predictor(R"({"kind": "back_off", "users": 1e3, "strength": 2})") == "back_off(1000,2)");
    CHECK(predictor(R"({"kind": "contaminated", "share": 0.5, "alpha": 1})") ==
          "contaminated(0.5,1)");
    CHECK(adapters::mock_kinds().size() == 16);  // all of them are above
}

TEST_CASE("labels: a predictor made of another names it", "[adapters][labels]") {
    const std::string memorizer = R"({"kind": "memorizer", "m": 20, "alpha": 0.5})";
    CHECK(predictor(R"({"kind": "tempered", "temperature": 2, "of": )" + memorizer + "}") ==
          "tempered(2,memorizer(20,0.5))");
    CHECK(predictor(R"({"kind": "reversed", "of": )" + memorizer + "}") ==
          "reversed(memorizer(20,0.5))");
    CHECK(predictor(R"({"kind": "overconfident", "share": 0.1, "of": {"kind": "position_biased",
                        "ratio": 2, "of": {"kind": "noisy", "sigma": 1, "of": {"kind": "reversed"}
                        }}})") == "overconfident(0.1,position_biased(2,noisy(1,reversed)))");
    // Bayes is what stands there unsaid.
    CHECK(predictor(R"({"kind": "reversed", "of": {"kind": "bayes"}})") == "reversed");
    CHECK(predictor(R"({"kind": "tempered", "temperature": 2, "of": {"kind": "bayes"}})") ==
          "tempered(2)");
}

TEST_CASE("labels: every approximation is named by its kind and parameters", "[adapters][labels]") {
    CHECK(approximation(R"({"kind": "rank_matched"})") == "rank_matched(uniform,none,top 4)");
    for (const std::string residual : {"uniform", "sorted", "drop"})
        CHECK(approximation("{\"kind\": \"rank_matched\", \"residual\": \"" + residual + "\"}") ==
              "rank_matched(" + residual + ",none,top 4)");
    CHECK(approximation(R"({"kind": "probabilities"})") == "probabilities");
    CHECK(approximation(R"({"kind": "softmax"})") == "softmax(1)");
    CHECK(approximation(R"({"kind": "softmax", "temperature": 0.7})") == "softmax(0.7)");
    CHECK(curve(R"({"kind": "zipf", "exponent": 1})") == "rank_curve(zipf 1,uniform,none,top 4)");
    CHECK(curve(R"({"kind": "geometric", "ratio": 0.5})", R"(, "residual": "drop")") ==
          "rank_curve(geometric 0.5,drop,none,top 4)");
}

TEST_CASE("labels: approximations that read other forms than a ranking or q",
          "[adapters][labels]") {
    CHECK(approximation(R"({"kind": "top_logprobs"})") == "top_logprobs(uniform,none,top 4)");
    CHECK(approximation(R"({"kind": "top_logprobs", "known": 20, "residual": "drop",
                            "smoothing": {"kind": "floor", "eps": 0.5}})") ==
          "top_logprobs(drop,floor 0.5,top 20)");
    CHECK(approximation(R"({"kind": "sample_frequency", "samples": 50})") ==
          "sample_frequency(50,0)");
    CHECK(approximation(R"({"kind": "sample_frequency", "samples": 1e3, "alpha": 0.25})") ==
          "sample_frequency(1000,0.25)");
    CHECK(approximation(R"({"kind": "plackett_luce", "rankings": 5})") ==
          "plackett_luce(5,0.5,top 4)");
    CHECK(approximation(R"({"kind": "plackett_luce", "rankings": 5, "alpha": 0.01})") ==
          "plackett_luce(5,0.01,top 4)");
    CHECK(approximation(R"({"kind": "verbalized"})") == "verbalized");
    CHECK(smoothed("verbalized", R"({"kind": "mixture", "eps": 0.1})") ==
          "verbalized(mixture 0.1)");
    CHECK(curve(R"({"kind": "learned"})", R"(, "residual": "drop")") ==
          "rank_curve(learned,drop,none,top 4)");
    for (const std::string residual : {"uniform", "sorted", "drop"})
        CHECK(approximation("{\"kind\": \"cross_fitted_rank_matched\", \"residual\": \"" +
                            residual + "\"}") ==
              "cross_fitted_rank_matched(" + residual + ",none,top 4)");
    CHECK(approximation(R"("recommended")") == "recommended");
    CHECK(approximation(R"({"kind": "recommended"})") == "recommended");
    CHECK(approximation(R"({"kind": "recommended", "reads": "best"})") == "recommended");
    CHECK(approximation(R"({"kind": "recommended", "reads": "ranking"})") == "recommended(top 4)");
}

TEST_CASE("labels: every smoothing is named", "[adapters][labels]") {
    const std::vector<std::pair<std::string, std::string>> smoothings{
        {R"({"kind": "additive", "alpha": 0.5})", "additive 0.5"},
        {R"({"kind": "additive", "alpha": 0})", "additive 0"},
        {R"({"kind": "mixture", "eps": 0.01})", "mixture 0.01"},
        {R"({"kind": "floor", "eps": 1e-6})", "floor 1e-06"}};
    for (const auto& [text, name] : smoothings) {
        CHECK(smoothed("rank_matched", text) == "rank_matched(uniform," + name + ",top 4)");
        CHECK(smoothed("probabilities", text) == "probabilities(" + name + ")");
        CHECK(smoothed("softmax", text) == "softmax(1," + name + ")");
        CHECK(curve(R"({"kind": "zipf", "exponent": 1})", ", \"smoothing\": " + text) ==
              "rank_curve(zipf 1,uniform," + name + ",top 4)");
    }
    CHECK(smoothed("rank_matched", R"({"kind": "none"})") == "rank_matched(uniform,none,top 4)");
    CHECK(smoothed("probabilities", R"({"kind": "none"})") == "probabilities");
}

TEST_CASE("labels: two that read the same are refused, two that differ are not",
          "[adapters][labels]") {
    Json scenario = scenario_json();
    scenario["predictors"] = Json::parse(R"([{"kind": "tempered", "temperature": 2},
                                             {"kind": "tempered", "temperature": 2.0}])");
    CHECK(complaint([&] {
              static_cast<void>(read(scenario));
          }).starts_with("test.json: /predictors/1: "));
    scenario["predictors"][1]["temperature"] = 2.0000000000000004;
    CHECK(read(scenario).predictors.at(1).label == "tempered(2.0000000000000004)");
    scenario["approximations"] = Json::parse(R"([{"kind": "rank_matched"}, {"kind": "rank_matched",
        "residual": "uniform", "smoothing": {"kind": "none"}}])");
    CHECK(complaint([&] {
              static_cast<void>(read(scenario));
          }).starts_with("test.json: /approximations/1: "));
}
