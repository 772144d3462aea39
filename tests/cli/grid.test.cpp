#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <sstream>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

struct Study {
    TemporaryFolder folder;
    Finished finished;
    explicit Study(const Json& scenario, std::vector<std::string> options = {}) {
        options.insert(options.begin(), {"run", "-", "--out", "out"});
        finished = run(options, folder.path(), scenario.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return read_file(folder / "out" / name);
    }
    [[nodiscard]] Table cells() const { return read_table(file("cells.csv")); }
};

Json temperatures(const Json& scenario) {
    return with(scenario, "/vary", Json::parse(R"({"/predictors/1/temperature": [1.5, 2, 4]})"));
}

const std::vector<std::string> tables{"cells.csv", "decomposition.csv", "summary.csv"};

// The lines of a CSV that end with this field, without it, under the header without its last name.
std::string lines_at(const std::string& csv, const std::string& column, const std::string& value) {
    std::istringstream lines(csv);
    std::string line;
    std::string result;
    for (bool header = true; std::getline(lines, line); header = false) {
        const std::string end = "," + (header ? column : value);
        if (!line.ends_with(end)) continue;
        result += line.substr(0, line.size() - end.size()) + '\n';
    }
    return result;
}

double spread(const std::vector<double>& values) {
    double mean = 0.0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

// Mean gap_bias of a world over its rows, [world], of the rows with this value of alpha.
std::vector<double> world_means(const Table& cells, const std::string& alpha) {
    std::map<std::string, std::vector<double>> biases;
    for (std::size_t row = 0; row < cells.rows.size(); ++row)
        if (cells.at(row, "alpha") == alpha)
            biases[cells.at(row, "world")].push_back(cells.number(row, "gap_bias"));
    std::vector<double> means;
    for (const auto& [world, values] : biases) {
        double mean = 0.0;
        for (const double value : values) mean += value / static_cast<double>(values.size());
        means.push_back(mean);
    }
    return means;
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> result;
    for (std::size_t i = 0; i < a.size(); ++i) result.push_back(a[i] - b.at(i));
    return result;
}

}  // namespace

TEST_CASE("run: each point of a grid is the plain scenario with that value, byte for byte",
          "[cli][grid]") {
    const Study grid(temperatures(small_scenario()));
    for (const auto& [value, text] :
         std::map<double, std::string>{{1.5, "1.5"}, {2.0, "2"}, {4.0, "4"}}) {
        const Study alone(with(small_scenario(), "/predictors/1/temperature", value));
        for (const std::string& table : tables) {
            INFO(table << " at " << text);
            CHECK(lines_at(grid.file(table), "temperature", text) == alone.file(table));
        }
    }
    const Json results = Json::parse(grid.file("results.json"));
    CHECK(results["scenario"]["vary"] == temperatures(small_scenario())["vary"]);
    for (const std::string table : {"cells", "summary"}) {
        const Table csv = read_table(grid.file(table + ".csv"));
        const Json& column = results["tables"][table]["temperature"];
        REQUIRE(column.size() == csv.rows.size());
        CHECK(column.front() == 1.5);
        CHECK(column.back() == 4);
    }
    const Study again(results["scenario"]);
    CHECK(again.file("results.json") == grid.file("results.json"));
}

TEST_CASE("run: what a factor does not touch is the same at all points, bit for bit",
          "[cli][grid]") {
    const Table cells = Study(temperatures(small_scenario())).cells();
    const std::size_t third = cells.rows.size() / 3;
    std::size_t gaps_moved = 0;
    for (std::size_t row = 0; row < third; ++row)
        for (const std::size_t other : {row + third, row + 2 * third}) {
            for (const std::string column : {"entropy_mean", "entropy_bias_mcse", "true_entropy"})
                REQUIRE(cells.at(row, column) == cells.at(other, column));
            if (cells.at(row, "true_gap") != cells.at(other, "true_gap")) ++gaps_moved;
        }
    CHECK(gaps_moved == third);  // half of the rows, at two other points
}

TEST_CASE("run: points are compared paired, so their difference has a small spread",
          "[cli][grid]") {
    Json scenario = with(small_scenario(), "/worlds", 12);
    scenario["replicates"] = 20;
    scenario["vary"] = Json::parse(R"({"/approximations/0/smoothing/alpha": [0.5, 1]})");
    const Table one = Study(scenario).cells();
    const Table two = Study(scenario, {"--seed", "2"}).cells();
    const double paired = spread(differences(world_means(one, "0.5"), world_means(one, "1")));
    const double apart = spread(differences(world_means(one, "0.5"), world_means(two, "1")));
    CHECK(paired > 0.0);
    CHECK(paired < 0.5 * apart);
}

TEST_CASE("run: a grid over several populations has the columns of both", "[cli][grid]") {
    Json scenario = small_scenario();
    const Json population = scenario["population"];
    scenario.erase("population");
    scenario["populations"] =
        Json::array({{{"name", "a"}, {"population", population}},
                     {{"name", "b"}, {"population", with(population, "/items", 9)}}});
    scenario["vary"] = Json::parse(R"({"/contexts/candidates": [8, [5, 3, 1, 0]],
                                       "/populations/1/population/tilt_sd": [1, 2]})");
    const Study grid(scenario);
    const Table summary = read_table(grid.file("summary.csv"));
    std::map<std::vector<std::string>, int> seen;
    for (std::size_t row = 0; row < summary.rows.size(); ++row)
        ++seen[{summary.at(row, "population"),
                summary.at(row, "candidates"),
                summary.at(row, "tilt_sd")}];
    CHECK(seen.size() == 8);
    CHECK(seen.count({"b", "[5,3,1,0]", "2"}) == 1);
    CHECK(grid.finished.out.find("A grid of 4 points") != std::string::npos);
    CHECK(grid.finished.out.find("candidates = [5,3,1,0], tilt_sd = 2") != std::string::npos);
}

