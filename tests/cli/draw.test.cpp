#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// Every way to read an answer that needs no more than one replicate's chance of its own.
Json drawn_scenario() {
    Json scenario = with(small_scenario(), "/worlds", 1);
    scenario["approximations"] = Json::parse(R"([
        {"kind": "rank_matched", "residual": "uniform", "smoothing": {"kind": "additive", "alpha": 0.5}},
        {"kind": "probabilities"}, {"kind": "softmax"}, {"kind": "verbalized"},
        {"kind": "top_logprobs", "known": 3}, "recommended",
        {"kind": "rank_curve", "curve": {"kind": "zipf", "exponent": 1},
         "smoothing": {"kind": "floor", "eps": 0.001}}])");
    scenario["predictors"].push_back({{"kind", "uniform"}});  // all tied
    scenario["predictors"].push_back({{"kind", "memorizer"}, {"m", 3}, {"alpha", 0.5}});
    return scenario;
}

using Key = std::vector<std::string>;
using Figures = std::map<Key, double>;

// gap_mean of a run, by context, predictor, approximation and estimator.
Figures run_gaps(const Json& scenario, const TemporaryFolder& folder, std::uint32_t replicates) {
    write_file(folder / "scenario.json", with(scenario, "/replicates", replicates).dump());
    const Finished finished =
        run({"run", "scenario.json", "--out", "run", "--fresh"}, folder.path());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Table cells = read_table(read_file(folder / "run/cells.csv"));
    Figures gaps;
    for (std::size_t row = 0; row < cells.rows.size(); ++row)
        gaps[{"0/" + cells.at(row, "context_id"),
              cells.at(row, "predictor"),
              cells.at(row, "approximation"),
              cells.at(row, "estimator")}] = cells.number(row, "gap_mean");
    return gaps;
}

Figures score_gaps(const Json& scenario, const TemporaryFolder& folder, std::uint32_t replicate) {
    write_file(folder / "scenario.json", scenario.dump());
    const Finished drawn =
        run({"draw", "scenario.json", "--replicate", std::to_string(replicate), "--out", "data"},
            folder.path());
    INFO(drawn.err);
    REQUIRE(drawn.code == 0);
    write_file(
        folder / "methods.json",
        Json{{"approximations", scenario["approximations"]}, {"estimators", scenario["estimators"]}}
            .dump());
    const Finished scored = run({"score",
                                 "--targets",
                                 "data/targets.jsonl",
                                 "--responses",
                                 "data/responses.jsonl",
                                 "--methods",
                                 "methods.json",
                                 "--top",
                                 std::to_string(scenario["responses"]["top"].get<int>()),
                                 "--out",
                                 "score"},
                                folder.path());
    INFO(scored.err);
    REQUIRE(scored.code == 0);
    const Table contexts = read_table(read_file(folder / "score/contexts.csv"));
    Figures gaps;
    for (std::size_t row = 0; row < contexts.rows.size(); ++row)
        gaps[{contexts.at(row, "context_id"),
              contexts.at(row, "predictor"),
              contexts.at(row, "approximation"),
              contexts.at(row, "estimator")}] = contexts.number(row, "gap");
    return gaps;
}

void check_same(const Figures& scored, const Figures& expected, std::size_t least) {
    std::size_t compared = 0;
    for (const auto& [key, gap] : expected) {
        if (std::isnan(gap)) continue;
        INFO(key[0] << ' ' << key[1] << ' ' << key[2] << ' ' << key[3]);
        const auto found = scored.find(key);
        REQUIRE(found != scored.end());
        CHECK((found->second == gap || std::abs(found->second - gap) < 1e-6));
        ++compared;
    }
    CHECK(compared >= least);
}

}  // namespace

TEST_CASE("draw: score on its files gives what run gives for that replicate", "[cli][draw]") {
    const TemporaryFolder folder;
    const Json scenario = with(drawn_scenario(), "/design/users_per_group", Json{20});
    check_same(score_gaps(scenario, folder, 0), run_gaps(scenario, folder, 1), 9 * 4 * 13);
    // Of a later replicate: what it adds to the mean of those before it.
    const Figures five = run_gaps(scenario, folder, 5);
    const Figures six = run_gaps(scenario, folder, 6);
    Figures sixth;
    for (const auto& [key, gap] : six) sixth[key] = 6.0 * gap - 5.0 * five.at(key);
    check_same(score_gaps(scenario, folder, 5), sixth, 9 * 4 * 13);
}

TEST_CASE("draw: answers with faults, and of contaminated predictors", "[cli][draw]") {
    const TemporaryFolder folder;
    Json scenario = with(drawn_scenario(), "/design/users_per_group", Json{20});
    scenario["approximations"].erase(4);  // what is not named is not stated: not so in a file
    scenario["predictors"] = Json::parse(R"([
        {"kind": "bayes", "faults": {"missing": 0.1, "duplicates": 0.2, "unknown": 0.2,
         "short": {"rate": 0.3, "length": 3}, "refusal": 0.5}},
        {"kind": "contaminated", "share": 0.5, "alpha": 1}])");
    const Figures expected = run_gaps(scenario, folder, 1);
    check_same(score_gaps(scenario, folder, 0), expected, 40);
    const std::string responses = read_file(folder / "data/responses.jsonl");
    CHECK(responses.find("\"no_answer\":\"refused\"") != std::string::npos);
    CHECK(responses.find("\"faults\"") != std::string::npos);
}

