#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "tests/cli/support.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> result_files{"calibration.csv",
                                            "cells.csv",
                                            "curve.csv",
                                            "decomposition.csv",
                                            "inversion.json",
                                            "replicates.state",
                                            "results.json",
                                            "summary.csv",
                                            "timings.json"};

/// A result read back.
struct Result {
    TemporaryFolder folder;
    Finished finished;
    Table cells, decomposition, summary;
    Json results;

    explicit Result(const Json& scenario) {
        finished = run({"run", "-", "--out", "out"}, folder.path(), scenario.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        cells = read_table(text("cells.csv"));
        decomposition = read_table(text("decomposition.csv"));
        summary = read_table(text("summary.csv"));
        results = Json::parse(text("results.json"));
    }
    [[nodiscard]] std::string text(const std::string& file) const {
        return read_file(folder / "out" / file);
    }
};

/// Every kind of answer: infinite and undefined figures too.
Json every_kind() {
    Json scenario = explicit_scenario();
    scenario["replicates"] = 10;
    scenario["worlds"] = 1;
    scenario["predictors"] = Json::parse(R"([{"kind": "bayes"}, {"kind": "uniform"},
        {"kind": "memorizer", "m": 2, "alpha": 0}, {"kind": "noisy", "sigma": 1}])");
    scenario["approximations"] = Json::parse(R"([
        {"kind": "rank_matched", "residual": "uniform",
         "smoothing": {"kind": "additive", "alpha": 0.5}},
        {"kind": "rank_matched", "residual": "drop"}, {"kind": "probabilities"}])");
    return scenario;
}

std::string sha256sum(const fs::path& folder) {
    const std::string command =
        "cd '" + folder.string() + "' && cat cells.csv decomposition.csv summary.csv | sha256sum";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string digits(64, '\0');
    REQUIRE(std::fread(digits.data(), 1, digits.size(), pipe.get()) == digits.size());
    return digits;
}

void check_same(const Table& csv, const Json& json) {
    REQUIRE(json.size() == csv.columns.size());
    std::size_t column = 0;
    for (const auto& [name, values] : json.items()) {
        INFO(name);
        REQUIRE(name == csv.columns[column]);
        REQUIRE(values.size() == csv.rows.size());
        std::size_t different = 0;
        for (std::size_t row = 0; row < csv.rows.size(); ++row) {
            const std::string& cell = csv.rows[row][column];
            const bool same = values[row].is_null()     ? cell.empty()
                              : values[row].is_string() ? cell == values[row].get<std::string>()
                                                        : std::stod(cell) == values[row];
            if (!same) ++different;
        }
        CHECK(different == 0);
        ++column;
    }
}

}  // namespace

TEST_CASE("run: writes the nine files of the contract and nothing else", "[cli][run]") {
    const Result result(small_scenario());
    CHECK(entries_below(result.folder / "out") == result_files);
    CHECK(entries_below(result.folder.path()).size() == 1 + result_files.size());
}

TEST_CASE("run: the columns are the contract's, later ones appended", "[cli][run]") {
    const Result result(small_scenario());
    const std::string cells =
        "world,context_id,proxy,group,history_length,users,predictor,approximation,estimator,"
        "true_entropy,true_cross_entropy,true_gap,entropy_mean,entropy_bias,entropy_bias_mcse,"
        "cross_entropy_mean,cross_entropy_mean_mcse,gap_mean,gap_bias,gap_bias_mcse,"
        "gap_empirical_se,gap_empirical_se_mcse,gap_rmse,gap_rmse_mcse,infinite_fraction,"
        "undefined_fraction,replicates";
    const std::string decomposition =
        "world,context_id,predictor,users,approximation,estimator,true_gap,approximation_term,"
        "answer_term,entropy_term,cross_entropy_term,total_bias,entropy_term_mcse,"
        "cross_entropy_term_mcse,total_bias_mcse";
    const auto starts = [](const std::string& text, const std::string& header) {
        return text.starts_with(header + "\n") || text.starts_with(header + ",");
    };
    CHECK(starts(result.text("cells.csv"), cells));
    CHECK(starts(result.text("decomposition.csv"), decomposition));
    // 2 worlds x (1 + 2 groups) x (1 + 2 histories) x 2 n x 2 predictors x 2 estimators
    CHECK(result.cells.rows.size() == 2 * 3 * 3 * 2 * 2 * 2);
    CHECK(result.decomposition.rows.size() == result.cells.rows.size());
    for (std::size_t row = 0; row < result.cells.rows.size(); ++row)
        for (const std::string key :
             {"world", "context_id", "predictor", "users", "approximation", "estimator"})
            REQUIRE(result.cells.at(row, key) == result.decomposition.at(row, key));
}

