#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// 24 groups of one attribute, two kinds of users; a predictor that knows them and one that does not.
struct Files {
    TemporaryFolder folder;
    Files() {
        std::string targets;
        std::string responses;
        for (int g = 0; g < 24; ++g) {
            const bool one_kind = g % 2 == 0;
            const std::string id = std::to_string(g);
            const int more = g % 3;
            targets += R"({"context_id":")" + id + R"(","group":{"age":"g)" + id +
                       R"("},"candidates":["a","b","c","d"],"counts":[)" +
                       (one_kind ? std::to_string(14 + more) + ",3,2,1"
                                 : "1,3,4," + std::to_string(12 + more)) +
                       "]}\n";
            const auto say = [&](const std::string& predictor, const std::string& stated) {
                responses += R"({"context_id":")" + id + R"(","predictor":")" + predictor +
                             R"(","probabilities":[)" + stated + "]}\n";
            };
            say("knows", one_kind ? "0.7,0.15,0.1,0.05" : "0.05,0.15,0.2,0.6");
            say("turned", one_kind ? "0.05,0.15,0.2,0.6" : "0.7,0.15,0.1,0.05");
        }
        write_file(folder / "targets.jsonl", targets);
        write_file(folder / "responses.jsonl", responses);
    }
    [[nodiscard]] Finished score(std::vector<std::string> more) const {
        std::vector<std::string> arguments{
            "score", "--targets", "targets.jsonl", "--responses", "responses.jsonl"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, folder.path());
    }
    [[nodiscard]] Json json(const std::string& name) const {
        return Json::parse(read_file(folder.path() / "truegap-results/score" / name));
    }
};

}  // namespace

TEST_CASE("score: without a noise floor there is a curve and no verdict", "[cli][score]") {
    const Files files;
    const Finished finished = files.score({});
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("knows: undecided: without a noise floor") != std::string::npos);
    const Table curve = read_table(read_file(files.folder / "truegap-results/score/curve.csv"));
    REQUIRE_FALSE(curve.rows.empty());
    for (std::size_t row = 0; row < curve.rows.size(); ++row) {
        CHECK(curve.at(row, "floor").empty());
        CHECK(curve.number(row, "gap") ==
              Approx(curve.number(row, "cross_entropy") - curve.number(row, "entropy")));
    }
    CHECK(files.json("inversion.json")["curves"].size() == 2 * 7);
    CHECK(files.json("verdict.json")["noise_floor"].is_null());
}

TEST_CASE("score: a twin of the judged users themselves, with a double bootstrap", "[cli][score]") {
    const Files files;
    const Finished fitted = run({"fit",
                                 "targets.jsonl",
                                 "--out",
                                 "twin.json",
                                 "--classes",
                                 "2",
                                 "--starts",
                                 "3",
                                 "--quiet"},
                                files.folder.path());
    INFO(fitted.err);
    REQUIRE(fitted.code == 0);
    const std::vector<std::string> call{"--noise-floor",
                                        "twin.json",
                                        "--floor-draws",
                                        "199",
                                        "--outer-draws",
                                        "39",
                                        "--without-demographics",
                                        "knows=turned"};
    const Finished finished = files.score(call);
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find(
              "turned: worse than a perfect predictor at level 0.05: corrected gap 1.") !=
          std::string::npos);
    CHECK(finished.out.find("double bootstrap") != std::string::npos);
    const Json verdict = files.json("verdict.json");
    CHECK(verdict["noise_floor"]["fitted_to_judged"] == true);
    CHECK(verdict["noise_floor"]["outer_draws"] == 39);
    REQUIRE(verdict["predictors"].size() == 2);
    const Json& knows = verdict["predictors"][0];
    CHECK(knows["verdict"] != "worse");
    CHECK(knows["corrected_gap"]["low"] <= knows["corrected_gap"]["value"]);
    CHECK(knows["signatures"].size() == 4);
    CHECK(verdict["predictors"][1]["corrected_gap"]["p"] <= 0.05);
    const Table signatures =
        read_table(read_file(files.folder / "truegap-results/score/signatures.csv"));
    CHECK(signatures.rows.size() == 8);
    CHECK(signatures.at(2, "signature") == "demographics_ignored");
    CHECK(signatures.at(2, "finding") == "no");
    CHECK(signatures.at(3, "finding") == "undecided");
    const Table curve = read_table(read_file(files.folder / "truegap-results/score/curve.csv"));
    CHECK_FALSE(curve.at(0, "floor").empty());
    // The same bytes with other threads.
    const std::string first = read_file(files.folder / "truegap-results/score/verdict.json");
    auto threads = call;
    threads.insert(threads.end(), {"--threads", "3"});
    REQUIRE(files.score(threads).code == 0);
    CHECK(read_file(files.folder / "truegap-results/score/verdict.json") == first);
}

TEST_CASE("score: a noise floor that is none, or knows other items, is refused", "[cli][score]") {
    const Files files;
    write_file(files.folder / "none.json", R"({"classes": 2})");
    const Finished none = files.score({"--noise-floor", "none.json"});
    CHECK(none.code == 2);
    CHECK(none.err.find("none.json") != std::string::npos);
    const Finished draws = files.score({"--noise-floor", "none.json", "--floor-draws", "3"});
    CHECK(draws.code == 2);
    CHECK(draws.err.find("--floor-draws") != std::string::npos);
}
