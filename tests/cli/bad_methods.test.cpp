#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const std::string first = "/approximations/0";

void check(const std::string& approximation,
           const std::string& place,
           const std::vector<std::string>& says) {
    INFO(approximation);
    check_scenario_refused(
        with(small_scenario(), "/approximations", Json::parse("[" + approximation + "]")).dump(),
        place,
        says);
}

}  // namespace

TEST_CASE("bad input: top_logprobs, sample_frequency, plackett_luce", "[cli][bad_input]") {
    check(R"({"kind": "top_logprob"})", first + "/kind", {"\"top_logprobs\""});
    check(R"({"kind": "top_logprobs", "known": 0})", first + "/known", {"is 0", "from 1 to"});
    check(R"({"kind": "top_logprobs", "known": 2.5})", first + "/known", {"is 2.5"});
    check(R"({"kind": "top_logprobs", "known": "5"})", first + "/known", {"the string \"5\""});
    check(R"({"kind": "top_logprobs", "knwn": 5})", first + "/knwn", {"\"known\""});
    check(R"({"kind": "top_logprobs", "residual": "sorted"})",
          first + "/residual",
          {"\"sorted\"", "drop"});
    check(R"({"kind": "top_logprobs", "alpha": 1})", first + "/alpha", {"unknown key"});
    check(R"({"kind": "sample_frequency"})", first + "/samples", {"missing"});
    check(R"({"kind": "sample_frequency", "samples": 0})", first + "/samples", {"is 0"});
    check(
        R"({"kind": "sample_frequency", "samples": 1000001})", first + "/samples", {"to 1000000"});
    check(R"({"kind": "sample_frequency", "samples": 5, "alpha": -1})",
          first + "/alpha",
          {"is -1", "from 0 to"});
    check(R"({"kind": "sample_frequency", "samples": 5, "smoothing": {"kind": "none"}})",
          first + "/smoothing",
          {"unknown key"});
    check(R"({"kind": "plackett_luce"})", first + "/rankings", {"missing"});
    check(R"({"kind": "plackett_luce", "rankings": -1})", first + "/rankings", {"is -1"});
    check(R"({"kind": "plackett_luce", "rankings": 10001})", first + "/rankings", {"to 10000"});
    for (const std::string alpha : {"0", "0.009", "-0.5"})
        check(R"({"kind": "plackett_luce", "rankings": 5, "alpha": )" + alpha + "}",
              first + "/alpha",
              {"is " + alpha, "from 0.01 to"});
    check(R"({"kind": "plackett_luce", "rankings": 5, "residual": "drop"})",
          first + "/residual",
          {"unknown key"});
}

TEST_CASE("bad input: cross_fitted_rank_matched, verbalized, recommended, learned curves",
          "[cli][bad_input]") {
    check(R"({"kind": "cross_fitted_rank_matched", "residual": "unifrm"})",
          first + "/residual",
          {"\"uniform\""});
    check(R"({"kind": "cross_fitted_rank_matched", "known": 1})", first + "/known", {"unknown"});
    check(R"({"kind": "verbalized", "residual": "drop"})", first + "/residual", {"unknown key"});
    check(R"({"kind": "verbalized", "smoothing": {"kind": "floor", "eps": 2}})",
          first + "/smoothing/eps",
          {"is 2"});
    check(R"({"kind": "recommended", "reads": "rankings"})",
          first + "/reads",
          {"\"rankings\"", "\"ranking\""});
    check(R"({"kind": "recommended", "smoothing": {"kind": "none"}})",
          first + "/smoothing",
          {"unknown key"});
    check(R"("recommend")", first, {"\"recommend\"", "\"recommended\""});
    check(R"("rank_matched")", first, {"\"rank_matched\"", "\"recommended\""});
    check("5", first, {"is 5", "an object"});
    check(R"({"kind": "rank_curve", "curve": {"kind": "learned", "exponent": 1}})",
          first + "/curve/exponent",
          {"unknown key"});
    check(R"({"kind": "rank_curve", "residual": "sorted", "curve": {"kind": "learned"}})",
          first + "/residual",
          {"\"sorted\""});
}