TEST_CASE("run: labels are quoted by RFC 4180 and read back as they were", "[cli][run]") {
    const std::vector<std::string> levels{
        "a,b", "say \"x\"", "line\nbreak", "na\u00efve \u2603", "", "cr\r", " lead"};
    Json scenario = small_scenario();
    scenario["population"]["attributes"][0]["name"] = "the, \"age\"";
    scenario["population"]["attributes"][0]["levels"] = levels;
    scenario["population"]["attributes"][0]["levels"][4] = "=1+1";
    scenario["contexts"]["proxies"] = Json::parse(R"([["the, \"age\"", "gender"]])");
    const Result result(scenario);
    CHECK(result.text("cells.csv").find("\"the, \"\"age\"\"=a,b;gender=f\"") != std::string::npos);
    std::set<std::string> expected;
    std::set<std::string> found;
    for (const auto& level : scenario["population"]["attributes"][0]["levels"])
        for (const std::string gender : {"f", "m"})
            expected.insert("the, \"age\"=" + level.get<std::string>() + ";gender=" + gender);
    for (std::size_t row = 0; row < result.cells.rows.size(); ++row) {
        found.insert(result.cells.at(row, "group"));
        REQUIRE(result.cells.at(row, "proxy") == "the, \"age\"+gender");
    }
    CHECK(found == expected);
    check_same(result.cells, result.results["tables"]["cells"]);
}

TEST_CASE("run: the printed hash is that of the three tables", "[cli][run]") {
    const Result result(small_scenario());
    const std::string hash = sha256sum(result.folder / "out");
    CHECK(result.finished.out.find("SHA-256 of the tables: " + hash + "\n") != std::string::npos);
    CHECK(result.results["sha256"] == hash);
}

TEST_CASE("run: results.json holds the version, the scenario as run and the tables of the CSVs",
          "[cli][run]") {
    for (const Json& scenario : {small_scenario(), every_kind()}) {
        const Result result(scenario);
        const std::string version = run({"--version"}, {}).out;
        CHECK(version == "truegap " + result.results["truegap"].get<std::string>() + "\n");
        CHECK(result.results["unit"] == "nat");
        CHECK(result.results["seed"] == scenario["seed"]);
        for (const auto& [key, value] : scenario.items()) {
            INFO(key);
            CHECK(result.results["scenario"][key].dump().substr(0, 5) == value.dump().substr(0, 5));
        }
        check_same(result.cells, result.results["tables"]["cells"]);
        check_same(result.decomposition, result.results["tables"]["decomposition"]);
        check_same(result.summary, result.results["tables"]["summary"]);
    }
}

TEST_CASE("run: infinity is inf, undefined is empty, and not-a-number is nowhere", "[cli][run]") {
    const Result result(every_kind());
    std::size_t infinite = 0;
    std::size_t undefined = 0;
    for (std::size_t row = 0; row < result.cells.rows.size(); ++row) {
        if (result.cells.at(row, "predictor") != "memorizer(2,0)") continue;
        // Two users leave at least two of the four or more items without any: q = 0 where p > 0.
        CHECK(result.cells.at(row, "true_gap") == "inf");
        CHECK(result.cells.at(row, "true_cross_entropy") == "inf");
        infinite += result.cells.at(row, "cross_entropy_mean") == "inf" ? 1 : 0;
        undefined += result.cells.at(row, "gap_bias").empty() ? 1 : 0;
        if (result.cells.at(row, "cross_entropy_mean") == "inf")
            CHECK(result.cells.number(row, "infinite_fraction") > 0.0);
    }
    CHECK(infinite > 0);
    CHECK(undefined > 0);
    for (const std::string file :
         {"cells.csv", "decomposition.csv", "summary.csv", "results.json"}) {
        const std::string text = result.text(file);
        for (const std::string wrong : {"nan", "NaN", "NAN", "Infinity", "-nan"})
            CHECK(text.find(wrong) == std::string::npos);
        if (file != "summary.csv")
            CHECK(text.find(file == "results.json" ? "\"inf\"" : ",inf,") != std::string::npos);
    }
    CHECK(result.text("results.json").find("null") != std::string::npos);
}

