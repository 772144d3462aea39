#include <catch2/catch.hpp>
#include <set>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

Json two_populations() {
    Json scenario = small_scenario();
    Json first = scenario["population"];
    Json second = scenario["population"];
    second["items"] = 9;
    scenario.erase("population");
    scenario["populations"] = Json::array(
        {{{"name", "wide, \"so\""}, {"population", first}},
         {{"name", "narrow"}, {"population", second}, {"contexts", {{"candidates", 6}}}}});
    scenario["replicates"] = 20;
    scenario["approximations"].push_back("recommended");
    scenario["approximations"].push_back(
        Json::parse(R"({"kind": "plackett_luce", "rankings": 2})"));
    return scenario;
}

std::string file_of(const TemporaryFolder& folder, const std::string& name) {
    return read_file(folder / "out" / name);
}

std::string header_of(const std::string& text) {
    return text.substr(0, text.find('\n') + 1);
}

}  // namespace

TEST_CASE("run: rows of several populations say whose they are; a summary alone is the same",
          "[cli][run]") {
    const TemporaryFolder folder;
    const TemporaryFolder short_folder;
    const Json scenario = two_populations();
    const Finished whole = run({"run", "-", "--out", "out"}, folder.path(), scenario.dump());
    INFO(whole.err);
    REQUIRE(whole.code == 0);
    REQUIRE(run({"run", "-", "--out", "out"},
                short_folder.path(),
                with(scenario, "/rows", "summary").dump())
                .code == 0);
    const Table cells = read_table(file_of(folder, "cells.csv"));
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t row = 0; row < cells.rows.size(); ++row)
        seen.emplace(cells.at(row, "world"), cells.at(row, "population"));
    CHECK(seen ==
          std::set<std::pair<std::string, std::string>>{
              {"0", "wide, \"so\""}, {"1", "wide, \"so\""}, {"2", "narrow"}, {"3", "narrow"}});
    for (const std::string name : {"cells.csv", "decomposition.csv"})
        CHECK(file_of(short_folder, name) == header_of(file_of(folder, name)));
    CHECK(file_of(short_folder, "summary.csv") == file_of(folder, "summary.csv"));
    // Both, run again from what they say they were.
    for (const TemporaryFolder* one : {&folder, &short_folder}) {
        const Json results = Json::parse(file_of(*one, "results.json"));
        const TemporaryFolder again;
        REQUIRE(run({"run", "-", "--out", "out"}, again.path(), results["scenario"].dump()).code ==
                0);
        CHECK(file_of(again, "summary.csv") == file_of(*one, "summary.csv"));
        CHECK(file_of(again, "cells.csv") == file_of(*one, "cells.csv"));
    }
}

TEST_CASE("truth and validate: worlds are counted on over the populations", "[cli][truth]") {
    const TemporaryFolder folder;
    const std::string text = two_populations().dump();
    const Finished valid = run({"validate", "-"}, folder.path(), text);
    INFO(valid.err);
    REQUIRE(valid.code == 0);
    CHECK(valid.out.find("2 populations") != std::string::npos);
    // Rows: (3 groups x 3 histories + 1) contexts in two worlds each, 2 sizes, 2 predictors,
    // 2 approximations with 2 estimators and one with its own.
    CHECK(valid.out.find("about 400 result rows") != std::string::npos);
    const auto truth = [&](const std::string& world) {
        return run({"truth", "-", "--format", "csv", "--world", world}, folder.path(), text);
    };
    const Json alone = with(without(two_populations(), "/populations"),
                            "/population",
                            two_populations()["populations"][0]["population"]);
    for (const std::string world : {"0", "1"}) {
        const Finished one = truth(world);
        INFO(one.err);
        CHECK(one.code == 0);
        CHECK(one.out ==
              run({"truth", "-", "--format", "csv", "--world", world}, folder.path(), alone.dump())
                  .out);
    }
    CHECK(truth("2").code == 0);
    CHECK(truth("3").code == 0);
    CHECK(truth("2").out != truth("3").out);
    const Finished beyond = truth("4");
    CHECK(beyond.code == 2);
    CHECK(beyond.err.find("from 0 to 3") != std::string::npos);
}
