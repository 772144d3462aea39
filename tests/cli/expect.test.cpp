#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <tuple>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// Three items with p = (1/2, 1/3, 1/6), two users a group.
Json tiny_scenario() {
    Json scenario = small_scenario();
    scenario["population"] = {{"class_weights", {1.0}},
                              {"item_probabilities", {{0.5, 1.0 / 3.0, 1.0 / 6.0}}}};
    scenario["worlds"] = 1;
    scenario["contexts"] = {{"proxies", Json::array({Json::array()})}};
    scenario["design"] = {{"users_per_group", {2}}};
    scenario["predictors"] = {{{"kind", "bayes"}}, {{"kind", "uniform"}}};
    scenario["responses"] = {{"top", 1}};
    scenario["approximations"] = {
        {{"kind", "rank_matched"}, {"smoothing", {{"kind", "additive"}, {"alpha", 0.5}}}},
        {{"kind", "probabilities"}}};
    scenario["estimators"] = {"plug_in", "chao_shen"};
    return scenario;
}

using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
std::map<Key, std::size_t> rows_by_key(const Table& table) {
    std::map<Key, std::size_t> result;
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        result[{table.at(r, "context_id"),
                table.at(r, "users"),
                table.at(r, "predictor"),
                table.at(r, "approximation"),
                table.at(r, "estimator")}] = r;
    return result;
}

Table expected(const Json& scenario, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"expect", "-", "--format", "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished finished = run(arguments, {}, scenario.dump());
    CAPTURE(finished.err);
    REQUIRE(finished.code == 0);
    return read_table(finished.out);
}

}  // namespace

TEST_CASE("expect: two users and three items, by hand", "[cli][expect]") {
    const Table table = expected(tiny_scenario());
    REQUIRE(table.rows.size() == 8);
    // The two users differ with probability 1 - (1/4 + 1/9 + 1/36) = 11/18; then plug_in says ln 2.
    const double differ = 11.0 / 18.0;
    const double mean = differ * std::log(2.0);
    const double sd = std::sqrt(differ * (1.0 - differ)) * std::log(2.0);
    const double H = -(std::log(0.5) / 2.0 + std::log(1.0 / 3.0) / 3.0 + std::log(1.0 / 6.0) / 6.0);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        CAPTURE(r);
        if (table.at(r, "estimator") != "plug_in") {
            CHECK(table.at(r, "entropy_by") == "enumeration");
            continue;
        }
        CHECK(table.at(r, "entropy_by") == "additive");
        CHECK(table.number(r, "entropy_mean") == Approx(mean).epsilon(1e-13));
        CHECK(table.number(r, "entropy_bias") == Approx(mean - H).epsilon(1e-13));
        CHECK(table.number(r, "entropy_sd") == Approx(sd).epsilon(1e-12));
        if (table.at(r, "approximation") != "probabilities") continue;
        CHECK(table.at(r, "gap_by") == "additive");
        const bool bayes = table.at(r, "predictor") == "bayes";
        CHECK(table.number(r, "gap_mean") ==
              Approx((bayes ? H : std::log(3.0)) - mean).epsilon(1e-13));
        if (!bayes)  // the cross-entropy is ln 3 for certain
            CHECK(table.number(r, "gap_sd") == Approx(sd).epsilon(1e-12));
    }
    const auto rows = rows_by_key(table);
    const std::string matched = "rank_matched(uniform,additive 0.5,top 1)";
    const std::size_t bayes = rows.at({"0", "2", "bayes", matched, "plug_in"});
    CHECK(table.at(bayes, "gap_by") == "enumeration");
    // The first item gets the larger share. Twice the same: shares (1, 0, 0), smoothed (2.5, 0.5,
    // 0.5)/3.5. Two different: (1/2, 1/4, 1/4), smoothed (1.5, 1, 1)/3.5.
    const auto ln = [](double x) { return std::log(x / 3.5); };
    const double same = -(ln(2.5) / 4.0 + ln(0.5) / 9.0 + ln(0.5) / 36.0);
    const double with_first = -(ln(1.5) + ln(1.0)) / 2.0;
    const double first_differs = 2.0 * 0.5 * 0.5;
    const double others_differ = differ - first_differs;
    CHECK(
        table.number(bayes, "gap_mean") ==
        Approx(same + first_differs * with_first - others_differ * ln(1.0) - mean).epsilon(1e-12));
}