TEST_CASE("run: the terms of the decomposition add up in every row", "[cli][run]") {
    for (const Json& scenario : {small_scenario(), every_kind()}) {
        const Result result(scenario);
        std::size_t sums = 0;
        for (std::size_t row = 0; row < result.decomposition.rows.size(); ++row) {
            double sum = 0.0;
            for (const std::string term :
                 {"approximation_term", "answer_term", "entropy_term", "cross_entropy_term"})
                sum += result.decomposition.number(row, term);
            const double total = result.decomposition.number(row, "total_bias");
            if (std::isfinite(sum)) {
                REQUIRE(std::isfinite(total));
                CHECK(std::abs(sum - total) < 1e-12);
                CHECK(std::abs(total - result.cells.number(row, "gap_bias")) < 1e-12);
                ++sums;
            }
        }
        CHECK(sums * 4 >= result.decomposition.rows.size());
    }
}

TEST_CASE("run: true figures satisfy gap = cross-entropy - entropy, 0 for bayes", "[cli][run]") {
    const Result result(small_scenario());
    for (std::size_t row = 0; row < result.cells.rows.size(); ++row) {
        const double gap = result.cells.number(row, "true_gap");
        CHECK(std::abs(gap - (result.cells.number(row, "true_cross_entropy") -
                              result.cells.number(row, "true_entropy"))) < 1e-13);
        CHECK((result.cells.at(row, "predictor") == "bayes" ? std::abs(gap) < 1e-13 : gap > 1e-6));
        CHECK(result.cells.at(row, "replicates") == "70");
    }
}

TEST_CASE("run: the summary says what its standard errors are over", "[cli][run]") {
    const Result worlds(small_scenario());
    const Result world(with(small_scenario(), "/worlds", 1));
    for (std::size_t row = 0; row < worlds.summary.rows.size(); ++row)
        CHECK(worlds.summary.at(row, "se_over") == "worlds");
    for (std::size_t row = 0; row < world.summary.rows.size(); ++row)
        CHECK(world.summary.at(row, "se_over") == "replicates given the world");
    CHECK(worlds.finished.out.find("between worlds") != std::string::npos);
    CHECK(world.finished.out.find("over replicates given the one world") != std::string::npos);
}

TEST_CASE("run: answers of the same order measure the same gap, whatever their true gaps",
          "[cli][run]") {
    for (const std::string design : {"users_per_group", "users"}) {
        INFO(design);
        const Result result(with(small_scenario(), "/design", {{design, {3, 40}}}));
        std::map<std::vector<std::string>, std::map<std::string, double>> gaps;
        for (std::size_t row = 0; row < result.cells.rows.size(); ++row)
            gaps[{result.cells.at(row, "world"),
                  result.cells.at(row, "context_id"),
                  result.cells.at(row, "users"),
                  result.cells.at(row, "estimator")}][result.cells.at(row, "predictor")] =
                result.cells.number(row, "gap_mean");
        for (std::size_t row = 0; row < result.summary.rows.size(); ++row)
            gaps[{result.summary.at(row, "population_users"),
                  result.summary.at(row, "users_min"),
                  result.summary.at(row, "estimator")}][result.summary.at(row, "predictor")] =
                result.summary.number(row, "gap_mean");
        for (const auto& [key, gap] : gaps) {
            INFO(Json(key).dump());
            CHECK(std::abs(gap.at("bayes") - gap.at("tempered(2)")) < 1e-12);
        }
    }
}
