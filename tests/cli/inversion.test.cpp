#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <tuple>

#include "refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// Twelve groups of 20 users, 30 items: a perfect predictor, and two that are not.
Json study(std::uint64_t worlds, const Json& twin = {}) {
    Json scenario = small_scenario();
    scenario["rows"] = "summary";
    scenario["replicates"] = 2;
    scenario["worlds"] = 1;
    scenario["population"] = {
        {"items", 30},
        {"classes", 4},
        {"popularity", {{"kind", "zipf"}, {"exponent", 0.8}}},
        {"tilt_sd", 1.5},
        {"class_weights", {{"kind", "dirichlet"}, {"concentration", 1}}},
        {"attributes",
         {{{"name", "a"}, {"levels", {"a1", "a2", "a3"}}, {"informativeness", 0.9}},
          {{"name", "b"}, {"levels", {"b1", "b2", "b3", "b4"}}, {"informativeness", 0.5}}}}};
    scenario["contexts"] = {{"proxies", "all"}, {"sample", 16}};
    scenario["design"] = {{"users_per_group", 20}};
    scenario["predictors"] = {{{"kind", "bayes"}},
                              {{"kind", "reversed"}},
                              {{"kind", "memorizer"}, {"users", 60}, {"alpha", 1}}};
    scenario["responses"] = {{"top", 10}};
    scenario["approximations"] = {{{"kind", "probabilities"}}};
    scenario["estimators"] = {"chao_wang_jost"};
    scenario["inversion"] = {{"worlds", worlds}, {"null", 19}, {"bins", 4}};
    if (!twin.is_null()) scenario["inversion"]["twin"] = twin;
    return scenario;
}

// What a rate is of: predictor, reading, null.
using Key = std::tuple<std::string, std::string, std::string>;
struct Rate {
    double worlds = 0.0, rate = 0.0, error = 0.0, inverted = 0.0;
};
struct Rates {
    std::map<Key, Rate> of;
    std::string text, printed;
};

Rates rates_of(const Json& scenario, const std::vector<std::string>& options = {}) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments{"run", "-", "--out", "out"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished finished = run(arguments, folder.path(), scenario.dump());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    Rates rates;
    rates.printed = finished.out;
    rates.text = read_file(folder / "out" / "inversion_rates.csv");
    const Table table = read_table(rates.text);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto [place, fresh] = rates.of.insert(
            {{table.at(row, "predictor"), table.at(row, "reading"), table.at(row, "null")},
             {.worlds = table.number(row, "worlds"),
              .rate = table.number(row, "rate"),
              .error = table.number(row, "rate_mcse"),
              .inverted = table.number(row, "inverted_worlds")}});
        REQUIRE(fresh);
    }
    return rates;
}

}  // namespace

TEST_CASE("inversion: a perfect predictor is found worse in as many worlds as the level says",
          "[cli][inversion][statistical]") {
    constexpr double worlds = 600;
    const Rates rates = rates_of(study(600, {{"classes", 4}, {"worlds", 100}}));
    const double error = std::sqrt(0.05 * 0.95 / worlds);
    for (const char* reading : {"worse", "rise"}) {
        INFO(reading);
        const Rate& size = rates.of.at({"bayes", reading, "population"});
        CHECK(size.worlds == worlds);
        CHECK(std::abs(size.rate - 0.05) < 4.5 * error);
        CHECK(size.error == Approx(std::sqrt(size.rate * (1.0 - size.rate) / worlds)));
        CHECK(rates.of.at({"bayes", reading, "twin"}).worlds == 100);
    }
    // A bad one is found; and the published reading sees inversions where there are none.
    CHECK(rates.of.at({"reversed", "worse", "population"}).rate > 0.95);
    CHECK(rates.of.at({"reversed", "worse", "twin"}).rate > 0.95);
    CHECK(rates.of.at({"memorizer(60 users,1)", "worse", "population"}).rate > 0.5);
    const Rate& published = rates.of.at({"bayes", "published", ""});
    CHECK(published.rate > 4.5 * published.error);
    CHECK(rates.of.at({"bayes", "published", ""}).inverted == 0);
    CHECK(rates.of.at({"reversed", "published", ""}).inverted > 0);
    CHECK(rates.printed.find("worse, null population") != std::string::npos);
}

TEST_CASE("inversion: the same bytes for any number of threads; a predictor more changes no row",
          "[cli][inversion]") {
    const Json scenario = study(12, {{"classes", 2}, {"worlds", 6}});
    const Rates one = rates_of(scenario, {"--threads", "1"});
    CHECK(rates_of(scenario, {"--threads", "2"}).text == one.text);
    const Rates more =
        rates_of(with(scenario, "/predictors/-", {{"kind", "tempered"}, {"temperature", 2}}));
    CHECK(more.text.substr(0, one.text.size()) == one.text);
    CHECK(more.text.size() > one.text.size());
}

TEST_CASE("inversion: what cannot be studied is refused", "[cli][inversion][bad_input]") {
    const Json good = study(2);
    check_changes_refused(
        good,
        {{"/inversion/worlds", 0, "", {"0"}},
         {"/inversion/null", 18, "/inversion", {"18 data sets", "smallest p"}},
         {"/inversion/bins", 1, "", {"1"}},
         {"/inversion/level", 2, "", {"2"}},
         {"/inversion/twin", Json::object(), "/inversion/twin/classes", {"required"}},
         {"/inversion/twin", {{"classes", 2}, {"worlds", 3}}, "/inversion/twin/worlds", {"3"}},
         {"/inversion/world", 3, "", {"worlds"}},
         {"/predictors/0", {{"kind", "uniform"}}, "/inversion", {"perfect predictor"}},
         {"/contexts/sample", 0, "", {"0"}},
         {"/predictors/2", {{"kind", "memorizer"}, {"alpha", 1}}, "", {"neither"}},
         {"/design", {{"users_per_group", 20}, {"times", 2}}, "", {"2 designs"}}});
    Json users = study(2, {{"classes", 2}});
    users["design"] = {{"users", 500}};
    check_scenario_refused(users.dump(), "/inversion/twin", {"how many users"});
}