TEST_CASE("expect: a simulation agrees, row by row", "[cli][expect][statistical]") {
    Json scenario = tiny_scenario();
    scenario["replicates"] = 20'000;
    scenario["design"] = {{"users_per_group", {1, 2, 5}}};
    scenario["responses"] = {{"top", 2}};
    scenario["predictors"].push_back({{"kind", "tempered"}, {"temperature", 2}});
    scenario["approximations"].push_back({{"kind", "rank_curve"},
                                          {"curve", {{"kind", "zipf"}, {"exponent", 1}}},
                                          {"smoothing", {{"kind", "additive"}, {"alpha", 0.5}}}});
    scenario["approximations"].push_back({{"kind", "verbalized"}});
    scenario["approximations"].push_back(
        {{"kind", "sample_frequency"}, {"samples", 4}, {"alpha", 0.5}});
    scenario["estimators"] = {"plug_in", "jackknife", "chao_wang_jost", "shrinkage", "nsb"};
    const Table exact = expected(scenario);
    const TemporaryFolder folder;
    REQUIRE(run({"run", "-", "--out", "out", "--quiet"}, folder.path(), scenario.dump()).code == 0);
    const Table measured = read_table(read_file(folder / "out/cells.csv"));
    REQUIRE(measured.rows.size() == exact.rows.size());
    const auto rows = rows_by_key(exact);
    std::size_t compared = 0;
    double worst = 0.0;
    double squares = 0.0;
    for (std::size_t r = 0; r < measured.rows.size(); ++r) {
        const std::size_t e = rows.at({measured.at(r, "context_id"),
                                       measured.at(r, "users"),
                                       measured.at(r, "predictor"),
                                       measured.at(r, "approximation"),
                                       measured.at(r, "estimator")});
        const double gap = exact.number(e, "gap_mean");
        const double sd = exact.number(e, "gap_sd");
        if (!std::isfinite(gap) || !(sd > 1e-9)) continue;
        const double z = (measured.number(r, "gap_mean") - gap) / (sd / std::sqrt(20'000.0));
        worst = std::max(worst, std::abs(z));
        squares += z * z;
        ++compared;
    }
    CAPTURE(compared, worst, squares);
    CHECK(compared > 100);
    CHECK(worst < 4.5);
}

TEST_CASE("expect: refuses what has no exact expectation, and leaves the rest empty",
          "[cli][expect]") {
    const Finished users =
        run({"expect", "-"}, {}, with(tiny_scenario(), "/design", {{"users", {10}}}).dump());
    CHECK(users.code == 2);
    CHECK(users.err.find("/design") != std::string::npos);
    Json scenario = tiny_scenario();
    scenario["approximations"] = {"recommended"};
    const Table recommended = expected(scenario);
    REQUIRE(recommended.rows.size() == 2);
    CHECK(recommended.at(0, "entropy_by").empty());
    CHECK(recommended.at(0, "gap_by").empty());
    const Table none = expected(tiny_scenario(), {"--enumerate", "0"});
    for (std::size_t r = 0; r < none.rows.size(); ++r) CHECK(none.at(r, "gap_by") != "enumeration");
    for (const std::string bad : {"-1", "x", "1.5"})
        CHECK(run({"expect", "-", "--enumerate", bad}, {}, tiny_scenario().dump()).code == 2);
    CHECK(run({"expect", "-", "--world", "99"}, {}, tiny_scenario().dump()).code == 2);
}

TEST_CASE("expect: JSON has the columns of the CSV", "[cli][expect]") {
    const Finished finished = run({"expect", "-"}, {}, tiny_scenario().dump());
    REQUIRE(finished.code == 0);
    const Json json = Json::parse(finished.out);
    const Table table = expected(tiny_scenario());
    CHECK(json["unit"] == "nat");
    REQUIRE(json["expectations"].size() == table.columns.size());
    for (const std::string& column : table.columns)
        CHECK(json["expectations"][column].size() == table.rows.size());
}