TEST_CASE("truth, expect and validate: a point of the grid can be chosen", "[cli][grid]") {
    const TemporaryFolder folder;
    const Json scenario = with(
        small_scenario(), "/vary", {{"/population/items", {12, 14}}, {"/responses/top", {4, 5}}});
    const auto ask = [&](std::vector<std::string> arguments, const Json& text) {
        const Finished finished = run(arguments, folder.path(), text.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        return finished.out;
    };
    const Json plain = with(with(small_scenario(), "/population/items", 14), "/responses/top", 5);
    for (const std::string command : {"truth", "expect"}) {
        Json point = Json::parse(ask({command, "-", "--point", "3"}, scenario));
        CHECK(point["point"] == Json{{"items", 14}, {"top", 5}});
        point.erase("point");
        CHECK(point == Json::parse(ask({command, "-"}, plain)));
        CHECK(Json::parse(ask({command, "-"}, scenario))["point"] ==
              Json{{"items", 12}, {"top", 4}});
    }
    const std::string valid = ask({"validate", "-"}, scenario);
    CHECK(valid.find("4 grid points, each 2 worlds") != std::string::npos);
    // (1 + 2 groups) x (1 + 2 histories) contexts, two worlds, sizes, predictors and estimators each.
    CHECK(valid.find("about 576 result rows in all") != std::string::npos);
    const Finished beyond = run({"truth", "-", "--point", "4"}, folder.path(), scenario.dump());
    CHECK(beyond.code == 2);
    CHECK(beyond.err.find("from 0 to 3") != std::string::npos);
}

TEST_CASE("run: a grid with a point that cannot be studied is refused, naming the point",
          "[cli][grid]") {
    check_scenario_refused(
        with(small_scenario(), "/vary", {{"/population/items", {12, -3}}}).dump(),
        "/population/items",
        {"/population/items = -3"});
    // Found when the world is planned: fewer candidates than are ranked.
    check_scenario_refused(
        with(small_scenario(), "/vary", {{"/contexts/candidates", {8, 3}}}).dump(),
        "",
        {"/contexts/candidates = 3"});
    check_scenario_refused(with(small_scenario(), "/vary", {{"/worlds", {1, 2}}}).dump(),
                           "/vary/~1worlds",
                           {"repeated"});
}