TEST_CASE("bad input: an approximation listed twice in other words", "[cli][bad_input]") {
    const auto twice = [](const std::string& one, const std::string& other) {
        check(one + ", " + other, "/approximations/1", {"twice"});
    };
    twice(R"("recommended")", R"({"kind": "recommended", "reads": "best"})");
    twice(R"({"kind": "top_logprobs"})", R"({"kind": "top_logprobs", "known": 4})");  // top is 4
    twice(R"({"kind": "plackett_luce", "rankings": 5})",
          R"({"kind": "plackett_luce", "rankings": 5, "alpha": 0.5})");
    twice(R"({"kind": "sample_frequency", "samples": 2})",
          R"({"kind": "sample_frequency", "samples": 2, "alpha": 0})");
    twice(R"({"kind": "verbalized"})", R"({"kind": "verbalized", "smoothing": {"kind": "none"}})");
}

TEST_CASE("bad input: populations", "[cli][bad_input]") {
    Json good = small_scenario();
    const Json population = good["population"];
    good.erase("population");
    good["populations"] = Json::array({{{"name", "one"}, {"population", population}},
                                       {{"name", "two"}, {"population", population}}});
    const TemporaryFolder folder;
    REQUIRE(run({"validate", "-"}, folder.path(), good.dump()).code == 0);
    check_changes_refused(good,
                          {{"/population", population, "", {"\"populations\""}},
                           {"/populations", Json::array(), "", {"an empty list"}},
                           {"/populations", Json::object(), "", {"a list"}},
                           {"/populations/1", 5, "", {"an object"}},
                           {"/populations/1/name", "one", "/populations/1", {"twice"}},
                           {"/populations/1/name", "", "", {"an empty string"}},
                           {"/populations/1/name", 3, "", {"is 3", "a string"}},
                           {"/populations/1/nme", "x", "", {"unknown key", "\"name\""}},
                           {"/populations/1/context", Json::object(), "", {"\"contexts\""}},
                           {"/populations/1/population/item", 3, "", {"\"items\""}},
                           {"/populations/1/contexts",
                            {{"proxies", {{"wealth"}}}},
                            "/populations/1/contexts/proxies/0/0",
                            {"\"wealth\""}},
                           {"/population", nullptr, "", {}},
                           {"/populatons", Json::array(), "", {"\"populations\""}}});
    // The ranking is cut within the smallest.
    const Json small = with(good, "/populations/1/contexts", Json::object());
    check_changes_refused(
        small, {{"/populations/1/population/items", 3, "/responses/top", {"is 4", "to 3"}}});
    // What cannot be is told where it stands.
    const Json both{{"history_lengths", {0}}, {"candidates", {0, 1}}};
    check_scenario_refused(
        with(with(small, "/populations/0/contexts", both), "/responses/top", 3).dump(),
        "/responses/top",
        {});
    Json given = with(good, "/populations/1/population", explicit_scenario()["population"]);
    given = with(given, "/contexts", {{"list", {{{"history", {0}}}}}});
    for (const std::string row : {"0", "1", "2"})
        given = with(given,
                     "/populations/1/population/item_probabilities/" + row,
                     {0, 0.25, 0.25, 0.25, 0.25});
    check_scenario_refused(given.dump(), "/contexts/list/0/history", {"probability 0"});
    check_scenario_refused(with(given, "/populations/1/contexts", given["contexts"]).dump(),
                           "/populations/1/contexts/list/0/history",
                           {"probability 0"});
    check_scenario_refused(
        without(good, "/populations/1/name").dump(), "/populations/1/name", {"missing"});
    check_scenario_refused(without(good, "/populations/1/population").dump(),
                           "/populations/1/population",
                           {"missing"});
    check_scenario_refused(without(good, "/contexts").dump(), "/contexts", {"missing"});
    check_scenario_refused(without(good, "/populations").dump(), "/population", {"missing"});
    // Group sizes mean the same in every population.
    Json sizes = with(good, "/design", {{"group_sizes", Json::parse(R"([
        {"age": "young", "users": 3}, {"age": "old", "users": 4}])")}});
    CHECK(run({"validate", "-"}, folder.path(), sizes.dump()).code == 0);
    std::swap(sizes["populations"][1]["population"]["attributes"][0],
              sizes["populations"][1]["population"]["attributes"][1]);
    check_scenario_refused(sizes.dump(), "/design/group_sizes", {"differently"});
}

TEST_CASE("bad input: rows", "[cli][bad_input]") {
    check_changes_refused(small_scenario(),
                          {{"/rows", "sumary", "", {"\"sumary\"", "\"summary\""}},
                           {"/rows", "context", "", {"\"contexts\""}},
                           {"/rows", false, "", {"is false"}},
                           {"/row", "summary", "", {"\"rows\""}}});
}