TEST_CASE("draw: users with histories of their own, the users design, group sizes", "[cli][draw]") {
    const TemporaryFolder folder;
    Json individual = with(drawn_scenario(), "/contexts/histories", "individual");
    individual["design"] = {{"users_per_group", {7}}};
    individual["approximations"] = Json::parse(R"([{"kind": "probabilities"}, "recommended"])");
    check_same(score_gaps(individual, folder, 0), run_gaps(individual, folder, 1), 50);
    const std::string text = read_file(folder / "data/targets.jsonl");
    const auto from = text.find("{\"context_id\":\"0/1\"");
    const Json target = Json::parse(text.substr(from, text.find('\n', from) - from));
    CHECK(target["users"].size() == 7);
    CHECK(target["users"][3]["history"].size() == 2);
    CHECK_FALSE(target.contains("history"));

    const Json users = with(drawn_scenario(), "/design", {{"users", {60}}});
    check_same(score_gaps(users, folder, 0), run_gaps(users, folder, 1), 300);
    const Json sizes = with(with(drawn_scenario(), "/design", Json::parse(R"({"group_sizes": [
            {"age": "young", "users": 12}, {"age": "old", "users": 30}]})")),
                            "/approximations",
                            Json::parse(R"(["recommended"])"));
    check_same(score_gaps(sizes, folder, 0), run_gaps(sizes, folder, 1), 30);
}

TEST_CASE("draw: random answers and percentages where nothing better is read", "[cli][draw]") {
    const TemporaryFolder folder;
    Json scenario = with(drawn_scenario(), "/design/users_per_group", Json{20});
    scenario["predictors"].erase(2);
    scenario["approximations"] = Json::parse(R"([{"kind": "sample_frequency", "samples": 30,
        "alpha": 0.5}, {"kind": "plackett_luce", "rankings": 4}])");
    const Figures five = run_gaps(scenario, folder, 5);
    const Figures six = run_gaps(scenario, folder, 6);
    Figures sixth;
    for (const auto& [key, gap] : six) sixth[key] = 6.0 * gap - 5.0 * five.at(key);
    check_same(score_gaps(scenario, folder, 5), sixth, 9 * 3 * 4);
    const std::string responses = read_file(folder / "data/responses.jsonl");
    CHECK(responses.find("\"probabilities\"") == std::string::npos);
    CHECK(responses.find("\"samples\"") != std::string::npos);
    scenario["approximations"] = Json::parse(R"([{"kind": "verbalized"}])");
    check_same(score_gaps(scenario, folder, 0), run_gaps(scenario, folder, 1), 9 * 3 * 2);
    CHECK(read_file(folder / "data/responses.jsonl").find("\"percentages\"") != std::string::npos);
}

TEST_CASE("draw: a ranking cut after the top, where nothing else is read", "[cli][draw]") {
    const TemporaryFolder folder;
    Json scenario = with(small_scenario(), "/design/users_per_group", Json{5, 20});
    write_file(folder / "scenario.json", scenario.dump());
    REQUIRE(run({"draw", "scenario.json", "--users", "9", "--world", "1", "--out", "data"},
                folder.path())
                .code == 0);
    const std::string targets = read_file(folder / "data/targets.jsonl");
    const Json first = Json::parse(targets.substr(0, targets.find('\n')));
    CHECK(first["context_id"] == "1/0");
    int users = 0;
    for (const int count : first["counts"]) users += count;
    CHECK(users == 9);
    const std::string responses = read_file(folder / "data/responses.jsonl");
    const Json answer = Json::parse(responses.substr(0, responses.find('\n')));
    CHECK(answer["ranking"].size() == 4);
    CHECK(answer.size() == 3);  // and nothing but whom it is about
    const Table truth = read_table(read_file(folder / "data/truth.csv"));
    CHECK(truth.columns ==
          std::vector<std::string>{
              "context_id", "predictor", "true_entropy", "true_cross_entropy", "true_gap"});
    CHECK(truth.number(0, "true_gap") == 0.0);
    // Again into the same folder, but not over what is not ours alone.
    CHECK(run({"draw", "scenario.json", "--out", "data"}, folder.path()).code == 0);
    write_file(folder / "data/mine.txt", "mine");
    check_refused(
        run({"draw", "scenario.json", "--out", "data"}, folder.path()), "", {"data", "mine.txt"});
}

TEST_CASE("draw: bad usage is one line", "[cli][draw]") {
    const TemporaryFolder folder;
    write_file(folder / "sizes.json",
               with(small_scenario(), "/design", Json::parse(R"({"group_sizes": [
            {"age": "young", "users": 12}]})"))
                   .dump());
    write_file(folder / "scenario.json", small_scenario().dump());
    const auto refused = [&](const std::vector<std::string>& arguments,
                             const std::vector<std::string>& says) {
        check_refused(run(arguments, folder.path()), "", says);
        CHECK_FALSE(std::filesystem::exists(folder / "data"));
    };
    refused({"draw", "sizes.json", "--users", "5", "--out", "data"}, {"--users"});
    refused({"draw", "scenario.json", "--users", "0", "--out", "data"}, {"--users"});
    refused({"draw", "scenario.json", "--replicate", "-1", "--out", "data"}, {"--replicate"});
    refused({"draw", "scenario.json", "--out", ""}, {"--out"});
    refused({"draw", "scenario.json", "--world", "2", "--out", "data"}, {"--world"});
}
