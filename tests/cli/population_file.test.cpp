#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

// Generated, heterogeneous, with joint attributes that are recorded with errors.
Json rich_scenario() {
    Json scenario = small_scenario();
    scenario["population"]["heterogeneity"] = {{"concentration", {25, "infinite", 0.3}}};
    scenario["population"]["attributes"].push_back({{"names", {"a", "b"}},
                                                    {"levels", {{"1", "2"}, {"1", "2", "3"}}},
                                                    {"informativeness", 0.7}});
    scenario["population"]["recording"] = Json::parse(R"({
        "age": {"missing": 0.1},
        "b": {"parent": "age", "confusion": {"young": [[0.7, 0.2, 0.1], [0, 1, 0], [0, 0, 1]],
            "old": [[1, 0, 0], [0, 1, 0], [0.3, 0, 0.7]],
            "missing": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}}})");
    scenario["contexts"]["proxies"] = {Json::array(), {"age"}, {"gender", "b"}, {"a", "b"}};
    return scenario;
}

}  // namespace

TEST_CASE("population: what is written reads back to the same bits", "[cli][population]") {
    const TemporaryFolder folder;
    for (int seed = 1; seed <= 5; ++seed) {
        Json scenario = with(rich_scenario(), "/seed", seed);
        write_file(folder / "s.json", scenario.dump());
        const Finished written = run({"population", "s.json", "--out", "P.json"}, folder.path());
        INFO(written.err);
        REQUIRE(written.code == 0);
        CHECK(written.out.empty());
        scenario["population"] = "P.json";
        write_file(folder / "given.json", scenario.dump());
        const Finished truth = run({"truth", "s.json"}, folder.path());
        CHECK(truth.code == 0);
        CHECK(run({"truth", "given.json"}, folder.path()).out == truth.out);
        const Finished again = run({"population", "given.json"}, folder.path());
        CHECK(again.out == read_file(folder / "P.json"));
    }
    CHECK(entries_below(folder.path()) ==
          std::vector<std::string>{"P.json", "given.json", "s.json"});
}

TEST_CASE("population: of any world", "[cli][population]") {
    const TemporaryFolder folder;
    Json scenario = rich_scenario();
    scenario["contexts"].erase("history_lengths");  // histories are drawn for the world
    write_file(folder / "s.json", scenario.dump());
    REQUIRE(run({"population", "s.json", "--world", "1", "--out", "P.json"}, folder.path()).code ==
            0);
    scenario["population"] = "P.json";
    write_file(folder / "given.json", scenario.dump());
    const std::string one = run({"truth", "s.json", "--world", "1"}, folder.path()).out;
    CHECK(run({"truth", "given.json"}, folder.path()).out == one);
    CHECK(run({"truth", "s.json"}, folder.path()).out != one);
    check_refused(run({"population", "s.json", "--world", "2"}, folder.path()), "--world: ", {"2"});
}

TEST_CASE("population: results and printed studies hold what the file held", "[cli][population]") {
    const TemporaryFolder folder;
    Json scenario = rich_scenario();
    write_file(folder / "s.json", scenario.dump());
    REQUIRE(run({"population", "s.json", "--out", "P.json"}, folder.path()).code == 0);
    scenario["population"] = "P.json";
    write_file(folder / "given.json", scenario.dump(2));
    REQUIRE(run({"run", "given.json", "--out", "out", "--replicates", "3"}, folder.path()).code ==
            0);
    const Json results = Json::parse(read_file(folder / "out/results.json"));
    CHECK(results.at("scenario").at("population") == Json::parse(read_file(folder / "P.json")));

    std::filesystem::create_directory(folder / "shipped");
    for (const std::string file : {"given.json", "P.json"})
        std::filesystem::copy(folder / file, folder / ("shipped/" + file));
    const Finished printed =
        run({.arguments = {"scenarios", "given"},
             .wrapper = {"/usr/bin/env", "TRUEGAP_SCENARIOS=" + (folder / "shipped").string()}});
    INFO(printed.err);
    REQUIRE(printed.code == 0);
    Json whole = scenario;
    whole["population"] = Json::parse(read_file(folder / "P.json"));
    CHECK(Json::parse(printed.out) == whole);
    // Several populations, one of them in a file.
    Json several = scenario;
    several.erase("population");
    several["populations"] = {{{"name", "drawn"}, {"population", rich_scenario()["population"]}},
                              {{"name", "file"}, {"population", "P.json"}}};
    write_file(folder / "several.json", several.dump());
    CHECK(run({"truth", "several.json", "--world", "2"}, folder.path()).code == 0);
}

TEST_CASE("population: files that cannot be read are refused", "[cli][population]") {
    const TemporaryFolder folder;
    const auto check = [&](const std::string& lead, const std::vector<std::string>& says) {
        write_file(folder / "s.json", with(explicit_scenario(), "/population", "P.json").dump());
        check_refused(run({"truth", "s.json"}, folder.path()), lead, says);
    };
    check("s.json: /population: ", {"\"P.json\"", "no such file"});
    write_file(folder / "P.json", "{");
    check("P.json: ", {"line 1"});
    write_file(folder / "P.json", "\"P.json\"");
    check("P.json: ", {"is a string"});
    Json population = explicit_scenario()["population"];
    population["item_probabilities"][1][0] = 0.5;
    write_file(folder / "P.json", population.dump());
    check("P.json: /item_probabilities/1: ", {"sum to 1.5"});
    population = explicit_scenario()["population"];
    population["exact"] = 1;
    write_file(folder / "P.json", population.dump());
    check("P.json: /exact: ", {"true or false"});
    population["exact"] = true;
    population["class_weights"] = {0.5, 0.25, 0.2};
    write_file(folder / "P.json", population.dump());
    check("P.json: /class_weights: ", {"sum to 0.95"});
}

TEST_CASE("population: writes whole files, and over nothing but populations", "[cli][population]") {
    const TemporaryFolder folder;
    write_file(folder / "s.json", rich_scenario().dump());
    std::filesystem::create_directory(folder / "a");
    const auto check = [&](const std::string& out, const std::vector<std::string>& says) {
        const auto before = entries_below(folder.path());
        const std::string scenario = read_file(folder / "s.json");
        check_refused(run({"population", "s.json", "--out", out}, folder.path()), out + ": ", says);
        CHECK(entries_below(folder.path()) == before);
        CHECK(read_file(folder / "s.json") == scenario);
    };
    check("s.json", {"not a truegap population"});
    check("a", {"not a file"});
    check("none/P.json", {"cannot be written"});
    check("/dev/null", {"not a file"});
    check_refused(run({"population", "s.json", "--out", ""}, folder.path()), "--out: ", {"empty"});

    REQUIRE(run({"population", "s.json", "--out", "P.json"}, folder.path()).code == 0);
    const std::string whole = read_file(folder / "P.json");
    const Finished cut =
        run({.arguments = {"population", "s.json", "--out", "P.json"},
             .folder = folder.path(),
             .wrapper = {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"}});
    CHECK(cut.code == 1);
    CHECK(cut.err.find("cannot be written") != std::string::npos);
    CHECK(read_file(folder / "P.json") == whole);
    CHECK(entries_below(folder.path()) == std::vector<std::string>{"P.json", "a", "s.json"});
    REQUIRE(run({"population", "s.json", "--world", "1", "--out", "P.json"}, folder.path()).code ==
            0);
    CHECK(read_file(folder / "P.json") != whole);
}
