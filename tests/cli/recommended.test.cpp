#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// The shipped evidence, over its populations of 50 items, in one world each.
Table evidence() {
    Json scenario = Json::parse(
        read_file(std::filesystem::path(TRUEGAP_SCENARIO_FOLDER) / "estimator_choice.json"));
    Json populations = Json::array();
    for (const Json& one : scenario["populations"])
        if (one["population"]["items"] == 50) populations.push_back(one);
    scenario["populations"] = populations;
    scenario["worlds"] = 1;
    scenario["design"] = {{"users_per_group", {5, 10, 20}}};
    scenario["estimators"] = {"plug_in"};
    scenario["approximations"] = {
        {{"kind", "rank_matched"}, {"smoothing", {{"kind", "additive"}, {"alpha", 0.5}}}},
        "recommended",
        {{"kind", "recommended"}, {"reads", "ranking"}}};
    const TemporaryFolder folder;
    const Finished finished =
        run({"run", "-", "--out", "out", "--quiet"}, folder.path(), scenario.dump());
    CAPTURE(finished.err);
    REQUIRE(finished.code == 0);
    return read_table(read_file(folder / "out/summary.csv"));
}

}  // namespace

TEST_CASE("recommended: a twentieth of the published bias, and calibration is seen",
          "[cli][recommended][statistical]") {
    const Table table = evidence();
    const std::string published = "rank_matched(uniform,additive 0.5,top 10)";
    struct Sums {
        double published = 0.0, published_for_ranks = 0.0, stated = 0.0, ranked = 0.0;
        double covered = 0.0, intervals = 0.0;
    };
    std::map<std::string, Sums> by_n;
    std::map<std::string, std::set<std::string>> blind;  // population and n
    std::map<std::string, std::map<std::string, std::pair<double, double>>>
        order;  // true, measured
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const std::string n = table.at(r, "users_min");
        const std::string place = table.at(r, "population") + " " + n;
        const std::string predictor = table.at(r, "predictor");
        const std::string approximation = table.at(r, "approximation");
        const bool same_order =
            predictor == "bayes" || predictor == "tempered(2)" || predictor == "tempered(0.5)";
        Sums& sums = by_n[n];
        if (approximation == published) {
            sums.published += std::abs(table.number(r, "gap_bias"));
            sums.published_for_ranks +=
                std::abs(table.number(r, "gap_bias") - table.number(r, "approximation_term"));
            if (same_order) blind[place].insert(table.at(r, "gap_mean").substr(0, 10));
        } else if (approximation == "recommended") {
            sums.stated += std::abs(table.number(r, "estimand_bias"));
            sums.covered += table.number(r, "coverage") * table.number(r, "intervals");
            sums.intervals += table.number(r, "intervals");
            if (same_order)
                order[place][predictor] = {table.number(r, "true_gap"),
                                           table.number(r, "gap_mean")};
        } else {
            sums.ranked += std::abs(table.number(r, "estimand_bias"));
        }
    }
    REQUIRE(by_n.size() == 3);
    for (const auto& [n, sums] : by_n) {
        CAPTURE(n, sums.published, sums.stated, sums.published_for_ranks, sums.ranked);
        CHECK(sums.stated < sums.published / 15.0);  // one world only; 20 over the whole study
        CHECK(sums.ranked < sums.published_for_ranks / (n == "20" ? 8.0 : 5.0));
        CHECK(sums.intervals > 10'000.0);
        CHECK(sums.covered / sums.intervals > 0.93);
    }
    for (const auto& [place, gaps] : blind) CHECK(gaps.size() == 1);
    // Order by the true gap is order by the measured one.
    REQUIRE(order.size() == 27);
    for (const auto& [place, gaps] : order)
        for (const auto& [one, of_one] : gaps)
            for (const auto& [two, of_two] : gaps)
                if (of_one.first < of_two.first - 0.01) {
                    CAPTURE(place, one, two);
                    CHECK(of_one.second < of_two.second);
                }
}

TEST_CASE("recommended: the summary tells its gaps, its coverage and whether pooling is doubtful",
          "[cli][recommended]") {
    const Json scenario = with(small_scenario(), "/approximations/1", "recommended");
    const TemporaryFolder folder;
    const Finished finished = run({"run", "-", "--out", "out"}, folder.path(), scenario.dump());
    INFO(finished.out << finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("predicts perfectly") < finished.out.find("\n  Under recommended: "));

    const Table table = read_table(read_file(folder / "out/summary.csv"));
    double covered = 0.0;
    double intervals = 0.0;
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        if (table.at(r, "approximation") == "recommended") {
            covered += table.number(r, "coverage") * table.number(r, "intervals");
            intervals += table.number(r, "intervals");
        }
    REQUIRE(intervals > 1000.0);
    char share[32];
    std::snprintf(share, sizeof share, "%.1f %%", 100.0 * covered / intervals);
    CHECK(finished.out.find(std::string("its 95 % intervals held the truth ") + share) !=
          std::string::npos);
    CHECK(finished.out.find("only 9 groups to learn from") != std::string::npos);
}

TEST_CASE("recommended: groups learn from those of every size", "[cli][recommended]") {
    Json scenario = with(small_scenario(), "/approximations/1", "recommended");
    scenario["replicates"] = 5;
    // 9 contexts: everybody's 3 of 505 users, 3 of 5 and 3 of 500.
    scenario["design"] = {{"group_sizes",
                           {{{"age", "young"}, {"gender", "f"}, {"users", 5}},
                            {{"age", "old"}, {"gender", "f"}, {"users", 500}}}}};
    const TemporaryFolder folder;
    const Finished few = run({"run", "-", "--out", "out"}, folder.path(), scenario.dump());
    INFO(few.out << few.err);
    REQUIRE(few.code == 0);
    CHECK(few.out.find("only 9 groups to learn from") != std::string::npos);
    scenario["contexts"]["histories_per_group"] = 3;  // 12 contexts
    const Finished enough = run({"run", "-", "--out", "more"}, folder.path(), scenario.dump());
    INFO(enough.out << enough.err);
    REQUIRE(enough.code == 0);
    CHECK(enough.out.find("groups to learn from") == std::string::npos);
}
