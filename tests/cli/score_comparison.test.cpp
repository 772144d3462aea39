#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// 24 groups that choose much alike, at two history lengths; a predictor that knows them, the same without
// demographics, and one that knows nothing.
struct Files {
    TemporaryFolder folder;
    Files() {
        std::string targets;
        std::string responses;
        for (int g = 0; g < 24; ++g)
            for (const int length : {0, 5}) {
                const std::string id = std::to_string(g) + "/" + std::to_string(length);
                targets += R"({"context_id":")" + id + R"(","group":{"age":"g)" +
                           std::to_string(g) + R"("},"history_length":)" + std::to_string(length) +
                           R"(,"candidates":["a","b","c"],"counts":[)" +
                           std::to_string(60 + g % 5) + "," + std::to_string(30 - g % 3) +
                           ",10]}\n";
                const auto say = [&](const std::string& predictor, const std::string& stated) {
                    responses += R"({"context_id":")" + id + R"(","predictor":")" + predictor +
                                 R"(","probabilities":[)" + stated + "]}\n";
                };
                say("told", "0.6,0.3,0.1");
                say("not told", "0.59,0.31,0.1");
                // Worse the longer the history.
                say("lost", length == 0 ? "0.4,0.35,0.25" : "0.2,0.3,0.5");
            }
        write_file(folder / "targets.jsonl", targets);
        write_file(folder / "responses.jsonl", responses);
    }
    [[nodiscard]] Finished score(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{
            "score", "--targets", "targets.jsonl", "--responses", "responses.jsonl"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, folder.path());
    }
    [[nodiscard]] Table table(const std::string& name) const {
        return read_table(read_file(folder.path() / "truegap-results/score" / name));
    }
};

}  // namespace

TEST_CASE("score: predictors are compared in pairs, in order, and with themselves at other lengths",
          "[cli][score]") {
    const Files files;
    const Finished finished = files.score({"--without-demographics", "told=not told"});
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Table pairs = files.table("comparisons.csv");
    CHECK(pairs.rows.size() == 2 * 3 * (3 + 3 + 1));
    std::size_t seen = 0;
    for (std::size_t row = 0; row < pairs.rows.size(); ++row) {
        if (pairs.at(row, "approximation") != "recommended") continue;
        CHECK(pairs.at(row, "contexts") == "24");
        const bool lost = pairs.at(row, "second") == "lost";
        if (lost) {
            CHECK(pairs.number(row, "difference_low") > 0.05);
            CHECK(pairs.number(row, "p") < 0.01);
        } else {
            CHECK(pairs.number(row, "p_equivalent") < 0.01);
        }
        ++seen;
    }
    CHECK(seen == 6);
    const Table ordering = files.table("ordering.csv");
    for (std::size_t row = 0; row < ordering.rows.size(); ++row)
        if (ordering.at(row, "predictor") == "lost" &&
            ordering.at(row, "approximation") == "recommended")
            CHECK(ordering.number(row, "place_3") == 1.0);
    const Table history = files.table("history_length.csv");
    CHECK(history.rows.size() == 3 * (3 + 3 + 1) * 2);
    for (std::size_t row = 0; row < history.rows.size(); ++row)
        if (history.at(row, "predictor") == "lost" &&
            history.at(row, "approximation") == "recommended")
            CHECK(history.number(row, "contrast_low") > 0.3);
    for (const char* says : {"over the 24 contexts of age (history 0)",
                             "lost minus told: +0.",
                             "not told minus told +0.",
                             "demographics make no difference",
                             "History, lost: cross-entropy from length 0 to 5 +0."})
        CHECK(finished.out.find(says) != std::string::npos);
    // A later score of one predictor replaces it all.
    const Finished again = files.score({"--seed", "3"});
    CHECK(again.code == 0);
    CHECK(again.out.find("Demographics") == std::string::npos);
}

TEST_CASE("score: set-ups that are not there are refused", "[cli][score]") {
    const Files files;
    check_refused(files.score({"--without-demographics", "told=nobody"}),
                  "--without-demographics: ",
                  {"told=nobody", "told, not told, lost"});
    check_refused(
        files.score({"--without-demographics", "told=told"}), "--without-demographics: ", {"A=B"});
    const Finished margin = files.score({"--margin", "0"});
    CHECK(margin.code == 2);
    CHECK_FALSE(std::filesystem::exists(files.folder / "truegap-results"));
}
